package io.dotkv.cluster;

import io.dotkv.gossip.Exchange;
import io.dotkv.gossip.ExchangeAnswer;
import io.dotkv.gossip.GossipTransport;
import io.dotkv.gossip.Peer;
import io.dotkv.kernel.RandomSource;
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
import java.util.function.Consumer;
import java.util.function.Function;

/** A network on virtual time that delays and loses messages, and can be cut between any two nodes. */
final class SimulatedNetwork {
    private static final long MILLI = 1_000_000;

    private final SimulatedTime time;
    private final RandomSource random;
    private final Map<String, SimulatedNode> listening = new HashMap<>();
    private final Map<String, List<String>> names = new HashMap<>();
    private final Set<String> cuts = new HashSet<>();
    private int lossPercent;

    SimulatedNetwork(SimulatedTime time, RandomSource random) {
        this.time = time;
        this.random = random;
    }

    void listen(String address, SimulatedNode node) {
        listening.put(address, node);
    }

    /** A host name that stands for several addresses. */
    void name(String seed, List<String> addresses) {
        names.put(seed, addresses);
    }

    void lose(int percent) {
        lossPercent = percent;
    }

    /** Cuts the way from one node to another, one way only. */
    void cut(SimulatedNode from, SimulatedNode to) {
        cuts.add(from.address() + " " + to.address());
    }

    void heal() {
        cuts.clear();
    }

    GossipTransport gossip(SimulatedNode from) {
        return (Peer peer, Exchange exchange, long timeoutNanos) -> this.<ExchangeAnswer>call(
                from, peer.address(), timeoutNanos, target -> target.gossip().exchange(exchange));
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

        @Override
        public CompletionStage<Member> probe(Probe probe) {
            return call(from, address, timeoutNanos, target -> target.cluster().probe(probe));
        }

        @Override
        public CompletionStage<Optional<Member>> probeIndirectly(IndirectProbe probe) {
            return call(from, address, timeoutNanos, target -> target.cluster().probeIndirectly(probe));
        }

        @Override
        public CompletionStage<Knowledge> exchange(Knowledge knowledge) {
            return call(from, address, timeoutNanos, target -> target.cluster().exchange(knowledge));
        }

        @Override
        public CompletionStage<FormAnswer> form(FormStep step) {
            return call(from, address, timeoutNanos, target -> target.cluster().form(step));
        }
    }

    private <T> CompletionStage<T> call(
            SimulatedNode from,
            String address,
            long timeoutNanos,
            Function<SimulatedNode, CompletionStage<T>> handler) {
        CompletableFuture<T> result = new CompletableFuture<>();
        time.schedule(() -> result.completeExceptionally(new IOException("no answer in time")), timeoutNanos);
        deliver(
                from,
                address,
                target -> handler.apply(target)
                        .whenComplete((answer, failure) -> deliver(target, from.address(), caller -> {
                            if (failure == null) {
                                result.complete(answer);
                            } else {
                                result.completeExceptionally(failure);
                            }
                        })));
        return result;
    }

    private void deliver(SimulatedNode from, String address, Consumer<SimulatedNode> arrival) {
        if (random.nextInt(100) < lossPercent) {
            return;
        }
        long delayNanos = MILLI + Long.remainderUnsigned(random.nextLong(), 20 * MILLI);
        time.schedule(
                () -> {
                    SimulatedNode target = listening.get(address);
                    if (target != null && target.isUp() && !cuts.contains(from.address() + " " + address)) {
                        arrival.accept(target);
                    }
                },
                delayNanos);
    }
}
