package io.dotkv.cluster.grpc;

import io.dotkv.cluster.ClusterPeer;
import io.dotkv.cluster.Member;
import io.dotkv.cluster.register.paxos.Accepted;
import io.dotkv.cluster.register.paxos.AcceptorAnswer;
import io.dotkv.cluster.register.paxos.AcceptorQuestion;
import io.dotkv.proto.cluster.v1.AskAcceptorResponse;
import io.dotkv.proto.cluster.v1.ClusterServiceGrpc;
import io.dotkv.proto.cluster.v1.ClusterServiceGrpc.ClusterServiceStub;
import io.dotkv.proto.cluster.v1.ExchangeStateResponse;
import io.dotkv.proto.cluster.v1.FormResponse;
import io.dotkv.proto.cluster.v1.GetAgreedRequest;
import io.dotkv.proto.cluster.v1.GetAgreedResponse;
import io.dotkv.proto.cluster.v1.ProbeIndirectlyResponse;
import io.dotkv.proto.cluster.v1.ProbeResponse;
import io.dotkv.proto.cluster.v1.ProposeResponse;
import io.grpc.Channel;
import io.grpc.Context;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** The cluster layer of another node, for calls of one deadline each. Any thread. */
final class GrpcClusterPeer implements ClusterPeer {
    private final Channel channel;
    private final long timeoutNanos;

    GrpcClusterPeer(Channel channel, long timeoutNanos) {
        this.channel = channel;
        this.timeoutNanos = timeoutNanos;
    }

    @Override
    public CompletionStage<ProbeAnswer> probe(Probe probe) {
        return this.<ProbeResponse, ProbeAnswer>call(
                (stub, reply) -> stub.probe(ClusterCodec.encode(probe), reply), ClusterCodec::decode);
    }

    @Override
    public CompletionStage<Optional<Member>> probeIndirectly(IndirectProbe probe) {
        return this.<ProbeIndirectlyResponse, Optional<Member>>call(
                (stub, reply) -> stub.probeIndirectly(ClusterCodec.encode(probe), reply), ClusterCodec::decode);
    }

    @Override
    public CompletionStage<Knowledge> exchange(Knowledge knowledge) {
        return this.<ExchangeStateResponse, Knowledge>call(
                (stub, reply) -> stub.exchangeState(ClusterCodec.encodeRequest(knowledge), reply),
                ClusterCodec::decode);
    }

    @Override
    public CompletionStage<FormAnswer> form(FormStep step) {
        return this.<FormResponse, FormAnswer>call(
                (stub, reply) -> stub.form(ClusterCodec.encode(step), reply), ClusterCodec::decode);
    }

    @Override
    public CompletionStage<AcceptorAnswer> ask(AcceptorQuestion question) {
        return this.<AskAcceptorResponse, AcceptorAnswer>call(
                (stub, reply) -> stub.askAcceptor(AgreementCodec.encode(question), reply), AgreementCodec::decode);
    }

    @Override
    public CompletionStage<Decided> propose(Proposal proposal) {
        return this.<ProposeResponse, Decided>call(
                (stub, reply) -> stub.propose(AgreementCodec.encode(proposal), reply), AgreementCodec::decode);
    }

    @Override
    public CompletionStage<Optional<Accepted>> agreed(String clusterId, long version) {
        GetAgreedRequest request = GetAgreedRequest.newBuilder()
                .setClusterId(clusterId)
                .setVersion(version)
                .build();
        return this.<GetAgreedResponse, Optional<Accepted>>call(
                (stub, reply) -> stub.getAgreed(request, reply), AgreementCodec::decode);
    }

    private <M, R> CompletionStage<R> call(BiConsumer<ClusterServiceStub, Reply<M>> start, Function<M, R> decode) {
        Reply<M> reply = new Reply<>();
        // Not in the context of a call that is being answered here, whose end would cancel this one.
        Context.ROOT.run(() -> start.accept(
                ClusterServiceGrpc.newStub(channel).withDeadlineAfter(timeoutNanos, TimeUnit.NANOSECONDS), reply));
        return reply.thenApply(decode)
                .exceptionallyCompose(failure -> CompletableFuture.failedFuture(Refusals.failure(failure)));
    }
}
