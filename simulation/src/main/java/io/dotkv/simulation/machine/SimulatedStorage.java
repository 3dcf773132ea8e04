package io.dotkv.simulation.machine;

import io.dotkv.kernel.Key;
import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.Row;
import io.dotkv.simulation.history.TraceText;
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
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * The storage of another node, over a {@link ReconnectingLine}. What is known of a call without
 * an answer is what the gRPC client knows: refused when nothing was sent, unknown when something was.
 *
 * <p>Deadlines travel as the time that is left, since every machine has a clock of its own.
 */
final class SimulatedStorage implements Storage {
    private static final long GRACE_NANOS = 100_000_000;
    private static final long CALL_NANOS = 10_000_000_000L;

    private final NodeProcess client;
    private final ReconnectingLine line;

    /** Begins to connect. */
    SimulatedStorage(SimulatedNetwork network, NodeProcess client, Host host) {
        this.client = client;
        this.line = new ReconnectingLine(network, client, host);
    }

    /** A request, with the deadline by the server's clock. */
    private interface Request<T> extends BiFunction<Storage, Long, CompletionStage<Outcome<T>>> {}

    private <T> CompletionStage<Outcome<T>> call(String what, long deadlineNanos, Request<T> request) {
        CompletableFuture<Outcome<T>> answer = new CompletableFuture<>();
        ReconnectingLine.Way way = line.way(deadlineNanos);
        if (way.refusal() != null) {
            answer.complete(Outcome.refused(way.refusal()));
            return answer;
        }
        SimulatedConnection through = way.connection();
        long call = through.begin(why -> answer.complete(Outcome.unknown(why)));
        giveUpAt(through, call, way.leftNanos(), () -> answer.complete(Outcome.unknown("no answer in time")));
        through.toServer(what, () -> {
            Storage there = through.server().services().storage();
            var _ = request.apply(there, way.deadlineThere())
                    .whenComplete((outcome, failure) -> through.toClient(what + " answered", () -> {
                        if (through.end(call)) {
                            answer.complete(failure == null ? outcome : Outcome.unknown("failed: " + failure));
                        }
                    }));
        });
        return answer;
    }

    private void giveUpAt(SimulatedConnection through, long call, long leftNanos, Runnable unanswered) {
        client.scheduler()
                .schedule(
                        () -> {
                            if (through.end(call)) {
                                unanswered.run();
                            }
                        },
                        leftNanos + GRACE_NANOS);
    }

    @Override
    public CompletionStage<Outcome<Row>> read(Requests.Read request) {
        return call(
                "read " + TraceText.of(request.key()),
                request.deadlineNanos(),
                (there, deadlineNanos) ->
                        there.read(new Requests.Read(request.placement(), request.key(), deadlineNanos)));
    }

    @Override
    public CompletionStage<Outcome<Long>> apply(Requests.Apply request) {
        return call(
                "apply " + TraceText.of(request.delta()),
                request.deadlineNanos(),
                (there, deadlineNanos) -> there.apply(
                        new Requests.Apply(request.placement(), request.delta(), request.requestId(), deadlineNanos)));
    }

    @Override
    public void mutate(Requests.Mutate request, MutationListener listener) {
        ReconnectingLine.Way way = line.way(request.deadlineNanos());
        if (way.refusal() != null) {
            listener.ended(Outcome.refused(way.refusal()));
            return;
        }
        SimulatedConnection through = way.connection();
        String what = "mutate " + TraceText.of(request.key());
        long call = through.begin(why -> listener.ended(Outcome.unknown(why)));
        giveUpAt(through, call, way.leftNanos(), () -> listener.ended(Outcome.unknown("no answer in time")));
        through.toServer(what, () -> {
            Requests.Mutate there = new Requests.Mutate(
                    request.placement(), request.key(), request.mutation(), request.requestId(), way.deadlineThere());
            through.server().services().storage().mutate(there, new Answering(through, call, what, listener));
        });
    }

    /** Carries the news of a mutation back to the client. */
    private record Answering(SimulatedConnection through, long call, String what, MutationListener listener)
            implements MutationListener {
        @Override
        public void assigned(StampedWrite assignment) {
            through.toClient(what + " assigned", () -> {
                if (through.isWaiting(call)) {
                    listener.assigned(assignment);
                }
            });
        }

        @Override
        public void ended(Outcome<Long> outcome) {
            through.toClient(what + " ended", () -> {
                if (through.end(call)) {
                    listener.ended(outcome);
                }
            });
        }
    }

    @Override
    public CompletionStage<Outcome<RowPage>> scan(Requests.Scan request) {
        return call(
                "scan",
                request.deadlineNanos(),
                (there, deadlineNanos) -> there.scan(new Requests.Scan(
                        request.placement(),
                        request.after(),
                        request.prefix(),
                        request.limit(),
                        request.partitions(),
                        deadlineNanos)));
    }

    @Override
    public CompletionStage<Outcome<Integer>> pull(
            Requests.Pull request, Function<PullMessage, CompletionStage<?>> taker) {
        SimulatedConnection through = line.connection();
        if (through == null) {
            return CompletableFuture.completedFuture(Outcome.refused(line.unreachable()));
        }
        CompletableFuture<Outcome<Integer>> answer = new CompletableFuture<>();
        long call = through.begin(why -> answer.complete(Outcome.unknown(why)));
        through.toServer("pull", () -> {
            Storage there = through.server().services().storage();
            var _ = there.pull(request, message -> hand(through, call, message, taker))
                    .whenComplete((outcome, failure) -> {
                        through.served(call);
                        through.toClient("pull ended", () -> {
                            if (through.end(call)) {
                                answer.complete(failure == null ? outcome : Outcome.unknown("failed: " + failure));
                            }
                        });
                    });
        });
        return answer;
    }

    /** Hands one message to the puller; taken when the puller says so, failed when it or the connection is gone. */
    private static CompletionStage<?> hand(
            SimulatedConnection through,
            long call,
            PullMessage message,
            Function<PullMessage, CompletionStage<?>> taker) {
        CompletableFuture<Boolean> taken = new CompletableFuture<>();
        through.serve(call, why -> taken.completeExceptionally(new CancellationException(why)));
        through.toClient("pull brings " + TraceText.of(message), () -> {
            if (!through.isWaiting(call)) {
                return;
            }
            taker.apply(message)
                    .whenComplete((done, failure) -> through.toServer("pull is taken", () -> {
                        if (failure == null) {
                            taken.complete(true);
                        } else {
                            taken.completeExceptionally(failure);
                        }
                    }));
        });
        return taken;
    }

    @Override
    public CompletionStage<Outcome<List<PartitionClock>>> clocks(Set<PartitionId> partitions) {
        return call("clocks", inCallTime(), (there, deadlineNanos) -> there.clocks(partitions));
    }

    @Override
    public CompletionStage<Outcome<AssignmentAck>> assume(Assignment mandate) {
        return call("assume", inCallTime(), (there, deadlineNanos) -> there.assume(mandate));
    }

    @Override
    public CompletionStage<Outcome<Integer>> absorb(PullMessage message) {
        return call("absorb", inCallTime(), (there, deadlineNanos) -> there.absorb(message));
    }

    @Override
    public CompletionStage<Outcome<Digests>> digest(Requests.Digest request) {
        return call(
                "digest",
                request.deadlineNanos(),
                (there, deadlineNanos) -> there.digest(new Requests.Digest(
                        request.placement(),
                        request.partition(),
                        request.common(),
                        request.after(),
                        request.ends(),
                        request.rowsPerRange(),
                        deadlineNanos)));
    }

    @Override
    public CompletionStage<Outcome<List<Key>>> damaged() {
        return call("damaged", inCallTime(), (there, deadlineNanos) -> there.damaged());
    }

    @Override
    public CompletionStage<Outcome<RowRepair>> mend(Requests.Mend request) {
        return call(
                "mend " + TraceText.of(request.key()),
                request.deadlineNanos(),
                (there, deadlineNanos) -> there.mend(new Requests.Mend(
                        request.placement(), request.key(), request.row(), request.acceptsLoss(), deadlineNanos)));
    }

    @Override
    public CompletionStage<Outcome<StorageDescription>> describe() {
        return call("describe", inCallTime(), (there, deadlineNanos) -> there.describe());
    }

    private long inCallTime() {
        return client.clock().monotonicNanos() + CALL_NANOS;
    }

    @Override
    public boolean isReachable() {
        return line.connection() != null;
    }

    @Override
    public void close() {
        line.close();
    }
}
