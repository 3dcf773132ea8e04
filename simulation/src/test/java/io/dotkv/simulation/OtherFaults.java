package io.dotkv.simulation;

import io.dotkv.cluster.Cluster;
import io.dotkv.cluster.ClusterPeer;
import io.dotkv.cluster.ClusterTransport;
import io.dotkv.cluster.ClusterView;
import io.dotkv.cluster.Formation;
import io.dotkv.cluster.Member;
import io.dotkv.cluster.register.Accepted;
import io.dotkv.cluster.register.Answer;
import io.dotkv.cluster.register.Question;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.Subscription;
import io.dotkv.replication.Consistency;
import io.dotkv.replication.Operation;
import io.dotkv.replication.ReadResult;
import io.dotkv.replication.Replication;
import io.dotkv.replication.ScanResult;
import io.dotkv.replication.WriteResult;
import io.dotkv.storage.engine.Cursor;
import io.dotkv.storage.engine.Engine;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What can be planted in an engine, in the coordination, and in the talk of the members. */
final class OtherFaults {
    private OtherFaults() {}

    /** An engine that passes everything on. */
    private static class TamperedEngine implements Engine {
        private final Engine real;

        TamperedEngine(Engine real) {
            this.real = real;
        }

        @Override
        public String name() {
            return real.name();
        }

        @Override
        public byte @Nullable [] get(byte[] key) {
            return real.get(key);
        }

        @Override
        public byte @Nullable [] getCached(byte[] key) {
            return real.getCached(key);
        }

        @Override
        public Cursor scan(byte[] from, byte[] to) {
            return real.scan(from, to);
        }

        @Override
        public Batch newBatch() {
            return real.newBatch();
        }

        @Override
        public void write(Batch batch, boolean sync) {
            real.write(batch, sync);
        }

        @Override
        public void sync() {
            real.sync();
        }

        @Override
        public Snapshot snapshot() {
            return real.snapshot();
        }

        @Override
        public long estimateEntries() {
            return real.estimateEntries();
        }

        @Override
        public long diskBytes() {
            return real.diskBytes();
        }

        @Override
        public void close() {
            real.close();
        }
    }

    private static Fittings ofEngine(UnaryOperator<Engine> fault) {
        return new Fittings() {
            @Override
            public Engine engine(NodeId node, Engine engine) {
                return fault.apply(engine);
            }
        };
    }

    /** Every tenth batch is reported as written and synced, and is not there. */
    static Fittings engineLosesBatches() {
        return ofEngine(real -> new TamperedEngine(real) {
            private int count;

            @Override
            public void write(Batch batch, boolean sync) {
                count++;
                if (count % 10 != 0) {
                    super.write(batch, sync);
                }
            }
        });
    }

    /** The fiftieth batch meets a defect. */
    static Fittings engineHasADefect() {
        return ofEngine(real -> new TamperedEngine(real) {
            private int count;

            @Override
            public void write(Batch batch, boolean sync) {
                count++;
                if (count == 50) {
                    throw new IllegalStateException("an array of the wrong length");
                }
                super.write(batch, sync);
            }
        });
    }

    private static Fittings ofReplication(UnaryOperator<Replication> fault) {
        return new Fittings() {
            @Override
            public Replication replication(NodeId node, Replication replication) {
                return fault.apply(replication);
            }
        };
    }

    private record TamperedReplication(Replication real, Tampering tampering) implements Replication {
        @Override
        public CompletionStage<WriteResult> write(Operation.Write write) {
            return tampering.write(real, write);
        }

        @Override
        public CompletionStage<ReadResult> read(Operation.Read read) {
            return tampering.read(real, read);
        }

        @Override
        public CompletionStage<ScanResult> scan(Operation.Scan scan) {
            return real.scan(scan);
        }
    }

    private interface Tampering {
        default CompletionStage<WriteResult> write(Replication real, Operation.Write write) {
            return real.write(write);
        }

        default CompletionStage<ReadResult> read(Replication real, Operation.Read read) {
            return real.read(read);
        }
    }

    /** A write at QUORUM is acknowledged when one replica has it. */
    static Fittings coordinatorCountsWrong() {
        return ofReplication(replication -> new TamperedReplication(replication, new Tampering() {
            @Override
            public CompletionStage<WriteResult> write(Replication real, Operation.Write write) {
                return real.write(
                        write.level() != Consistency.QUORUM
                                ? write
                                : new Operation.Write(
                                        write.key(),
                                        write.payload(),
                                        write.context(),
                                        Consistency.ONE,
                                        write.requestId(),
                                        write.deadlineNanos()));
            }
        }));
    }

    /** What is unknown is reported as not applied. */
    static Fittings coordinatorIsTooSure() {
        return ofReplication(replication -> new TamperedReplication(replication, new Tampering() {
            @Override
            public CompletionStage<WriteResult> write(Replication real, Operation.Write write) {
                return real.write(write)
                        .thenApply(result -> result instanceof WriteResult.Unknown unknown
                                ? new WriteResult.NotApplied(unknown.failure(), unknown.required(), unknown.requestId())
                                : result);
            }
        }));
    }

    /** Every tenth read is forgotten. */
    static Fittings coordinatorForgetsReads() {
        return ofReplication(replication -> new TamperedReplication(replication, new Tampering() {
            private int count;

            @Override
            public CompletionStage<ReadResult> read(Replication real, Operation.Read read) {
                count++;
                return count % 10 == 0 ? new CompletableFuture<>() : real.read(read);
            }
        }));
    }

    /** Those who watch the cluster are told of every third change only. */
    static Fittings viewsAreLost() {
        return new Fittings() {
            @Override
            public Cluster cluster(NodeId node, Cluster cluster) {
                return new Cluster() {
                    @Override
                    public CompletionStage<ClusterView> view() {
                        return cluster.view();
                    }

                    @Override
                    public Subscription watch(Consumer<ClusterView> listener) {
                        int[] count = {0};
                        return cluster.watch(view -> {
                            if (count[0]++ % 3 == 0) {
                                listener.accept(view);
                            }
                        });
                    }

                    @Override
                    public CompletionStage<AgreedBoot> boot(BootRequest request) {
                        return cluster.boot(request);
                    }

                    @Override
                    public CompletionStage<Departed> remove(NodeId removed) {
                        return cluster.remove(removed);
                    }

                    @Override
                    public CompletionStage<Departed> leaveForGood() {
                        return cluster.leaveForGood();
                    }
                };
            }
        };
    }

    private interface PeerTampering {
        ClusterPeer tamper(String address, ClusterPeer real);
    }

    private static Fittings ofTransport(PeerTampering tampering) {
        return new Fittings() {
            @Override
            public ClusterTransport transport(NodeId node, ClusterTransport transport) {
                return !node.name().equals("n1")
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

    private static class TamperedPeer implements ClusterPeer {
        private final ClusterPeer real;

        TamperedPeer(ClusterPeer real) {
            this.real = real;
        }

        @Override
        public CompletionStage<ProbeAnswer> probe(Probe probe) {
            return real.probe(probe);
        }

        @Override
        public CompletionStage<Optional<Member>> probeIndirectly(IndirectProbe probe) {
            return real.probeIndirectly(probe);
        }

        @Override
        public CompletionStage<Knowledge> exchange(Knowledge knowledge) {
            return real.exchange(knowledge);
        }

        @Override
        public CompletionStage<FormAnswer> form(FormStep step) {
            return real.form(step);
        }

        @Override
        public CompletionStage<Answer> ask(Question question) {
            return real.ask(question);
        }

        @Override
        public CompletionStage<Decided> propose(Proposal proposal) {
            return real.propose(proposal);
        }

        @Override
        public CompletionStage<Optional<Accepted>> agreed(String clusterId, long version) {
            return real.agreed(clusterId, version);
        }
    }

    /** One node hears the answers of no probe. */
    static Fittings probesAreNotHeard() {
        return ofTransport((address, real) -> new TamperedPeer(real) {
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
    static Fittings formerIsTwoFaced() {
        return ofTransport((address, real) -> new TamperedPeer(real) {
            @Override
            public CompletionStage<Knowledge> exchange(Knowledge knowledge) {
                return super.exchange(
                        address.startsWith("n2")
                                ? new Knowledge(
                                        knowledge.sender(),
                                        knowledge.members(),
                                        knowledge.formation().map(OtherFaults::otherFacts),
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
