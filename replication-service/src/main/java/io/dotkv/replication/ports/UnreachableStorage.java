package io.dotkv.replication.ports;

import io.dotkv.kernel.Key;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.Row;
import io.dotkv.storage.Assignment;
import io.dotkv.storage.AssignmentAck;
import io.dotkv.storage.Digests;
import io.dotkv.storage.MutationListener;
import io.dotkv.storage.Outcome;
import io.dotkv.storage.PartitionClock;
import io.dotkv.storage.PullMessage;
import io.dotkv.storage.Refusal;
import io.dotkv.storage.Requests;
import io.dotkv.storage.RowPage;
import io.dotkv.storage.RowRepair;
import io.dotkv.storage.Storage;
import io.dotkv.storage.StorageDescription;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** The storage of a member whose storage address is not known: unreachable. */
public final class UnreachableStorage implements Storage {
    private final NodeId node;

    public UnreachableStorage(NodeId node) {
        this.node = node;
    }

    @Override
    public CompletionStage<Outcome<AssignmentAck>> assume(Assignment mandate) {
        return unreachable();
    }

    @Override
    public CompletionStage<Outcome<Row>> read(Requests.Read request) {
        return unreachable();
    }

    @Override
    public void mutate(Requests.Mutate request, MutationListener listener) {
        listener.ended(refused());
    }

    @Override
    public CompletionStage<Outcome<Long>> apply(Requests.Apply request) {
        return unreachable();
    }

    @Override
    public CompletionStage<Outcome<RowPage>> scan(Requests.Scan request) {
        return unreachable();
    }

    @Override
    public CompletionStage<Outcome<List<PartitionClock>>> clocks(Set<PartitionId> partitions) {
        return unreachable();
    }

    @Override
    public CompletionStage<Outcome<Integer>> pull(
            Requests.Pull request, Function<PullMessage, CompletionStage<?>> taker) {
        return unreachable();
    }

    @Override
    public CompletionStage<Outcome<Integer>> absorb(PullMessage message) {
        return unreachable();
    }

    @Override
    public CompletionStage<Outcome<Digests>> digest(Requests.Digest request) {
        return unreachable();
    }

    @Override
    public CompletionStage<Outcome<List<Key>>> damaged() {
        return unreachable();
    }

    @Override
    public CompletionStage<Outcome<RowRepair>> mend(Requests.Mend request) {
        return unreachable();
    }

    @Override
    public CompletionStage<Outcome<StorageDescription>> describe() {
        return unreachable();
    }

    @Override
    public boolean isReachable() {
        return false;
    }

    @Override
    public void close() {}

    private <T> CompletionStage<Outcome<T>> unreachable() {
        return CompletableFuture.completedFuture(refused());
    }

    private <T> Outcome<T> refused() {
        return Outcome.refused(new Refusal(
                Refusal.Reason.UNREACHABLE, 0, "the address of the storage of node " + node + " is not known yet"));
    }
}
