package io.dotkv.simulation;

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
import io.dotkv.storage.Storage;
import io.dotkv.storage.StorageDescription;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** A storage that passes everything on; a planted fault overrides what it breaks. */
abstract class TamperedStorage implements Storage {
    final Storage real;

    TamperedStorage(Storage real) {
        this.real = real;
    }

    @Override
    public CompletionStage<Outcome<AssignmentAck>> assume(Assignment mandate) {
        return real.assume(mandate);
    }

    @Override
    public CompletionStage<Outcome<Row>> read(Requests.Read request) {
        return real.read(request);
    }

    @Override
    public void mutate(Requests.Mutate request, MutationListener listener) {
        real.mutate(request, listener);
    }

    @Override
    public CompletionStage<Outcome<Long>> apply(Requests.Apply request) {
        return real.apply(request);
    }

    @Override
    public CompletionStage<Outcome<RowPage>> scan(Requests.Scan request) {
        return real.scan(request);
    }

    @Override
    public CompletionStage<Outcome<List<PartitionClock>>> clocks(Set<PartitionId> partitions) {
        return real.clocks(partitions);
    }

    @Override
    public CompletionStage<Outcome<Integer>> pull(
            Requests.Pull request, Function<PullMessage, CompletionStage<?>> taker) {
        return real.pull(request, taker);
    }

    @Override
    public CompletionStage<Outcome<Integer>> absorb(PullMessage message) {
        return real.absorb(message);
    }

    @Override
    public CompletionStage<Outcome<Digests>> digest(Requests.Digest request) {
        return real.digest(request);
    }

    @Override
    public CompletionStage<Outcome<List<Key>>> damaged() {
        return real.damaged();
    }

    @Override
    public CompletionStage<Outcome<RowRepair>> mend(Requests.Mend request) {
        return real.mend(request);
    }

    @Override
    public CompletionStage<Outcome<StorageDescription>> describe() {
        return real.describe();
    }

    @Override
    public boolean isReachable() {
        return real.isReachable();
    }

    @Override
    public void close() {
        real.close();
    }
}
