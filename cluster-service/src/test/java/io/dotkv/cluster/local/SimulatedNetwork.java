package io.dotkv.cluster.local;

import io.dotkv.cluster.ClusterPeer;
import io.dotkv.cluster.ClusterTransport;
import io.dotkv.cluster.Member;
import io.dotkv.cluster.grpc.ClusterWire;
import io.dotkv.cluster.register.paxos.Accepted;
import io.dotkv.cluster.register.paxos.AcceptorAnswer;
import io.dotkv.cluster.register.paxos.AcceptorQuestion;
import io.dotkv.gossip.GossipExchange;
import io.dotkv.gossip.GossipExchangeAnswer;
import io.dotkv.gossip.GossipTransport;
import io.dotkv.gossip.Peer;
import io.dotkv.gossip.grpc.GossipWire;
import io.dotkv.kernel.ports.RandomSource;
import io.dotkv.kernel.simulated.SimulatedTime;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * A network on virtual time that delays and loses messages, can be cut between any two nodes, and counts the bytes of
 * the messages' real encodings when asked to. A time-out is a timer of the caller, and an answer a message to it, so
 * both wait while the caller is stalled.
 */
public final class SimulatedNetwork {
    private static final long MILLI = 1_000_000;

    private final SimulatedTime time;
    private final RandomSource random;
    private final Map<String, SimulatedNode> listening = new HashMap<>();
    private final Map<String, List<String>> names = new HashMap<>();
    private final Set<String> cuts = new HashSet<>();
    private BiPredicate<SimulatedNode, SimulatedNode> divided = (from, to) -> false;
    private int lossPercent;
    private boolean counting;
    private boolean gossipIsDown;
    private int exchanges;
    private long clusterBytes;
    private long gossipBytes;

    SimulatedNetwork(SimulatedTime time, RandomSource random) {
        this.time = time;
        this.random = random;
    }

    void listen(String address, SimulatedNode node) {
        listening.put(address, node);
    }

    /** A host name that stands for several addresses. */
    public void name(String seed, List<String> addresses) {
        names.put(seed, addresses);
    }

    public void lose(int percent) {
        lossPercent = percent;
    }

    /** Cuts the way from one node to another, one way only. */
    public void cut(SimulatedNode from, SimulatedNode to) {
        cuts.add(from.address() + " " + to.address());
    }

    /** Cuts every way between those of one side and those of the other. */
    void divide(Set<SimulatedNode> side) {
        divided = (from, to) -> side.contains(from) != side.contains(to);
    }

    public void heal() {
        cuts.clear();
        divided = (from, to) -> false;
    }

    /** Counts bytes from now on. */
    void count() {
        counting = true;
        clusterBytes = 0;
        gossipBytes = 0;
    }

    /** Whether gossip gets through; the cluster layer's own messages do all the same. */
    void gossipIsDown(boolean down) {
        gossipIsDown = down;
    }

    /** How many exchanges of state were begun. */
    int exchanges() {
        return exchanges;
    }

    /** The bytes of the cluster layer's messages. */
    long clusterBytes() {
        return clusterBytes;
    }

    /** The bytes of the gossip layer's messages. */
    long gossipBytes() {
        return gossipBytes;
    }

    GossipTransport gossip(SimulatedNode from) {
        return (Peer peer, GossipExchange exchange, long timeoutNanos) -> {
            if (gossipIsDown) {
                return CompletableFuture.failedStage(new IOException("gossip is down"));
            }
            countGossip(exchange, GossipWire::sizeBytes);
            CompletionStage<GossipExchangeAnswer> answer = call(
                    from,
                    peer.address(),
                    timeoutNanos,
                    target -> target.gossip().exchange(exchange).thenApply(given -> {
                        countGossip(given, GossipWire::sizeBytes);
                        return given;
                    }));
            return answer;
        };
    }

    private <M> void countGossip(M message, ToIntFunction<M> size) {
        if (counting) {
            gossipBytes += size.applyAsInt(message);
        }
    }

    private <M> M countCluster(M message, ToIntFunction<M> size) {
        if (counting) {
            clusterBytes += size.applyAsInt(message);
        }
        return message;
    }

    ClusterTransport cluster(SimulatedNode from) {
        return new ClusterTransport() {
            @Override
            public ClusterPeer at(String address, long timeoutNanos) {
                return new Way(from, address, timeoutNanos);
            }

            @Override
            public CompletionStage<List<String>> resolve(String seed) {
                return CompletableFuture.completedStage(names.getOrDefault(seed, List.of(seed)));
            }
        };
    }

    private final class Way implements ClusterPeer {
        private final SimulatedNode from;
        private final String address;
        private final long timeoutNanos;

        private Way(SimulatedNode from, String address, long timeoutNanos) {
            this.from = from;
            this.address = address;
            this.timeoutNanos = timeoutNanos;
        }

        private <T> CompletionStage<T> send(
                Function<ClusterPeer, CompletionStage<T>> handler, ToIntFunction<T> sizeOfAnswer) {
            return call(
                    from,
                    address,
                    timeoutNanos,
                    target -> handler.apply(target.cluster()).thenApply(given -> countCluster(given, sizeOfAnswer)));
        }

        @Override
        public CompletionStage<ProbeAnswer> probe(Probe probe) {
            countCluster(probe, ClusterWire::sizeBytes);
            return send(target -> target.probe(probe), ClusterWire::sizeBytes);
        }

        @Override
        public CompletionStage<Optional<Member>> probeIndirectly(IndirectProbe probe) {
            countCluster(probe, ClusterWire::sizeBytes);
            return send(target -> target.probeIndirectly(probe), ClusterWire::sizeOfFound);
        }

        @Override
        public CompletionStage<Knowledge> exchange(Knowledge knowledge) {
            exchanges++;
            countCluster(knowledge, ClusterWire::sizeBytes);
            return send(target -> target.exchange(knowledge), ClusterWire::sizeBytes);
        }

        @Override
        public CompletionStage<FormAnswer> form(FormStep step) {
            return send(target -> target.form(step), answer -> 0);
        }

        @Override
        public CompletionStage<AcceptorAnswer> ask(AcceptorQuestion question) {
            return send(target -> target.ask(question), answer -> 0);
        }

        @Override
        public CompletionStage<Decided> propose(Proposal proposal) {
            return send(target -> target.propose(proposal), answer -> 0);
        }

        @Override
        public CompletionStage<Optional<Accepted>> agreed(String clusterId, long version) {
            return send(target -> target.agreed(clusterId, version), answer -> 0);
        }
    }

    private <T> CompletionStage<T> call(
            SimulatedNode from,
            String address,
            long timeoutNanos,
            Function<SimulatedNode, CompletionStage<T>> handler) {
        CompletableFuture<T> result = new CompletableFuture<>();
        from.process().schedule(() -> giveUp(result), timeoutNanos);
        deliver(
                from,
                address,
                target -> handler.apply(target)
                        .whenComplete((answer, failure) -> deliver(
                                target,
                                from.address(),
                                caller -> caller.process().execute(() -> complete(result, answer, failure)))));
        return result;
    }

    private static <T> void giveUp(CompletableFuture<T> result) {
        if (!result.isDone()) {
            result.completeExceptionally(new IOException("no answer in time"));
        }
    }

    private static <T> void complete(CompletableFuture<T> result, T answer, Throwable failure) {
        if (failure == null) {
            result.complete(answer);
        } else {
            result.completeExceptionally(failure);
        }
    }

    private void deliver(SimulatedNode from, String address, Consumer<SimulatedNode> arrival) {
        if (random.nextInt(100) < lossPercent) {
            return;
        }
        long delayNanos = MILLI + Long.remainderUnsigned(random.nextLong(), 20 * MILLI);
        time.schedule(
                () -> {
                    SimulatedNode target = listening.get(address);
                    if (target != null && target.isUp() && !isCut(from, target, address)) {
                        arrival.accept(target);
                    }
                },
                delayNanos);
    }

    private boolean isCut(SimulatedNode from, SimulatedNode to, String address) {
        return divided.test(from, to) || (!cuts.isEmpty() && cuts.contains(from.address() + " " + address));
    }
}
