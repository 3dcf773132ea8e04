package io.dotkv.cluster.local;

import io.dotkv.cluster.ClusterPeer;
import io.dotkv.cluster.ClusterView;
import io.dotkv.cluster.Member;
import io.dotkv.cluster.bootstrap.BootstrapEffect;
import io.dotkv.cluster.membership.MembershipEffect;
import io.dotkv.cluster.register.paxos.Accepted;
import io.dotkv.cluster.register.paxos.AcceptorQuestion;
import io.dotkv.cluster.register.paxos.AcceptorRecord;
import io.dotkv.gossip.Peer;
import java.util.List;

/** Something that the core wants done by its shell, in the order in which it says so. */
sealed interface ClusterEffect {
    /** Make the state durable; what follows may not happen before. */
    record Save(DurableState state) implements ClusterEffect {}

    /** Make the agreement durable. */
    record SaveAgreed(Accepted agreed) implements ClusterEffect {}

    /** Make the acceptor's record durable; what follows may not happen before. */
    record SaveAcceptor(AcceptorRecord record) implements ClusterEffect {}

    /** Ask the acceptor at the address and report its answer. */
    record Ask(String address, AcceptorQuestion question) implements ClusterEffect {}

    /** Hand the change to the proposer of that member and report what became of it. */
    record HandOver(Member proposer, ClusterPeer.Proposal proposal, long id, long timeoutNanos)
            implements ClusterEffect {}

    /** Fetch what is agreed from the address, if it is newer. */
    record Fetch(String address, String clusterId, long version) implements ClusterEffect {}

    /** Tell all members by gossip that this agreement is there. */
    record AnnounceAgreed(long version) implements ClusterEffect {}

    /** Something that the membership wants done. */
    record OfMembership(MembershipEffect effect) implements ClusterEffect {}

    /** Something that the bootstrap wants done. */
    record OfBootstrap(BootstrapEffect effect) implements ClusterEffect {}

    /** Gossip with these from now on. */
    record GossipWith(List<Peer> peers) implements ClusterEffect {}

    /** Show this view to those who watch. */
    record Show(ClusterView view) implements ClusterEffect {}

    /** This node cannot go on; tell its owner why. */
    record Stop(String sentence) implements ClusterEffect {}
}
