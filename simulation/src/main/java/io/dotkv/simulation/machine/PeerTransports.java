package io.dotkv.simulation.machine;

import io.dotkv.cluster.ClusterPeer;
import io.dotkv.cluster.ClusterTransport;
import io.dotkv.cluster.Member;
import io.dotkv.cluster.register.paxos.Accepted;
import io.dotkv.cluster.register.paxos.AcceptorAnswer;
import io.dotkv.cluster.register.paxos.AcceptorQuestion;
import io.dotkv.gossip.GossipExchange;
import io.dotkv.gossip.GossipExchangeAnswer;
import io.dotkv.gossip.GossipTransport;
import io.dotkv.gossip.Peer;
import io.dotkv.replication.ports.PullPrompt;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The way of one process to the gossip and cluster layers of others, and a prompt for their replication layers. */
final class PeerTransports implements GossipTransport, ClusterTransport, PullPrompt {
    private static final long PROMPT_NANOS = 2 * SimulationContext.SECOND;

    private final SimulatedNetwork network;
    private final NodeProcess from;

    PeerTransports(SimulatedNetwork network, NodeProcess from) {
        this.network = network;
        this.from = from;
    }

    @Override
    public CompletionStage<GossipExchangeAnswer> exchange(Peer peer, GossipExchange exchange, long timeoutNanos) {
        return network.call(
                from,
                peer.address(),
                "gossip",
                timeoutNanos,
                true,
                there -> there.gossip().exchange(exchange));
    }

    @Override
    public void prompt(Member member) {
        member.addresses()
                .replication()
                .ifPresent(address -> network.call(
                        from,
                        address,
                        "prompt",
                        PROMPT_NANOS,
                        true,
                        there -> there.oversight().pullNow()));
    }

    @Override
    public CompletionStage<List<String>> resolve(String seed) {
        return CompletableFuture.completedFuture(List.of(seed));
    }

    @Override
    public ClusterPeer at(String address, long timeoutNanos) {
        return new Way(address, timeoutNanos);
    }

    private final class Way implements ClusterPeer {
        private final String address;
        private final long timeoutNanos;

        Way(String address, long timeoutNanos) {
            this.address = address;
            this.timeoutNanos = timeoutNanos;
        }

        private <T> CompletionStage<T> call(String what, SimulatedNetwork.Handler<T> handler) {
            return network.call(from, address, what, timeoutNanos, true, handler);
        }

        @Override
        public CompletionStage<ProbeAnswer> probe(Probe probe) {
            return call("probe", there -> there.cluster().probe(probe));
        }

        @Override
        public CompletionStage<Optional<Member>> probeIndirectly(IndirectProbe probe) {
            return call("probe of " + probe.target(), there -> there.cluster().probeIndirectly(probe));
        }

        @Override
        public CompletionStage<Knowledge> exchange(Knowledge knowledge) {
            return call("exchange of members", there -> there.cluster().exchange(knowledge));
        }

        @Override
        public CompletionStage<FormAnswer> form(FormStep step) {
            return call(
                    step.commit() ? "formation" : "proposal of a formation",
                    there -> there.cluster().form(step));
        }

        @Override
        public CompletionStage<AcceptorAnswer> ask(AcceptorQuestion question) {
            return call("question to an acceptor", there -> there.cluster().ask(question));
        }

        @Override
        public CompletionStage<Decided> propose(Proposal proposal) {
            return call("proposal", there -> there.cluster().propose(proposal));
        }

        @Override
        public CompletionStage<Optional<Accepted>> agreed(String clusterId, long version) {
            return call("fetch of what is agreed", there -> there.cluster().agreed(clusterId, version));
        }
    }
}
