package io.dotkv.replication.request;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Who may come in. A request that is admitted leaves when it is answered, and is done when the last of its calls to
 * storages has ended, which may be later: a replica that hangs must not keep out requests that the others can answer.
 *
 * <p>Any thread.
 */
public final class RequestAdmission {
    private final int maxRequests;
    private final long maxBytes;
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicInteger running = new AtomicInteger();
    private final CompletableFuture<Void> drained = new CompletableFuture<>();
    private volatile boolean closed;

    public RequestAdmission(int maxRequests, long maxBytes) {
        this.maxRequests = maxRequests;
        this.maxBytes = maxBytes;
    }

    /** Lets a request in unless a limit is reached or it is closed; then nothing is counted. */
    public boolean enter(long requestBytes) {
        if (requests.incrementAndGet() > maxRequests) {
            requests.decrementAndGet();
            return false;
        }
        if (bytes.addAndGet(requestBytes) > maxBytes) {
            leave(requestBytes);
            return false;
        }
        running.incrementAndGet();
        if (closed) {
            leave(requestBytes);
            done();
            return false;
        }
        return true;
    }

    /**
     * Makes room for so many bytes more, which a request that is in has got hold of; false, and nothing counted, when
     * there is none. A request that is the only one to hold anything has room for whatever it needs: else what is
     * larger could never be read.
     */
    boolean grow(long moreBytes, long heldBytes) {
        long before = bytes.getAndAdd(moreBytes);
        if (before > heldBytes && before + moreBytes > maxBytes) {
            shrink(moreBytes);
            return false;
        }
        return true;
    }

    /** Gives back what {@link #grow} counted. */
    void shrink(long fewerBytes) {
        bytes.addAndGet(-fewerBytes);
    }

    /** A request was answered. */
    public void leave(long requestBytes) {
        bytes.addAndGet(-requestBytes);
        requests.decrementAndGet();
    }

    /** A request that had left has nothing under way any more. */
    public void done() {
        if (running.decrementAndGet() == 0 && closed) {
            drained.complete(null);
        }
    }

    /** Lets nobody in any more. The stage completes when everything that was let in is done. */
    public CompletionStage<Void> close() {
        closed = true;
        if (running.get() == 0) {
            drained.complete(null);
        }
        return drained;
    }

    public boolean isClosed() {
        return closed;
    }

    /** How many requests were admitted and have not been answered. */
    public int inFlight() {
        return requests.get();
    }
}
