package io.dotkv.cluster.bootstrap;

import io.dotkv.cluster.ClusterPeer.FormStep;
import io.dotkv.cluster.Member;
import io.dotkv.cluster.layout.Formation;

/** What {@link Bootstrap} wants done, in this order, after what {@link Save} asks for. */
public sealed interface BootstrapEffect {
    /** The promises or the formation have changed: they are saved before anything is sent. */
    record Save() implements BootstrapEffect {}

    /** The cluster has formed: the register begins with that. */
    record Formed(Formation formation) implements BootstrapEffect {}

    /** Another member has let this node in. */
    record Joined() implements BootstrapEffect {}

    /** Exchange state with whoever is at the address: tell all that is known, and report the answer. */
    record Contact(String address) implements BootstrapEffect {}

    /** Resolve the seed and exchange state with whoever is at its addresses. */
    record ContactSeed(String seed) implements BootstrapEffect {}

    /** Send a step of forming and report the answer. */
    record SendStep(Member founder, FormStep step) implements BootstrapEffect {}

    /** Write one line for people. */
    record Log(String line) implements BootstrapEffect {}

    /** Write one line for people, about something that wants their attention. */
    record Warn(String line) implements BootstrapEffect {}

    /** This node cannot go on; tell its owner why. */
    record Stop(String sentence) implements BootstrapEffect {}
}
