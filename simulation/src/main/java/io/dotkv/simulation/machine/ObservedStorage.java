package io.dotkv.simulation.machine;

import io.dotkv.kernel.Key;
import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.Row;
import io.dotkv.storage.Assignment;
import io.dotkv.storage.AssignmentAck;
import io.dotkv.storage.Digests;
import io.dotkv.storage.MutationListener;
import io.dotkv.storage.Outcome;
import io.dotkv.storage.PartitionClock;
import io.dotkv.storage.PullMessage;
import io.dotkv.storage.Requests;
import io.dotkv.storage.RowPage;
import io.dotkv.storage.RowRepair;
import io.dotkv.storage.StampedWrite;
import io.dotkv.storage.Storage;
import io.dotkv.storage.StorageDescription;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * The storage of a node as the others and its own coordination use it, with somebody who writes down each dot it gives
 * out.
 */
final class ObservedStorage implements Storage {
    private final Storage storage;
    private final SimulatedNode node;
    private final NodeProcess process;
    private final SimulationContext context;

    ObservedStorage(Storage storage, SimulatedNode node, NodeProcess process, SimulationContext context) {
        this.storage = storage;
        this.node = node;
        this.process = process;
        this.context = context;
    }

    @Override
    public void mutate(Requests.Mutate request, MutationListener listener) {
        storage.mutate(request, new MutationListener() {
            @Override
            public void assigned(StampedWrite assignment) {
                if (process.isAlive()) {
                    context.issued(node, request, assignment);
                    listener.assigned(assignment);
                }
            }

            @Override
            public void ended(Outcome<Long> outcome) {
                if (process.isAlive()) {
                    listener.ended(outcome);
                }
            }
        });
    }

    /**
     * A defect that the storage itself has noticed and reported as an outcome must not pass for a fault of the disk.
     */
    private <T> CompletionStage<Outcome<T>> watched(CompletionStage<Outcome<T>> answer) {
        return answer.whenComplete((outcome, failure) -> {
            if (failure != null || (outcome instanceof Outcome.Unknown<T>(String why) && why.contains("defect"))) {
                context.defect("the storage of " + node.id() + " failed by a defect: " + outcome + " " + failure);
            }
        });
    }

    @Override
    public CompletionStage<Outcome<AssignmentAck>> assume(Assignment mandate) {
        return watched(storage.assume(mandate)).whenComplete((outcome, failure) -> {
            if (process.isAlive() && outcome instanceof Outcome.Done<AssignmentAck>(AssignmentAck assumed)) {
                assumed.actor().ifPresent(node::worksAs);
                context.trace()
                        .event(
                                node.id().name(),
                                "works as "
                                        + assumed.actor()
                                                .map(actor -> "actor " + actor)
                                                .orElse("a replica without a boot")
                                        + ", without a vote in " + assumed.notVoting());
            }
        });
    }

    @Override
    public CompletionStage<Outcome<Row>> read(Requests.Read request) {
        return watched(storage.read(request));
    }

    @Override
    public CompletionStage<Outcome<Long>> apply(Requests.Apply request) {
        return watched(storage.apply(request));
    }

    @Override
    public CompletionStage<Outcome<RowPage>> scan(Requests.Scan request) {
        return watched(storage.scan(request));
    }

    @Override
    public CompletionStage<Outcome<List<PartitionClock>>> clocks(Set<PartitionId> partitions) {
        return storage.clocks(partitions);
    }

    @Override
    public CompletionStage<Outcome<Integer>> pull(
            Requests.Pull request, Function<PullMessage, CompletionStage<?>> taker) {
        return watched(storage.pull(request, taker));
    }

    @Override
    public CompletionStage<Outcome<Integer>> absorb(PullMessage message) {
        return watched(storage.absorb(message));
    }

    @Override
    public CompletionStage<Outcome<Digests>> digest(Requests.Digest request) {
        return watched(storage.digest(request));
    }

    @Override
    public CompletionStage<Outcome<List<Key>>> damaged() {
        return storage.damaged();
    }

    @Override
    public CompletionStage<Outcome<RowRepair>> mend(Requests.Mend request) {
        return watched(storage.mend(request));
    }

    @Override
    public CompletionStage<Outcome<StorageDescription>> describe() {
        return watched(storage.describe());
    }

    @Override
    public boolean isReachable() {
        return storage.isReachable();
    }

    @Override
    public void close() {
        storage.close();
    }
}
