package io.dotkv.launcher.client;

import io.dotkv.launcher.client.CallFailed.Kind;
import io.dotkv.proto.replication.v1.PipelineRequest;
import io.dotkv.proto.replication.v1.PipelineResponse;
import io.dotkv.proto.replication.v1.ReplicationServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/** A route that makes one unary call for each operation. */
final class UnaryRoute implements Route {
    private final Endpoint endpoint;
    private final Channel channel;

    UnaryRoute(Endpoint endpoint, Channels channels) {
        this.endpoint = endpoint;
        this.channel = channels.to(endpoint);
    }

    @Override
    public void send(PipelineRequest.Builder operation, Duration timeout, Ended ended) {
        switch (operation.getOperationCase()) {
            case PUT ->
                call(
                        ReplicationServiceGrpc.getPutMethod(),
                        operation.getPut(),
                        Kind.WRITE,
                        timeout,
                        ended,
                        PipelineResponse.Builder::setPut);
            case GET ->
                call(
                        ReplicationServiceGrpc.getGetMethod(),
                        operation.getGet(),
                        Kind.READ,
                        timeout,
                        ended,
                        PipelineResponse.Builder::setGet);
            case DELETE ->
                call(
                        ReplicationServiceGrpc.getDeleteMethod(),
                        operation.getDelete(),
                        Kind.WRITE,
                        timeout,
                        ended,
                        PipelineResponse.Builder::setDelete);
            case UPDATE ->
                call(
                        ReplicationServiceGrpc.getUpdateMethod(),
                        operation.getUpdate(),
                        Kind.WRITE,
                        timeout,
                        ended,
                        PipelineResponse.Builder::setUpdate);
            case READ ->
                call(
                        ReplicationServiceGrpc.getReadMethod(),
                        operation.getRead(),
                        Kind.READ,
                        timeout,
                        ended,
                        PipelineResponse.Builder::setRead);
            case OPERATION_NOT_SET -> throw new IllegalArgumentException("an operation without an operation");
        }
    }

    private <Q, R> void call(
            MethodDescriptor<Q, R> method,
            Q request,
            Kind kind,
            Duration timeout,
            Ended ended,
            BiConsumer<PipelineResponse.Builder, R> into) {
        SentMark mark = new SentMark();
        CallOptions options = CallOptions.DEFAULT
                .withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS)
                .withStreamTracerFactory(mark);
        ClientCalls.asyncUnaryCall(channel.newCall(method, options), request, new StreamObserver<>() {
            private final PipelineResponse.Builder response = PipelineResponse.newBuilder();

            @Override
            public void onNext(R answer) {
                into.accept(response, answer);
            }

            @Override
            public void onError(Throwable thrown) {
                ended.failed(CallFailed.ofCall(endpoint, kind, mark.sent(), thrown));
            }

            @Override
            public void onCompleted() {
                ended.answered(response.build());
            }
        });
    }

    @Override
    public void close() {
        // Calls end by themselves, or with the channels.
    }
}
