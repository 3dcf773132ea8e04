package io.dotkv.replication.grpc;

import io.dotkv.kernel.ports.Clock;
import io.dotkv.kernel.ports.Scheduler;
import io.dotkv.proto.replication.v1.ReplicationServiceGrpc;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCall.Listener;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/**
 * Tells the client of a write which node coordinates it, in the response headers. A write that is not answered at once
 * has them sent ahead of the answer: a client whose deadline fires before the error with its details has come still
 * knows whom it left the write with.
 *
 * <p>Any thread; what is late is looked for on the scheduler.
 */
public final class CoordinatorHeader implements ServerInterceptor {
    /** The name of the node. */
    public static final Metadata.Key<String> COORDINATOR =
            Metadata.Key.of("dotkv-coordinator", Metadata.ASCII_STRING_MARSHALLER);

    private static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private static final Set<String> WRITES = Set.of(
            ReplicationServiceGrpc.getPutMethod().getFullMethodName(),
            ReplicationServiceGrpc.getDeleteMethod().getFullMethodName(),
            ReplicationServiceGrpc.getUpdateMethod().getFullMethodName());

    private final String node;
    private final Clock clock;
    private final Scheduler scheduler;
    private final Queue<Announced<?, ?>> begun = new ConcurrentLinkedQueue<>();

    /** For the calls of this node; looks for late ones from now on. */
    public CoordinatorHeader(String node, Clock clock, Scheduler scheduler) {
        this.node = node;
        this.clock = clock;
        this.scheduler = scheduler;
        scheduler.schedule(this::announceLate, LOOK_NANOS);
    }

    @Override
    public <Q, R> Listener<Q> interceptCall(ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        if (!WRITES.contains(call.getMethodDescriptor().getFullMethodName())) {
            return next.startCall(call, headers);
        }
        Announced<Q, R> announced = new Announced<>(call, node, clock.monotonicNanos());
        begun.add(announced);
        return next.startCall(announced, headers);
    }

    /** Calls are in the order in which they began, up to a race that does not matter. */
    private void announceLate() {
        long now = clock.monotonicNanos();
        for (Announced<?, ?> first = begun.peek();
                first != null && now - first.begunNanos >= LATE_NANOS;
                first = begun.peek()) {
            begun.remove();
            first.announce();
        }
        scheduler.schedule(this::announceLate, LOOK_NANOS);
    }

    /** A call whose headers go out once: before its answer, or with it. */
    private static final class Announced<Q, R> extends SimpleForwardingServerCall<Q, R> {
        private final String node;
        private final long begunNanos;
        private boolean announced;
        private boolean closed;

        Announced(ServerCall<Q, R> call, String node, long begunNanos) {
            super(call);
            this.node = node;
            this.begunNanos = begunNanos;
        }

        synchronized void announce() {
            if (!announced && !closed && !isCancelled()) {
                sendHeaders(new Metadata());
            }
        }

        @Override
        public synchronized void sendHeaders(Metadata headers) {
            if (!announced) {
                announced = true;
                headers.put(COORDINATOR, node);
                super.sendHeaders(headers);
            }
        }

        @Override
        public synchronized void sendMessage(R message) {
            super.sendMessage(message);
        }

        @Override
        public synchronized void close(Status status, Metadata trailers) {
            closed = true;
            super.close(status, trailers);
        }
    }
}
