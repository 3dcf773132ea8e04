package io.dotkv.launcher.node;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.List;
import java.util.Locale;

/**
 * How messages between nodes are compressed: what this node sends, as a caller, and in its answers to callers that
 * compress. Every node understands both, so it may differ from node to node. Without compression there are no
 * interceptors, and it costs nothing.
 */
enum WireCompression {
    NONE,
    GZIP;

    private static final Metadata.Key<String> ENCODING =
            Metadata.Key.of("grpc-encoding", Metadata.ASCII_STRING_MARSHALLER);

    /** What calls to other nodes go through. */
    List<ClientInterceptor> ofCalls() {
        return switch (this) {
            case NONE -> List.of();
            case GZIP -> List.of(new Compressing(encoding()));
        };
    }

    /** What answers go through. */
    List<ServerInterceptor> ofAnswers() {
        return switch (this) {
            case NONE -> List.of();
            case GZIP -> List.of(new Mirroring(encoding()));
        };
    }

    private String encoding() {
        return name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return encoding();
    }

    private record Compressing(String encoding) implements ClientInterceptor {
        @Override
        public <Q, R> ClientCall<Q, R> interceptCall(MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
            return next.newCall(method, options.withCompression(encoding));
        }
    }

    private record Mirroring(String encoding) implements ServerInterceptor {
        @Override
        public <Q, R> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
            if (encoding.equals(headers.get(ENCODING))) {
                call.setCompression(encoding);
            }
            return next.startCall(call, headers);
        }
    }
}
