package io.dotkv.replication.request;

import io.dotkv.replication.Operation;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * A request for which too few replicas can be reached. It begins as soon as enough can, and otherwise, to be refused,
 * after {@link #LONGEST_NANOS} or half of its time: after a cut of the network has healed, the streams to the other
 * storages need a part of that until they stand again, and what comes meanwhile can be served.
 *
 * <p>It has its place among the admitted requests, and gives it back when its caller has given it up before it has
 * begun.
 */
public final class HeldRequest<T> extends Timers.Alarm {
    public static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final BooleanSupplier enough;
    private final Supplier<CompletionStage<T>> begin;
    private final RequestPorts port;
    private final long sizeBytes;
    private final CompletableFuture<T> result = new CompletableFuture<>();
    private long untilNanos;

    private HeldRequest(BooleanSupplier enough, Supplier<CompletionStage<T>> begin, RequestPorts port, long sizeBytes) {
        this.enough = enough;
        this.begin = begin;
        this.port = port;
        this.sizeBytes = sizeBytes;
    }

    /**
     * Begins a request that was admitted, at once when enough replicas can be reached. The stage may be cancelled, by a
     * caller that has given the request up.
     *
     * @param sizeBytes what it was admitted with
     */
    public static <T> CompletionStage<T> begin(
            Operation request,
            BooleanSupplier enough,
            Supplier<CompletionStage<T>> begin,
            RequestPorts port,
            long sizeBytes) {
        if (enough.getAsBoolean()) {
            return begin.get();
        }
        HeldRequest<T> held = new HeldRequest<>(enough, begin, port, sizeBytes);
        held.hold(request.deadlineNanos());
        return held.result;
    }

    private void hold(long deadlineNanos) {
        long nowNanos = port.clock().monotonicNanos();
        untilNanos = nowNanos + Math.min(LONGEST_NANOS, (deadlineNanos - nowNanos) / 2);
        port.timers().set(this, nowNanos + LOOK_NANOS);
    }

    @Override
    void ring() {
        long nowNanos = port.clock().monotonicNanos();
        if (result.isCancelled()) {
            port.admission().leave(sizeBytes);
            port.admission().done();
        } else if (untilNanos - nowNanos <= 0
                || enough.getAsBoolean()
                || port.admission().isClosed()) {
            go();
        } else {
            port.timers().set(this, nowNanos + LOOK_NANOS);
        }
    }

    private void go() {
        CompletableFuture<T> begun = begin.get().toCompletableFuture();
        var _ = begun.whenComplete((answer, failure) -> {
            if (failure == null) {
                result.complete(answer);
            } else {
                result.completeExceptionally(failure);
            }
        });
        var _ = result.whenComplete((answer, failure) -> {
            if (result.isCancelled()) {
                begun.cancel(false);
            }
        });
    }
}
