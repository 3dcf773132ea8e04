package io.dotkv.storage.grpc.exchange;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The calls of one stream that wait for an answer, found by their id. Any thread may add and take; of several that take
 * the same call one gets it.
 *
 * <p>Ids count up, and the low bits of an id are its slot in an array that is at most half full: an id whose slot is
 * still held by an old, slow call is skipped. So a call costs two compare-and-sets, and neither a boxed number nor a
 * map entry.
 */
final class PendingCalls {
    private final AtomicReferenceArray<@Nullable PendingCall> slots;
    private final int mask;
    private final int limit;
    private final AtomicLong lastId = new AtomicLong();
    private final AtomicInteger count = new AtomicInteger();

    PendingCalls(int limit) {
        this.limit = limit;
        int size = Integer.highestOneBit(Math.max(1, limit)) * 4;
        slots = new AtomicReferenceArray<>(size);
        mask = size - 1;
    }

    int count() {
        return count.get();
    }

    /** Gives the call an id and keeps it; false when there are too many. */
    boolean add(PendingCall call) {
        if (count.incrementAndGet() > limit) {
            count.decrementAndGet();
            return false;
        }
        long id;
        do {
            id = lastId.incrementAndGet();
            call.numbered(id);
        } while (!slots.compareAndSet(slotOf(id), null, call));
        return true;
    }

    /** The call of this id, which stays. */
    @Nullable
    PendingCall find(long id) {
        PendingCall call = slots.get(slotOf(id));
        return call != null && call.id() == id ? call : null;
    }

    boolean contains(PendingCall call) {
        return slots.get(slotOf(call.id())) == call;
    }

    /** Takes the call of this id out. */
    @Nullable
    PendingCall take(long id) {
        PendingCall call = find(id);
        return call != null && take(call) ? call : null;
    }

    /** Takes the call out; false when another did. */
    boolean take(PendingCall call) {
        if (slots.compareAndSet(slotOf(call.id()), call, null)) {
            count.decrementAndGet();
            return true;
        }
        return false;
    }

    /** Takes out all calls whose deadline was before this, and hands them over. */
    void takeDueBefore(long nanos, Consumer<PendingCall> taker) {
        for (int slot = 0; slot <= mask && count() > 0; slot++) {
            PendingCall call = slots.get(slot);
            if (call != null && call.deadlineNanos() - nanos < 0 && take(call)) {
                taker.accept(call);
            }
        }
    }

    void forEach(Consumer<PendingCall> visitor) {
        for (int slot = 0; slot <= mask && count() > 0; slot++) {
            PendingCall call = slots.get(slot);
            if (call != null) {
                visitor.accept(call);
            }
        }
    }

    void takeAll(Consumer<PendingCall> taker) {
        for (int slot = 0; slot <= mask; slot++) {
            PendingCall call = slots.get(slot);
            if (call != null && take(call)) {
                taker.accept(call);
            }
        }
    }

    private int slotOf(long id) {
        return (int) id & mask;
    }
}
