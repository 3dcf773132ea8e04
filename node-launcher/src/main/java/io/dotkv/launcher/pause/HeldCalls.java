package io.dotkv.launcher.pause;

import io.dotkv.replication.grpc.PossibleAge;
import io.grpc.Context;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCall.Listener;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.net.SocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Lets calls that are read from a doubtful {@link PausableConnection} wait until it is good: those that were cancelled
 * meanwhile never begin. A deadline on the wire is what was left when the call was sent, and says nothing about how
 * long it lay in a socket. Messages of a stream, which are not cancelled one by one, are told how old they may be.
 */
public final class HeldCalls implements ServerInterceptor {
    private static final int MOST_HELD = 20_000;

    private final WatchedConnections connections;
    private final AtomicInteger held = new AtomicInteger();

    /** For the calls of these connections. */
    public HeldCalls(WatchedConnections connections) {
        this.connections = connections;
    }

    @Override
    public <Q, R> Listener<Q> interceptCall(ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        Listener<Q> listener = next.startCall(call, headers);
        SocketAddress client = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
        PausableConnection connection = client == null ? null : connections.of(client);
        return connection == null
                ? listener
                : new Holding<>(
                        listener,
                        connection,
                        () -> call.close(
                                Status.RESOURCE_EXHAUSTED.withDescription(
                                        "Nothing was done: this node was paused, and too many calls are queued. Retry."),
                                new Metadata()));
    }

    /** What comes in for one call. One thread, the event loop's. */
    private final class Holding<Q> extends SimpleForwardingServerCallListener<Q> {
        private final PausableConnection connection;
        private final Runnable refuse;
        private int waiting;
        private boolean over;

        Holding(Listener<Q> listener, PausableConnection connection, Runnable refuse) {
            super(listener);
            this.connection = connection;
            this.refuse = refuse;
        }

        @Override
        public void onMessage(Q message) {
            pass(listener -> listener.onMessage(message));
        }

        @Override
        public void onHalfClose() {
            pass(Listener::onHalfClose);
        }

        @Override
        public void onCancel() {
            over = true;
            super.onCancel();
        }

        private void pass(Consumer<Listener<Q>> event) {
            if (waiting == 0 && connection.isGood()) {
                event.accept(delegate());
            } else if (held.incrementAndGet() > MOST_HELD) {
                held.decrementAndGet();
                over = true;
                refuse.run();
            } else {
                waiting++;
                Context context = Context.current();
                connection.hold(() -> release(context, event));
            }
        }

        private void release(Context context, Consumer<Listener<Q>> event) {
            held.decrementAndGet();
            waiting--;
            if (!over) {
                context.withValue(PossibleAge.NANOS, connection.ageNanos()).run(() -> event.accept(delegate()));
            }
        }
    }
}
