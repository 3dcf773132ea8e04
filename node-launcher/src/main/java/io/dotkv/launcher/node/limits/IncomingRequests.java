package io.dotkv.launcher.node.limits;

import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of requests that have come in in part. The transport keeps them outside of the heap until a request is
 * whole, and gives the sender its window back meanwhile; so many calls with large values at once would use up all
 * memory. A single call for whose request there is no room is refused before anything is done. Streams are not: they
 * bring one message after the other. Any thread.
 */
public final class IncomingRequests extends ServerStreamTracer.Factory {
    private static final Context.Key<Incoming> OF_CALL = Context.key("dotkv-incoming");
    private static final int SMALL_BYTES = 64 << 10;

    private final long maxBytes;
    private final AtomicLong bytes = new AtomicLong();

    public IncomingRequests(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    @Override
    public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
        return new Incoming();
    }

    /**
     * Has the present call refused when its request finds no room. Called when the call begins, on the transport's
     * thread.
     */
    public static void onNoRoom(Runnable refusal) {
        Incoming incoming = OF_CALL.get();
        if (incoming != null) {
            incoming.refusal = refusal;
        }
    }

    /** What has come in of the next message of one call. The transport's thread, but for the end. */
    private final class Incoming extends ServerStreamTracer {
        private final AtomicLong ofCall = new AtomicLong();
        private volatile @Nullable Runnable refusal;

        @Override
        public Context filterContext(Context context) {
            return context.withValue(OF_CALL, this);
        }

        @Override
        public void inboundWireSize(long more) {
            long own = ofCall.addAndGet(more);
            long all = bytes.addAndGet(more);
            Runnable refuse = refusal;
            if (refuse != null && all > maxBytes && own > SMALL_BYTES && own < all) {
                refusal = null;
                refuse.run();
            }
        }

        @Override
        public void inboundMessageRead(int number, long wireBytes, long messageBytes) {
            forget();
        }

        @Override
        public void streamClosed(Status status) {
            forget();
        }

        private void forget() {
            bytes.addAndGet(-ofCall.getAndSet(0));
        }
    }
}
