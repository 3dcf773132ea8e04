package io.dotkv.storage.grpc;

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
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;

/**
 * A storage that does what the test says. Calls of the data path wait to be answered by the test, unless it has set an
 * answer; the others give the outcome that the test has set.
 */
class ScriptedStorage implements Storage {
    /** A call that came in, with its answer to be given. */
    record Waiting<R, T>(R request, CompletableFuture<Outcome<T>> answer) {}

    /** A mutation that came in. */
    record Mutation(Requests.Mutate request, MutationListener listener) {}

    final Queue<Waiting<Requests.Read, Row>> reads = new ConcurrentLinkedQueue<>();
    final Queue<Waiting<Requests.Apply, Long>> applies = new ConcurrentLinkedQueue<>();
    final Queue<Mutation> mutations = new ConcurrentLinkedQueue<>();
    final Queue<Object> others = new ConcurrentLinkedQueue<>();
    Outcome<AssignmentAck> assumed = Outcome.unknown("not scripted");
    Outcome<RowPage> page = Outcome.unknown("not scripted");
    Outcome<List<PartitionClock>> clocks = Outcome.unknown("not scripted");
    Outcome<Integer> absorbed = Outcome.unknown("not scripted");
    Outcome<Digests> digests = Outcome.unknown("not scripted");
    Outcome<List<Key>> damaged = Outcome.unknown("not scripted");
    Outcome<RowRepair> mended = Outcome.unknown("not scripted");
    Outcome<StorageDescription> description = Outcome.unknown("not scripted");
    final List<PullMessage> toPull = new ArrayList<>();
    volatile int pulled;
    volatile boolean pullGivenUp;

    @Override
    public CompletionStage<Outcome<Row>> read(Requests.Read request) {
        Waiting<Requests.Read, Row> call = new Waiting<>(request, new CompletableFuture<>());
        reads.add(call);
        return call.answer();
    }

    @Override
    public void mutate(Requests.Mutate request, MutationListener listener) {
        mutations.add(new Mutation(request, listener));
    }

    @Override
    public CompletionStage<Outcome<Long>> apply(Requests.Apply request) {
        Waiting<Requests.Apply, Long> call = new Waiting<>(request, new CompletableFuture<>());
        applies.add(call);
        return call.answer();
    }

    @Override
    public CompletionStage<Outcome<AssignmentAck>> assume(Assignment mandate) {
        others.add(mandate);
        return CompletableFuture.completedFuture(assumed);
    }

    @Override
    public CompletionStage<Outcome<RowPage>> scan(Requests.Scan request) {
        others.add(request);
        return CompletableFuture.completedFuture(page);
    }

    @Override
    public CompletionStage<Outcome<List<PartitionClock>>> clocks(Set<PartitionId> partitions) {
        others.add(partitions);
        return CompletableFuture.completedFuture(clocks);
    }

    @Override
    public CompletionStage<Outcome<Integer>> pull(
            Requests.Pull request, Function<PullMessage, CompletionStage<?>> taker) {
        others.add(request);
        return sendFrom(0, taker);
    }

    private CompletionStage<Outcome<Integer>> sendFrom(int index, Function<PullMessage, CompletionStage<?>> taker) {
        if (index == toPull.size()) {
            return CompletableFuture.completedFuture(Outcome.done(index));
        }
        CompletionStage<?> taken = taker.apply(toPull.get(index));
        pulled = index + 1;
        return taken.handle((any, failure) -> failure).thenCompose(failure -> {
            if (failure == null) {
                return sendFrom(index + 1, taker);
            }
            pullGivenUp = true;
            return CompletableFuture.completedFuture(Outcome.unknown("the taker gave up"));
        });
    }

    @Override
    public CompletionStage<Outcome<Integer>> absorb(PullMessage message) {
        others.add(message);
        return CompletableFuture.completedFuture(absorbed);
    }

    @Override
    public CompletionStage<Outcome<Digests>> digest(Requests.Digest request) {
        others.add(request);
        return CompletableFuture.completedFuture(digests);
    }

    @Override
    public CompletionStage<Outcome<List<Key>>> damaged() {
        return CompletableFuture.completedFuture(damaged);
    }

    @Override
    public CompletionStage<Outcome<RowRepair>> mend(Requests.Mend request) {
        others.add(request);
        return CompletableFuture.completedFuture(mended);
    }

    @Override
    public CompletionStage<Outcome<StorageDescription>> describe() {
        return CompletableFuture.completedFuture(description);
    }

    @Override
    public boolean isReachable() {
        return true;
    }

    @Override
    public void close() {}
}
