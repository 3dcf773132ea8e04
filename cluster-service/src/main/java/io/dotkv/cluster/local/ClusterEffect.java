package io.dotkv.cluster.local;

import io.dotkv.cluster.ClusterView;
import io.dotkv.cluster.bootstrap.BootstrapEffect;
import io.dotkv.cluster.membership.MembershipEffect;
import io.dotkv.cluster.register.RegisterEffect;
import io.dotkv.cluster.register.paxos.Accepted;
import io.dotkv.cluster.register.paxos.AcceptorRecord;
import io.dotkv.gossip.Peer;
import java.util.List;

/** Something that is to be carried out after an event, in the order in which it is listed: saves first. */
sealed interface ClusterEffect {
    /** Make the state durable. */
    record Save(DurableState state) implements ClusterEffect {}

    /** Make the agreement durable. */
    record SaveAgreed(Accepted agreed) implements ClusterEffect {}

    /** Make the acceptor's record durable. */
    record SaveAcceptor(AcceptorRecord record) implements ClusterEffect {}

    /** Something that the membership wants done. */
    record OfMembership(MembershipEffect.External effect) implements ClusterEffect {}

    /** Something that the bootstrap wants done. */
    record OfBootstrap(BootstrapEffect.External effect) implements ClusterEffect {}

    /** Something that the register wants done. */
    record OfRegister(RegisterEffect.External effect) implements ClusterEffect {}

    /** Answer the call that waits for this outcome. */
    record Answer(RegisterEffect.Decided decided) implements ClusterEffect {}

    /** Gossip with these from now on. */
    record GossipWith(List<Peer> peers) implements ClusterEffect {}

    /** Show this view to those who watch. */
    record Show(ClusterView view) implements ClusterEffect {}

    /** Whether it makes something durable, so that what is listed after it waits for it. */
    default boolean isSave() {
        return this instanceof Save || this instanceof SaveAgreed || this instanceof SaveAcceptor;
    }
}
