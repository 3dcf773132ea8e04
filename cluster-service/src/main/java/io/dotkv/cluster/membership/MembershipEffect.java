package io.dotkv.cluster.membership;

import io.dotkv.cluster.ClusterPeer;
import io.dotkv.cluster.Member;
import io.dotkv.cluster.MemberFormat;

/** What {@link Membership} wants done, in this order, after what {@link Save} asks for. */
public sealed interface MembershipEffect {
    /** What is for the outside, and not for another machine of this node. */
    sealed interface External extends MembershipEffect {}

    /** The durable state has changed in what this node answers for: it is saved before anything is sent. */
    record Save() implements MembershipEffect {}

    /** The durable state has changed in what is worth knowing at the next start: it is saved within about a second. */
    record SaveSoon() implements MembershipEffect {}

    /** What people and other layers see has changed. */
    record Show() implements MembershipEffect {}

    /** Those to gossip with have changed. */
    record ChangePeers() implements MembershipEffect {}

    /** Probe the target and report how it went, and when it was sent. */
    record SendProbe(Member target, ClusterPeer.Probe probe, long timeoutNanos) implements External {}

    /** Ask the helper to probe the target and report how it went. */
    record AskHelper(Member helper, Member target, ClusterPeer.IndirectProbe probe, long timeoutNanos)
            implements External {}

    /** Find out whether a node of this node's name lives at the rival's address. */
    record ProbeRival(Member rival, ClusterPeer.Probe probe) implements External {}

    /** Tell a member what this node says of itself now. */
    record TellOf(Member member, ClusterPeer.Probe self) implements External {}

    /** Publish the record to gossip. */
    record Announce(MemberFormat.Announcement announcement) implements External {}

    /** A member that was probed knows the same as this node, or does not. */
    record Compared(String address, boolean isDifferent) implements MembershipEffect {}

    /** Write one line for people. */
    record Log(String line) implements External {}

    /** This node cannot go on; tell its owner why. */
    record Stop(String sentence) implements External {}
}
