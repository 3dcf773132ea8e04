package io.dotkv.cluster.grpc;

import io.dotkv.kernel.ports.RandomSource;
import io.dotkv.kernel.ports.Scheduler;
import io.dotkv.proto.cluster.v1.AttachRequest;
import io.dotkv.proto.cluster.v1.AttachResponse;
import io.dotkv.proto.cluster.v1.ClusterServiceGrpc;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stream of views from another process, made again whenever it breaks. State belongs to the scheduler; the next message
 * is asked for only when the last one was delivered, so nothing piles up here.
 */
final class WatchStream implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WatchStream.class);
    private static final long FIRST_PAUSE_NANOS = 100_000_000;
    private static final long LONGEST_PAUSE_NANOS = 5_000_000_000L;

    private final Channel channel;
    private final Scheduler scheduler;
    private final RandomSource random;
    private final Consumer<AttachResponse> listener;
    private final AtomicReference<@Nullable Stream> current = new AtomicReference<>();
    private volatile boolean closed;
    private long pauseNanos = FIRST_PAUSE_NANOS;

    WatchStream(Channel channel, Scheduler scheduler, RandomSource random, Consumer<AttachResponse> listener) {
        this.channel = channel;
        this.scheduler = scheduler;
        this.random = random;
        this.listener = listener;
    }

    /** On the scheduler. */
    void open() {
        if (closed) {
            return;
        }
        Impatience.connectNow(channel);
        Stream stream = new Stream();
        current.set(stream);
        Context.ROOT.run(() -> ClusterServiceGrpc.newStub(channel).attach(AttachRequest.getDefaultInstance(), stream));
        if (closed) {
            stream.cancel();
        }
    }

    private void broken(@Nullable Throwable why) {
        if (closed) {
            return;
        }
        if (pauseNanos == FIRST_PAUSE_NANOS) {
            LOG.warn(
                    "The connection to the cluster layer in the other process broke; reconnecting: {}.",
                    why == null ? "that process ended it" : Status.fromThrowable(why));
        }
        scheduler.schedule(this::open, pauseNanos / 2 + Long.remainderUnsigned(random.nextLong(), pauseNanos));
        pauseNanos = Math.min(LONGEST_PAUSE_NANOS, pauseNanos * 2);
    }

    private void deliver(AttachResponse message) {
        if (!closed) {
            pauseNanos = FIRST_PAUSE_NANOS;
            listener.accept(message);
        }
    }

    @Override
    public void close() {
        closed = true;
        Stream stream = current.get();
        if (stream != null) {
            stream.cancel();
        }
    }

    private final class Stream implements ClientResponseObserver<AttachRequest, AttachResponse> {
        private final AtomicReference<@Nullable ClientCallStreamObserver<AttachRequest>> call = new AtomicReference<>();

        @Override
        public void beforeStart(ClientCallStreamObserver<AttachRequest> observer) {
            observer.disableAutoRequestWithInitial(1);
            call.set(observer);
        }

        @Override
        public void onNext(AttachResponse message) {
            scheduler.execute(() -> {
                try {
                    deliver(message);
                } catch (IllegalArgumentException e) {
                    LOG.error("The cluster layer in the other process sent a malformed message.", e);
                }
                ClientCallStreamObserver<AttachRequest> observer = call.get();
                if (observer != null) {
                    observer.request(1);
                }
            });
        }

        @Override
        public void onError(@Nullable Throwable failure) {
            scheduler.execute(() -> broken(failure));
        }

        @Override
        public void onCompleted() {
            scheduler.execute(() -> broken(null));
        }

        void cancel() {
            ClientCallStreamObserver<AttachRequest> observer = call.get();
            if (observer != null) {
                observer.cancel("detached", null);
            }
        }
    }
}
