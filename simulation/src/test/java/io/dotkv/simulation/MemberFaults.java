package io.dotkv.simulation;

import io.dotkv.cluster.Cluster;
import io.dotkv.cluster.ClusterPeer;
import io.dotkv.cluster.ClusterTransport;
import io.dotkv.cluster.ClusterView;
import io.dotkv.cluster.Member;
import io.dotkv.cluster.layout.Formation;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.ports.Subscription;
import io.dotkv.simulation.machine.FaultHooks;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** What can be planted in the talk of the members and in what is heard of it. */
final class MemberFaults {
    private MemberFaults() {}

    static Predicate<NodeId> named(String name) {
        return node -> node.name().equals(name);
    }

    /** Those who watch the cluster are told of every third change only. */
    static FaultHooks viewsAreLost() {
        return new FaultHooks() {
            @Override
            public Cluster cluster(NodeId node, Cluster cluster) {
                return new TamperedCluster(cluster) {
                    @Override
                    public Subscription watch(Consumer<ClusterView> listener) {
                        int[] count = {0};
                        return real.watch(view -> {
                            if (count[0]++ % 3 == 0) {
                                listener.accept(view);
                            }
                        });
                    }
                };
            }
        };
    }

    interface PeerTampering {
        ClusterPeer tamper(String address, ClusterPeer real);
    }

    static FaultHooks ofTransport(Predicate<NodeId> where, PeerTampering tampering) {
        return new FaultHooks() {
            @Override
            public ClusterTransport transport(NodeId node, ClusterTransport transport) {
                return !where.test(node)
                        ? transport
                        : new ClusterTransport() {
                            @Override
                            public ClusterPeer at(String address, long timeoutNanos) {
                                return tampering.tamper(address, transport.at(address, timeoutNanos));
                            }

                            @Override
                            public CompletionStage<List<String>> resolve(String seed) {
                                return transport.resolve(seed);
                            }
                        };
            }
        };
    }

    /** One node hears the answers of no probe. */
    static FaultHooks probesAreNotHeard() {
        return ofTransport(named("n1"), (address, real) -> new TamperedPeer(real) {
            @Override
            public CompletionStage<ProbeAnswer> probe(Probe probe) {
                return super.probe(probe)
                        .thenCompose(any -> CompletableFuture.failedFuture(new IllegalStateException("not heard")));
            }

            @Override
            public CompletionStage<Optional<Member>> probeIndirectly(IndirectProbe probe) {
                return super.probeIndirectly(probe).thenApply(any -> Optional.empty());
            }
        });
    }

    /** The former tells one node other facts than the rest. */
    static FaultHooks formerIsTwoFaced() {
        return ofTransport(named("n1"), (address, real) -> new TamperedPeer(real) {
            @Override
            public CompletionStage<Knowledge> exchange(Knowledge knowledge) {
                return super.exchange(
                        address.startsWith("n2")
                                ? new Knowledge(
                                        knowledge.sender(),
                                        knowledge.members(),
                                        knowledge.formation().map(MemberFaults::otherFacts),
                                        knowledge.agreed())
                                : knowledge);
            }

            @Override
            public CompletionStage<FormAnswer> form(FormStep step) {
                return super.form(
                        address.startsWith("n2")
                                ? new FormStep(
                                        step.former(),
                                        step.formerInstance(),
                                        otherFacts(step.formation()),
                                        step.commit())
                                : step);
            }
        });
    }

    private static Formation otherFacts(Formation formation) {
        return new Formation(
                "f".repeat(32), formation.clusterKey(), formation.members(), formation.instances(), formation.layout());
    }
}
