package io.dotkv.cluster;

import io.dotkv.cluster.register.Accepted;
import io.dotkv.cluster.register.AcceptorRecord;
import io.dotkv.cluster.register.Question;
import io.dotkv.gossip.Peer;
import java.util.List;

/** Something that the core wants done by its shell, in the order in which it says so. */
sealed interface Effect {
    /** Make the state durable; what follows may not happen before. */
    record Save(DurableState state) implements Effect {}

    /** Make the agreement durable. */
    record SaveAgreed(Accepted agreed) implements Effect {}

    /** Make the acceptor's record durable; what follows may not happen before. */
    record SaveAcceptor(AcceptorRecord record) implements Effect {}

    /** Ask the acceptor at the address and report its answer. */
    record Ask(String address, Question question) implements Effect {}

    /** Hand the change to the proposer of that member and report what became of it. */
    record HandOver(Member proposer, ClusterPeer.Proposal proposal, long id, long timeoutNanos) implements Effect {}

    /** Fetch what is agreed from the address, if it is newer. */
    record Fetch(String address, String clusterId, long version) implements Effect {}

    /** Tell all members by gossip that this agreement is there. */
    record AnnounceAgreed(long version) implements Effect {}

    /** Probe the target and report how it went, and when it was sent. */
    record SendProbe(Member target, ClusterPeer.Probe probe, long timeoutNanos) implements Effect {}

    /** Ask the helper to probe the target and report how it went. */
    record AskHelper(Member helper, Member target, ClusterPeer.IndirectProbe probe, long timeoutNanos)
            implements Effect {}

    /** Exchange state with whoever is at the address. */
    record Contact(String address, ClusterPeer.Knowledge knowledge) implements Effect {}

    /** Resolve the seed and exchange state with whoever is at its addresses. */
    record ContactSeed(String seed, ClusterPeer.Knowledge knowledge) implements Effect {}

    /** Send a step of forming and report the answer. */
    record SendStep(Member founder, ClusterPeer.FormStep step) implements Effect {}

    /** Find out whether a node of this node's name lives at the rival's address. */
    record FaceRival(Member rival, ClusterPeer.Probe probe) implements Effect {}

    /** Publish the record to gossip. */
    record Announce(MemberFormat.Announcement announcement) implements Effect {}

    /** Gossip with these from now on. */
    record GossipWith(List<Peer> peers) implements Effect {}

    /** Show this view to those who watch. */
    record Show(ClusterView view) implements Effect {}

    /** Tell a member what this node says of itself now. */
    record TellOf(Member member, ClusterPeer.Probe self) implements Effect {}

    /** Write one line for people. */
    record Log(String line) implements Effect {}

    /** Write one line for people, about something that wants their attention. */
    record Warn(String line) implements Effect {}

    /** This node cannot go on; tell its owner why. */
    record Stop(String sentence) implements Effect {}
}
