package io.dotkv.cluster.grpc;

import io.dotkv.cluster.ClusterPeer;
import io.dotkv.cluster.Member;
import io.dotkv.cluster.register.paxos.Accepted;
import io.dotkv.cluster.register.paxos.AcceptorAnswer;
import io.dotkv.cluster.register.paxos.AcceptorQuestion;
import io.dotkv.proto.cluster.v1.ClusterServiceGrpc;
import io.dotkv.proto.cluster.v1.ClusterServiceGrpc.ClusterServiceStub;
import io.dotkv.proto.cluster.v1.GetAgreedRequest;
import io.dotkv.wire.Rpc;
import io.dotkv.wire.UnaryReply;
import io.grpc.Channel;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** The cluster layer of another node, for calls of one deadline each. Any thread. */
final class GrpcClusterPeer implements ClusterPeer {
    private final ClusterServiceStub stub;
    private final long timeoutNanos;

    GrpcClusterPeer(Channel channel, long timeoutNanos) {
        this.stub = ClusterServiceGrpc.newStub(channel);
        this.timeoutNanos = timeoutNanos;
    }

    @Override
    public CompletionStage<ProbeAnswer> probe(Probe probe) {
        return call(ClusterServiceStub::probe, ClusterCodec.encode(probe), ClusterCodec::decode);
    }

    @Override
    public CompletionStage<Optional<Member>> probeIndirectly(IndirectProbe probe) {
        return call(ClusterServiceStub::probeIndirectly, ClusterCodec.encode(probe), ClusterCodec::decode);
    }

    @Override
    public CompletionStage<Knowledge> exchange(Knowledge knowledge) {
        return call(ClusterServiceStub::exchangeState, ClusterCodec.encodeRequest(knowledge), ClusterCodec::decode);
    }

    @Override
    public CompletionStage<FormAnswer> form(FormStep step) {
        return call(ClusterServiceStub::form, ClusterCodec.encode(step), ClusterCodec::decode);
    }

    @Override
    public CompletionStage<AcceptorAnswer> ask(AcceptorQuestion question) {
        return call(ClusterServiceStub::askAcceptor, AgreementCodec.encode(question), AgreementCodec::decode);
    }

    @Override
    public CompletionStage<Decided> propose(Proposal proposal) {
        return call(ClusterServiceStub::propose, AgreementCodec.encode(proposal), AgreementCodec::decode);
    }

    @Override
    public CompletionStage<Optional<Accepted>> agreed(String clusterId, long version) {
        GetAgreedRequest request = GetAgreedRequest.newBuilder()
                .setClusterId(clusterId)
                .setVersion(version)
                .build();
        return call(ClusterServiceStub::getAgreed, request, AgreementCodec::decode);
    }

    private <Q, M, R> CompletionStage<R> call(
            Rpc<ClusterServiceStub, Q, M> rpc, Q request, UnaryReply.Decode<M, R> decode) {
        UnaryReply<M, R> reply = new UnaryReply<>(decode, failure -> {
            throw Refusals.failure(failure);
        });
        return reply.send(stub, timeoutNanos, rpc, request);
    }
}
