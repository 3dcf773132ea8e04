package io.dotkv.replication.grpc;

import io.dotkv.cluster.Member;
import io.dotkv.proto.replication.v1.PullNowRequest;
import io.dotkv.proto.replication.v1.PullNowResponse;
import io.dotkv.proto.replication.v1.ReplicationServiceGrpc;
import io.dotkv.replication.ports.PullPrompt;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Prompts other members over gRPC. Any thread. */
public final class GrpcPullPrompt implements PullPrompt {
    private static final long PATIENCE_SECONDS = 2;

    private final Function<String, ? extends Channel> channels;

    /** @param channels a channel to an address */
    public GrpcPullPrompt(Function<String, ? extends Channel> channels) {
        this.channels = channels;
    }

    @Override
    public void prompt(Member member) {
        member.addresses().replication().ifPresent(this::prompt);
    }

    private void prompt(String address) {
        // Outside of any call: what a handler calls would be cancelled when the handler has answered.
        Context.ROOT.run(() -> ReplicationServiceGrpc.newStub(channels.apply(address))
                .withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .pullNow(PullNowRequest.getDefaultInstance(), new Nobody()));
    }

    /** Nobody waits for the answer. */
    private static final class Nobody implements StreamObserver<PullNowResponse> {
        @Override
        public void onNext(PullNowResponse response) {}

        @Override
        public void onError(Throwable error) {}

        @Override
        public void onCompleted() {}
    }
}
