package io.dotkv.replication.route;

import io.dotkv.kernel.Delta;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.Row;
import io.dotkv.replication.ports.ReplicationSettings;
import io.dotkv.storage.MutationListener;
import io.dotkv.storage.Outcome;
import io.dotkv.storage.Refusal;
import io.dotkv.storage.Requests;
import io.dotkv.storage.Storage;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * The storage of one member as requests see it: whether it is worth a call, and how many calls it has not answered yet.
 * Those are bounded, in number and bytes (one that is larger is let through when it is alone): beyond the bound calls
 * are refused here, so that a replica that hangs costs a bounded amount of memory. The number also is the measure of
 * which replica to prefer.
 *
 * <p>Any thread.
 */
public final class ReplicaClient {
    private static final long HUNG_LATELY_NANOS = 5_000_000_000L;

    private final NodeId node;
    private final Storage storage;
    private final boolean own;
    private final ReplicationSettings.Calls settings;
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong appliesBegun = new AtomicLong();
    private final AtomicLong appliesEnded = new AtomicLong();
    private final AtomicLong promptedNanos = new AtomicLong(Long.MIN_VALUE);
    private final AtomicLong hungNanos = new AtomicLong(Long.MIN_VALUE);
    private volatile boolean believedUp;
    private volatile boolean pulled;
    private volatile boolean heard;
    private volatile long changedNanos;
    private volatile int lookedState;

    ReplicaClient(NodeId node, Storage storage, boolean own, ReplicationSettings.Calls settings) {
        this.node = node;
        this.storage = storage;
        this.own = own;
        this.settings = settings;
    }

    public NodeId node() {
        return node;
    }

    public Storage storage() {
        return storage;
    }

    public boolean isOwn() {
        return own;
    }

    /** What the cluster layer believes of the member. */
    void believe(boolean up) {
        believedUp = up;
    }

    public boolean isReachable() {
        return storage.isReachable() && (believedUp || storage.isAnswering());
    }

    /** It has not answered a page for long. */
    public void hung(long nowNanos) {
        hungNanos.set(nowNanos);
    }

    /** Whether that was a short while ago, so that the next page better asks others first. */
    public boolean hungLately(long nowNanos) {
        long hung = hungNanos.get();
        return hung != Long.MIN_VALUE && nowNanos - hung < HUNG_LATELY_NANOS;
    }

    /** Notes how it is; whether that has changed since it was noted last. One thread. */
    public boolean look(long nowNanos) {
        int state = state();
        boolean changed = state != lookedState;
        if (changed) {
            changedNanos = nowNanos;
            heard = false;
            lookedState = state;
        }
        return changed;
    }

    private int state() {
        return (believedUp ? 2 : 0) + (storage.isReachable() ? 1 : 0);
    }

    /**
     * It has pulled from the own storage so many nanoseconds ago: it reaches the own storage since then, and sends it
     * what it takes. Whether that is news, and what it took before is to be pulled.
     */
    public boolean heard(long agoNanos, long nowNanos) {
        boolean news = !heard && nowNanos - agoNanos - changedNanos > 0;
        heard |= news;
        return news;
    }

    /** Whether it was heard since it has changed. */
    public boolean isHeard() {
        return heard;
    }

    /** Sets whether the own storage has pulled all that it may have missed of this one. */
    public void pulled(boolean all) {
        pulled = all;
    }

    /**
     * Whether it may have, or take, writes that the own storage has not got and does not get by itself: it is believed
     * to be up, and one of the two does not reach the other, or it was not pulled from since they do; or something has
     * just changed.
     */
    boolean mayBeAhead() {
        return state() != lookedState || (believedUp && !(heard && pulled && storage.isReachable()));
    }

    /** For how long it has been as it is. */
    public long unchangedForNanos(long nowNanos) {
        return nowNanos - changedNanos;
    }

    int unanswered() {
        return calls.get();
    }

    public void read(Requests.Read request, Consumer<Outcome<Row>> taker) {
        if (enter(0)) {
            finish(storage.read(request), 0, taker);
        } else {
            taker.accept(full());
        }
    }

    public void apply(Requests.Apply request, Consumer<Outcome<Long>> taker) {
        long size = bytesOf(request.delta());
        if (enter(size)) {
            appliesBegun.incrementAndGet();
            finish(storage.apply(request), size, outcome -> {
                appliesEnded.incrementAndGet();
                taker.accept(outcome);
            });
        } else {
            taker.accept(full());
        }
    }

    /** How many deltas were sent so far. */
    long appliesBegun() {
        return appliesBegun.get();
    }

    /** How many of them were answered, or given up. */
    long appliesEnded() {
        return appliesEnded.get();
    }

    /** Whether the node may be prompted to pull now: once in so many nanoseconds. Counts as done when it may. */
    public boolean mayPrompt(long nowNanos, long everyNanos) {
        long before = promptedNanos.get();
        return (before == Long.MIN_VALUE || nowNanos - before >= everyNanos)
                && promptedNanos.compareAndSet(before, nowNanos);
    }

    /** Begins a mutation; {@link #mutated} is due when the listener is told that it has ended. */
    public void mutate(Requests.Mutate request, MutationListener listener) {
        // Requests are bounded by admission already; this one holds a place only.
        calls.incrementAndGet();
        storage.mutate(request, listener);
    }

    public void mutated() {
        calls.decrementAndGet();
    }

    /** The outcome of a stage of a storage, which never fails but by a broken rule. */
    public static <T> void onEnd(CompletionStage<Outcome<T>> stage, Consumer<Outcome<T>> taker) {
        var _ = stage.whenComplete(
                (outcome, error) -> taker.accept(error == null ? outcome : Outcome.unknown("failed: " + error)));
    }

    private <T> void finish(CompletionStage<Outcome<T>> stage, long size, Consumer<Outcome<T>> taker) {
        onEnd(stage, outcome -> {
            leave(size);
            taker.accept(outcome);
        });
    }

    private boolean enter(long size) {
        int count = calls.incrementAndGet();
        long total = bytes.addAndGet(size);
        boolean isAlone = total == size;
        if (count > settings.max() || (total > settings.maxBytes() && !isAlone)) {
            leave(size);
            return false;
        }
        return true;
    }

    private void leave(long size) {
        bytes.addAndGet(-size);
        calls.decrementAndGet();
    }

    private <T> Outcome<T> full() {
        return Outcome.refused(new Refusal(
                Refusal.Reason.OVERLOADED,
                0,
                "node " + node + " has " + calls.get() + " calls unanswered; none was sent"));
    }

    private static long bytesOf(Delta delta) {
        long size = 512;
        for (Leaf leaf : delta.leaves()) {
            size += leaf.path().length() + leaf.payload().length();
        }
        return size;
    }
}
