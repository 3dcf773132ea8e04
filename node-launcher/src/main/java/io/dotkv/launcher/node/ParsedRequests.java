package io.dotkv.launcher.node;

import io.dotkv.launcher.node.limits.IncomingRequests;
import io.dotkv.launcher.node.limits.UnsentAnswers;
import io.grpc.Attributes;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.ServerCall;
import io.grpc.ServerCall.Listener;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Answers requests whose bytes are no message of their type with INVALID_ARGUMENT. Left to itself the transport takes
 * them for a defect of the handler: it answers UNKNOWN and logs a stack trace for each. Also keeps the large answers
 * that have not gone out yet within bounds.
 */
final class ParsedRequests {
    private final UnsentAnswers unsent;

    /** @param unsentBytes how many bytes of answers to single calls may wait to go out */
    ParsedRequests(long unsentBytes) {
        unsent = new UnsentAnswers(unsentBytes);
    }

    /** The same service, which parses its requests inside the call. */
    ServerServiceDefinition of(ServerServiceDefinition service) {
        List<ServerMethodDefinition<InputStream, ?>> methods = new ArrayList<>();
        service.getMethods().forEach(method -> methods.add(parsing(method)));
        ServiceDescriptor described = service.getServiceDescriptor();
        ServiceDescriptor.Builder descriptor = ServiceDescriptor.newBuilder(described.getName());
        descriptor.setSchemaDescriptor(described.getSchemaDescriptor());
        methods.forEach(method -> descriptor.addMethod(method.getMethodDescriptor()));
        ServerServiceDefinition.Builder builder = ServerServiceDefinition.builder(descriptor.build());
        methods.forEach(builder::addMethod);
        return builder.build();
    }

    private <Q, R> ServerMethodDefinition<InputStream, R> parsing(ServerMethodDefinition<Q, R> method) {
        MethodDescriptor<Q, R> parsed = method.getMethodDescriptor();
        MethodDescriptor<InputStream, R> unparsed =
                parsed.toBuilder(new Unparsed(), parsed.getResponseMarshaller()).build();
        ServerCallHandler<Q, R> handler = method.getServerCallHandler();
        return ServerMethodDefinition.create(unparsed, (call, headers) -> {
            ParsedCall<Q, R> parsedCall = new ParsedCall<>(call, parsed, unsent);
            if (parsed.getType().clientSendsOneMessage()) {
                IncomingRequests.onNoRoom(() -> parsedCall.refuse(UnsentAnswers.refusalOfRequest()));
            }
            return new Parser<>(handler.startCall(parsedCall, headers), parsedCall);
        });
    }

    /** Hands the bytes on as they are. */
    private static final class Unparsed implements Marshaller<InputStream> {
        @Override
        public InputStream stream(InputStream value) {
            return value;
        }

        @Override
        public InputStream parse(InputStream stream) {
            return stream;
        }
    }

    /** Parses what comes in; refuses the call at the first message that cannot be. One thread, the transport's. */
    private static final class Parser<Q, R> extends Listener<InputStream> {
        private final Listener<Q> handler;
        private final ParsedCall<Q, R> call;

        Parser(Listener<Q> handler, ParsedCall<Q, R> call) {
            this.handler = handler;
            this.call = call;
        }

        @Override
        public void onMessage(InputStream bytes) {
            Q message;
            try {
                message = call.getMethodDescriptor().parseRequest(bytes);
            } catch (StatusRuntimeException e) {
                call.refuse("the request is not a message of "
                        + call.getMethodDescriptor().getFullMethodName() + ": "
                        + e.getStatus().getDescription());
                return;
            }
            if (!call.refused) {
                handler.onMessage(message);
            }
        }

        @Override
        public void onHalfClose() {
            if (!call.refused) {
                handler.onHalfClose();
            }
        }

        @Override
        public void onCancel() {
            call.ended();
            handler.onCancel();
        }

        @Override
        public void onComplete() {
            call.ended();
            if (call.refused) {
                handler.onCancel();
            } else {
                handler.onComplete();
            }
        }

        @Override
        public void onReady() {
            handler.onReady();
        }
    }

    /** The call as the handler sees it: cancelled once it was refused. */
    private static final class ParsedCall<Q, R> extends ServerCall<Q, R> {
        private final ServerCall<InputStream, R> call;
        private final MethodDescriptor<Q, R> method;
        private final UnsentAnswers unsent;
        private final AtomicLong unsentBytes = new AtomicLong();
        private volatile boolean refused;

        ParsedCall(ServerCall<InputStream, R> call, MethodDescriptor<Q, R> method, UnsentAnswers unsent) {
            this.call = call;
            this.method = method;
            this.unsent = unsent;
        }

        /** The call is over: its answer has gone out, or never will. */
        void ended() {
            unsent.give(unsentBytes.getAndSet(0));
        }

        /** Whether the answer to a single call has room until it has gone out; refuses the call if not. */
        private boolean hasRoomFor(R message) {
            if (!method.getType().serverSendsOneMessage()) {
                return true;
            }
            long bytes = UnsentAnswers.sizeOf(message);
            if (!unsent.take(bytes)) {
                refuse(UnsentAnswers.refusal());
                return false;
            }
            unsentBytes.addAndGet(bytes);
            return true;
        }

        void refuse(String why) {
            refuse(Status.INVALID_ARGUMENT.withDescription(why).asRuntimeException());
        }

        void refuse(StatusRuntimeException refusal) {
            if (!refused) {
                refused = true;
                Metadata trailers = refusal.getTrailers();
                call.close(refusal.getStatus(), trailers == null ? new Metadata() : trailers);
            }
        }

        @Override
        public void request(int messages) {
            call.request(messages);
        }

        @Override
        public void sendHeaders(Metadata headers) {
            if (!refused) {
                call.sendHeaders(headers);
            }
        }

        @Override
        public void sendMessage(R message) {
            if (!refused && hasRoomFor(message)) {
                call.sendMessage(message);
                if (call.isCancelled()) {
                    ended();
                }
            }
        }

        @Override
        public void close(Status status, Metadata trailers) {
            if (!refused) {
                call.close(status, trailers);
            }
        }

        @Override
        public boolean isReady() {
            return call.isReady();
        }

        @Override
        public boolean isCancelled() {
            return refused || call.isCancelled();
        }

        @Override
        public void setMessageCompression(boolean enabled) {
            call.setMessageCompression(enabled);
        }

        @Override
        public void setCompression(String compressor) {
            call.setCompression(compressor);
        }

        @Override
        public void setOnReadyThreshold(int bytes) {
            call.setOnReadyThreshold(bytes);
        }

        @Override
        public Attributes getAttributes() {
            return call.getAttributes();
        }

        @Override
        public MethodDescriptor<Q, R> getMethodDescriptor() {
            return method;
        }
    }
}
