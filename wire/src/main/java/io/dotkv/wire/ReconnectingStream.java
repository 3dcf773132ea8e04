package io.dotkv.wire;

import io.dotkv.kernel.ports.RandomSource;
import io.dotkv.kernel.ports.Scheduler;
import io.dotkv.kernel.ports.Subscription;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.stub.AbstractStub;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server-streaming call that is made again whenever it breaks, after pauses that double up to 5 s. The next message
 * is requested when the last one was delivered, so messages do not queue here. State belongs to the scheduler, on which
 * messages are delivered; {@link #close} may be called on any thread.
 *
 * @param <S> the stub
 * @param <Q> the request
 * @param <M> the messages
 */
public final class ReconnectingStream<S extends AbstractStub<S>, Q, M> implements Subscription {
    private static final Logger LOG = LoggerFactory.getLogger(ReconnectingStream.class);
    private static final long FIRST_PAUSE_NANOS = 100_000_000;
    private static final long LONGEST_PAUSE_NANOS = 5_000_000_000L;

    private final Call<S, Q, M> call;
    private final Scheduler scheduler;
    private final RandomSource random;
    private final Consumer<M> listener;
    private final AtomicReference<@Nullable Attempt> current = new AtomicReference<>();
    private volatile boolean closed;
    private long pauseNanos = FIRST_PAUSE_NANOS;

    /** @param name names the stream in the log, for example "the stream of views" */
    public record Call<S extends AbstractStub<S>, Q, M>(String name, S stub, Rpc<S, Q, M> rpc, Q request) {}

    /**
     * A stream that {@link #start} opens.
     *
     * @param scheduler delivers to the listener, and waits between attempts
     * @param random spreads the attempts; used on the scheduler only
     */
    public ReconnectingStream(Call<S, Q, M> call, Scheduler scheduler, RandomSource random, Consumer<M> listener) {
        this.call = call;
        this.scheduler = scheduler;
        this.random = random;
        this.listener = listener;
    }

    /** Opens the stream. Any thread, once. */
    public void start() {
        scheduler.execute(this::open);
    }

    private void open() {
        if (closed) {
            return;
        }
        ConnectBackoff.reset(call.stub.getChannel());
        Attempt attempt = new Attempt();
        current.set(attempt);
        Context.ROOT.run(() -> call.rpc.send(call.stub, call.request, attempt));
        if (closed) {
            attempt.cancel();
        }
    }

    private void broken(@Nullable Throwable why) {
        if (closed) {
            return;
        }
        if (pauseNanos == FIRST_PAUSE_NANOS) {
            LOG.warn(
                    "{} broke; reconnecting: {}.",
                    call.name,
                    why == null ? "the server ended it" : Status.fromThrowable(why));
        }
        scheduler.schedule(this::open, pauseNanos / 2 + Long.remainderUnsigned(random.nextLong(), pauseNanos));
        pauseNanos = Math.min(LONGEST_PAUSE_NANOS, pauseNanos * 2);
    }

    private void deliver(M message) {
        if (closed) {
            return;
        }
        try {
            listener.accept(message);
            pauseNanos = FIRST_PAUSE_NANOS;
        } catch (RuntimeException e) {
            LOG.error("A message of {} could not be delivered.", call.name, e);
        }
    }

    @Override
    public void close() {
        closed = true;
        Attempt attempt = current.get();
        if (attempt != null) {
            attempt.cancel();
        }
    }

    private final class Attempt implements ClientResponseObserver<Q, M> {
        private final AtomicReference<@Nullable ClientCallStreamObserver<Q>> stream = new AtomicReference<>();

        @Override
        public void beforeStart(ClientCallStreamObserver<Q> started) {
            started.disableAutoRequestWithInitial(1);
            stream.set(started);
        }

        @Override
        public void onNext(M message) {
            scheduler.execute(() -> {
                deliver(message);
                ClientCallStreamObserver<Q> started = stream.get();
                if (started != null) {
                    started.request(1);
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
            ClientCallStreamObserver<Q> started = stream.get();
            if (started != null) {
                started.cancel("the subscriber closed the stream", null);
            }
        }
    }
}
