package io.dotkv.simulation;

import io.dotkv.cluster.Cluster;
import io.dotkv.cluster.NotAgreedException;
import io.dotkv.cluster.PeerRefusedException;
import io.dotkv.cluster.ProposalOutcome;
import io.dotkv.cluster.register.paxos.Accepted;
import io.dotkv.cluster.register.state.RegisteredMember;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.Retirements;
import io.dotkv.simulation.machine.FaultHooks;
import io.dotkv.storage.Assignment;
import io.dotkv.storage.AssignmentAck;
import io.dotkv.storage.Outcome;
import io.dotkv.storage.Storage;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;

/** What can be planted in what the members agree on and in what they make of it. */
final class AgreementFaults {
    private AgreementFaults() {}

    private static FaultHooks ofCluster(UnaryOperator<Cluster> fault) {
        return new FaultHooks() {
            @Override
            public Cluster cluster(NodeId node, Cluster cluster) {
                return fault.apply(cluster);
            }
        };
    }

    /** A node that is to remove another says that it has, and proposes nothing. */
    static FaultHooks removalsAreNotProposed() {
        return ofCluster(cluster -> new TamperedCluster(cluster) {
            @Override
            public CompletionStage<Departed> remove(NodeId node, boolean force) {
                return real.view()
                        .thenCompose(view -> view.agreement()
                                .flatMap(agreement -> agreement.state().member(node))
                                .<CompletionStage<Departed>>map(AgreementFaults::gone)
                                .orElseGet(() -> super.remove(node, force)));
            }
        });
    }

    private static CompletionStage<Cluster.Departed> gone(RegisteredMember member) {
        return CompletableFuture.completedStage(new Cluster.Departed(member.node(), member.number(), 0));
    }

    /** No boot is ever agreed on. */
    static FaultHooks bootsAreNotAgreedOn() {
        return ofCluster(cluster -> new TamperedCluster(cluster) {
            @Override
            public CompletionStage<AgreedBoot> boot(BootRequest request) {
                return CompletableFuture.failedStage(
                        new NotAgreedException(new ProposalOutcome.Undecided(false), "nobody agrees"));
            }
        });
    }

    /** One node does not learn from others what they have agreed on after it was formed. */
    static FaultHooks oneNodeLearnsNothing() {
        return MemberFaults.ofTransport(MemberFaults.named("n2"), (address, real) -> new TamperedPeer(real) {
            @Override
            public CompletionStage<Optional<Accepted>> agreed(String clusterId, long version) {
                return super.agreed(clusterId, version).thenApply(newer -> Optional.empty());
            }

            @Override
            public CompletionStage<Decided> propose(Proposal proposal) {
                return super.propose(proposal).thenApply(decided -> new Decided(decided.decision(), Optional.empty()));
            }
        });
    }

    /** Nodes do not understand that they are members no more, and learn of no departure from others. */
    static FaultHooks departuresAreNotUnderstood() {
        return MemberFaults.ofTransport(node -> true, (address, real) -> new TamperedPeer(real) {
            @Override
            public CompletionStage<ProbeAnswer> probe(Probe probe) {
                return dulled(super.probe(probe));
            }

            @Override
            public CompletionStage<Knowledge> exchange(Knowledge knowledge) {
                return dulled(super.exchange(knowledge));
            }

            @Override
            public CompletionStage<Optional<Accepted>> agreed(String clusterId, long version) {
                return super.agreed(clusterId, version).thenApply(AgreementFaults::withoutDepartures);
            }

            @Override
            public CompletionStage<Decided> propose(Proposal proposal) {
                return super.propose(proposal)
                        .thenApply(decided -> new Decided(decided.decision(), withoutDepartures(decided.newest())));
            }
        });
    }

    private static Optional<Accepted> withoutDepartures(Optional<Accepted> newest) {
        return newest.filter(value -> value.state().departures().isEmpty());
    }

    private static <T> CompletionStage<T> dulled(CompletionStage<T> answer) {
        return answer.handle((value, failure) -> {
            if (failure == null) {
                return value;
            }
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            throw new CompletionException(
                    cause instanceof PeerRefusedException
                            ? new IllegalStateException("refused for some reason")
                            : cause);
        });
    }

    /** One node works under the number of another. */
    static FaultHooks numberOfAnotherIsUsed() {
        return new FaultHooks() {
            @Override
            public Storage storage(NodeId node, Storage storage) {
                return !node.name().equals("n2")
                        ? storage
                        : new TamperedStorage(storage) {
                            @Override
                            public CompletionStage<Outcome<AssignmentAck>> assume(Assignment mandate) {
                                return super.assume(new Assignment(
                                        mandate.clusterId(),
                                        mandate.node(),
                                        1,
                                        mandate.boot(),
                                        mandate.formerLife(),
                                        mandate.placement(),
                                        mandate.partitions(),
                                        mandate.held(),
                                        mandate.donors(),
                                        2,
                                        mandate.replicas(),
                                        Retirements.NONE));
                            }
                        };
            }
        };
    }
}
