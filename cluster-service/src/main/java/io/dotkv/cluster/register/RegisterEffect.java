package io.dotkv.cluster.register;

import io.dotkv.cluster.Agreement;
import io.dotkv.cluster.ClusterPeer;
import io.dotkv.cluster.Member;
import io.dotkv.cluster.ProposalOutcome;
import io.dotkv.cluster.register.paxos.AcceptorQuestion;

/**
 * What {@link RegisterNode} wants done, in this order, after
 * {@linkplain RegisterNode#acceptorRecord its acceptor's record} and {@linkplain RegisterNode#chosen the chosen value}
 * have been saved if they have changed.
 */
public sealed interface RegisterEffect {
    /** What is for the outside, and not for another machine of this node. */
    sealed interface External extends RegisterEffect {}

    /** Ask the acceptor and report its answer. */
    record Ask(AcceptorQuestion question) implements External {}

    /** Hand the change to the proposer of that member and report what became of it, in every case. */
    record HandOver(Member proposer, ClusterPeer.Proposal proposal, long id, long timeoutNanos) implements External {}

    /** Fetch what is agreed from the address, if it is newer, and report it. */
    record Fetch(String address, String clusterId, long version) implements External {}

    /** Tell all members by gossip that this version is there. */
    record AnnounceVersion(long version) implements External {}

    /** Something newer is agreed. */
    record Learned(Agreement agreement) implements RegisterEffect {}

    /** What became of a proposal or a wish for a boot. */
    record Decided(long id, ProposalOutcome outcome) implements RegisterEffect {}

    /** This node cannot go on; tell its owner why. */
    record Stop(String sentence) implements External {}
}
