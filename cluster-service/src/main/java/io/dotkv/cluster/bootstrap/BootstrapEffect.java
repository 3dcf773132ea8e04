package io.dotkv.cluster.bootstrap;

import io.dotkv.cluster.ClusterPeer.FormStep;
import io.dotkv.cluster.Member;
import io.dotkv.cluster.layout.Formation;

/**
 * What {@link Bootstrap} wants done, in this order, after its {@linkplain Bootstrap#promises promises} and {@linkplain
 * Bootstrap#formation formation} have been saved if they have changed.
 */
public sealed interface BootstrapEffect {
    /** What is for the outside, and not for another machine of this node. */
    sealed interface External extends BootstrapEffect {}

    /** The cluster has formed: the register begins with that. */
    record Formed(Formation formation) implements BootstrapEffect {}

    /** Another member has let this node in. */
    record Joined() implements BootstrapEffect {}

    /** Exchange state with whoever is at the address: tell all that is known, and report the answer. */
    record Contact(String address) implements External {}

    /** Resolve the seed and exchange state with whoever is at its addresses. */
    record ContactSeed(String seed) implements External {}

    /** Send a step of forming and report the answer. */
    record SendStep(Member founder, FormStep step) implements External {}

    /** Write one line for people. */
    record Log(String line) implements External {}

    /** Write one line for people, about something that wants their attention. */
    record Warn(String line) implements External {}

    /** This node cannot go on; tell its owner why. */
    record Stop(String sentence) implements External {}
}
