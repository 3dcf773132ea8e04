package io.dotkv.replication.world;

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
import io.dotkv.storage.Refusal;
import io.dotkv.storage.Requests;
import io.dotkv.storage.RowPage;
import io.dotkv.storage.RowRepair;
import io.dotkv.storage.StampedWrite;
import io.dotkv.storage.Storage;
import io.dotkv.storage.StorageDescription;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The storage of another node, over a network that delays, reorders and loses: what was sent and is not answered has an
 * unknown outcome some time later, as with a connection that breaks.
 */
final class Wire implements Storage {
    private final World world;
    private final World.Node from;
    private final World.Node to;

    Wire(World world, World.Node from, World.Node to) {
        this.world = world;
        this.from = from;
        this.to = to;
    }

    @Override
    public CompletionStage<Outcome<AssignmentAck>> assume(Assignment mandate) {
        return call(storage -> storage.assume(mandate));
    }

    @Override
    public CompletionStage<Outcome<Row>> read(Requests.Read request) {
        return call(storage -> storage.read(request));
    }

    @Override
    public void mutate(Requests.Mutate request, MutationListener listener) {
        if (!isReachable()) {
            listener.ended(unreachable());
            return;
        }
        OneEnd once = new OneEnd(listener);
        world.breakLater(from, () -> once.ended(Outcome.unknown("the connection broke")));
        world.send(
                from,
                to,
                storage -> storage.mutate(request, new MutationListener() {
                    @Override
                    public void assigned(StampedWrite assignment) {
                        world.answer(to, from, () -> once.assigned(assignment));
                    }

                    @Override
                    public void ended(Outcome<Long> outcome) {
                        world.answer(to, from, () -> once.answered(outcome));
                    }
                }));
    }

    /** Keeps the order of a stream: the end waits for the assignment that was sent before it. */
    private static final class OneEnd {
        private final MutationListener listener;
        private boolean assigned;
        private boolean ended;
        private @Nullable Outcome<Long> waiting;

        OneEnd(MutationListener listener) {
            this.listener = listener;
        }

        void assigned(StampedWrite assignment) {
            if (ended || assigned) {
                return;
            }
            assigned = true;
            listener.assigned(assignment);
            if (waiting != null) {
                ended(waiting);
            }
        }

        void answered(Outcome<Long> outcome) {
            if (assigned || !(outcome instanceof Outcome.Done<Long>)) {
                ended(outcome);
            } else {
                waiting = outcome;
            }
        }

        void ended(Outcome<Long> outcome) {
            if (!ended) {
                ended = true;
                listener.ended(outcome);
            }
        }
    }

    @Override
    public CompletionStage<Outcome<Long>> apply(Requests.Apply request) {
        return call(storage -> storage.apply(request));
    }

    @Override
    public CompletionStage<Outcome<RowPage>> scan(Requests.Scan request) {
        return call(storage -> storage.scan(request));
    }

    @Override
    public CompletionStage<Outcome<List<PartitionClock>>> clocks(Set<PartitionId> partitions) {
        return call(storage -> storage.clocks(partitions));
    }

    @Override
    public CompletionStage<Outcome<Integer>> pull(
            Requests.Pull request, Function<PullMessage, CompletionStage<?>> taker) {
        return call(storage -> storage.pull(request, message -> {
            CompletableFuture<Boolean> taken = new CompletableFuture<>();
            world.answer(
                    to,
                    from,
                    () -> taker.apply(message)
                            .whenComplete((done, failure) -> world.answer(from, to, () -> taken.complete(true))));
            return taken;
        }));
    }

    @Override
    public CompletionStage<Outcome<Integer>> absorb(PullMessage message) {
        return call(storage -> storage.absorb(message));
    }

    @Override
    public CompletionStage<Outcome<Digests>> digest(Requests.Digest request) {
        return call(storage -> storage.digest(request));
    }

    @Override
    public CompletionStage<Outcome<List<Key>>> damaged() {
        return call(Storage::damaged);
    }

    @Override
    public CompletionStage<Outcome<RowRepair>> mend(Requests.Mend request) {
        return call(storage -> storage.mend(request));
    }

    @Override
    public CompletionStage<Outcome<StorageDescription>> describe() {
        return call(Storage::describe);
    }

    @Override
    public boolean isReachable() {
        return world.isConnected(from, to);
    }

    @Override
    public void close() {}

    private <T> CompletionStage<Outcome<T>> call(Function<Storage, CompletionStage<Outcome<T>>> request) {
        if (!isReachable()) {
            return CompletableFuture.completedFuture(unreachable());
        }
        CompletableFuture<Outcome<T>> result = new CompletableFuture<>();
        world.breakLater(from, () -> result.complete(Outcome.unknown("the connection broke")));
        Consumer<Storage> deliver = storage -> {
            var _ = request.apply(storage)
                    .whenComplete((outcome, error) -> world.answer(to, from, () -> result.complete(outcome)));
        };
        world.send(from, to, deliver);
        return result;
    }

    private <T> Outcome<T> unreachable() {
        return Outcome.refused(new Refusal(Refusal.Reason.UNREACHABLE, 0, "no connection to " + to.id()));
    }
}
