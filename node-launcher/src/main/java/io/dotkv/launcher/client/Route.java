package io.dotkv.launcher.client;

import io.dotkv.launcher.client.CallFailed.Kind;
import io.dotkv.proto.replication.v1.PipelineRequest;
import io.dotkv.proto.replication.v1.PipelineResponse;
import java.time.Duration;
import java.util.Locale;

/**
 * A way to one endpoint for many operations at once. How many are in flight is the caller's to bound: each holds its
 * message until it has ended.
 *
 * <p>Every operation that was handed in ends exactly once, within its timeout and a moment; a broken route mends itself
 * at the next operation.
 *
 * <p>Threading: any thread. Ends are delivered on the event-loop thread of the channels, or, when nothing could be
 * sent, inside the call that hands the operation in; they must not block.
 */
public interface Route extends AutoCloseable {
    /** Takes the end of one operation. */
    interface Ended {
        /** It was answered. */
        void answered(PipelineResponse response);

        /** It failed. */
        void failed(CallFailed failure);
    }

    /** The path that operations take. */
    enum Path {
        /** All operations over one stream, {@code ReplicationService.Pipeline}. */
        STREAM,
        /** Each operation as a call of its own. */
        UNARY;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** A route of this kind. */
        public Route to(Endpoint endpoint, Channels channels) {
            return switch (this) {
                case STREAM -> new PipelineRoute(endpoint, channels);
                case UNARY -> new UnaryRoute(endpoint, channels);
            };
        }
    }

    /** Hands an operation in; its id and timeout are set by the route. */
    void send(PipelineRequest.Builder operation, Duration timeout, Ended ended);

    /** Breaks the route; what is in flight fails. */
    @Override
    void close();

    /** What an operation does to the cluster. */
    static Kind kindOf(PipelineRequest.OperationCase operation) {
        return switch (operation) {
            case GET, READ -> Kind.READ;
            case PUT, DELETE, UPDATE, OPERATION_NOT_SET -> Kind.WRITE;
        };
    }
}
