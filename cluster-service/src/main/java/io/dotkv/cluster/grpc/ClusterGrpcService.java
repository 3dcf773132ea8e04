package io.dotkv.cluster.grpc;

import io.dotkv.cluster.Agreement;
import io.dotkv.cluster.Cluster;
import io.dotkv.cluster.ClusterPeer;
import io.dotkv.cluster.ClusterView;
import io.dotkv.cluster.layout.Layout;
import io.dotkv.kernel.ports.Clock;
import io.dotkv.proto.cluster.v1.AskAcceptorRequest;
import io.dotkv.proto.cluster.v1.AskAcceptorResponse;
import io.dotkv.proto.cluster.v1.AttachRequest;
import io.dotkv.proto.cluster.v1.AttachResponse;
import io.dotkv.proto.cluster.v1.BootRequest;
import io.dotkv.proto.cluster.v1.BootResponse;
import io.dotkv.proto.cluster.v1.ClusterServiceGrpc.ClusterServiceImplBase;
import io.dotkv.proto.cluster.v1.ExchangeStateRequest;
import io.dotkv.proto.cluster.v1.ExchangeStateResponse;
import io.dotkv.proto.cluster.v1.FormRequest;
import io.dotkv.proto.cluster.v1.FormResponse;
import io.dotkv.proto.cluster.v1.GetAgreedRequest;
import io.dotkv.proto.cluster.v1.GetAgreedResponse;
import io.dotkv.proto.cluster.v1.GetClusterRequest;
import io.dotkv.proto.cluster.v1.GetClusterResponse;
import io.dotkv.proto.cluster.v1.GetLayoutRequest;
import io.dotkv.proto.cluster.v1.GetLayoutResponse;
import io.dotkv.proto.cluster.v1.LeaveForGoodRequest;
import io.dotkv.proto.cluster.v1.LeaveForGoodResponse;
import io.dotkv.proto.cluster.v1.ProbeIndirectlyRequest;
import io.dotkv.proto.cluster.v1.ProbeIndirectlyResponse;
import io.dotkv.proto.cluster.v1.ProbeRequest;
import io.dotkv.proto.cluster.v1.ProbeResponse;
import io.dotkv.proto.cluster.v1.ProposeRequest;
import io.dotkv.proto.cluster.v1.ProposeResponse;
import io.dotkv.proto.cluster.v1.RemoveMemberRequest;
import io.dotkv.proto.cluster.v1.RemoveMemberResponse;
import io.dotkv.proto.cluster.v1.WatchRequest;
import io.dotkv.proto.cluster.v1.WatchResponse;
import io.dotkv.wire.BoundedCalls;
import io.grpc.stub.StreamObserver;
import java.util.function.Function;

/** Offers the cluster layer of this process over gRPC. Never blocks, so it may run on an event loop. */
public final class ClusterGrpcService extends ClusterServiceImplBase {
    private final Cluster cluster;
    private final ClusterPeer peer;
    private final Clock clock;
    private final BoundedCalls calls = new BoundedCalls("cluster", Refusals::of);

    /**
     * @param cluster the layer
     * @param peer its side towards other nodes; of a local layer the same object
     * @param clock tells people how long ago something was
     */
    public ClusterGrpcService(Cluster cluster, ClusterPeer peer, Clock clock) {
        this.cluster = cluster;
        this.peer = peer;
        this.clock = clock;
    }

    @Override
    public void getCluster(GetClusterRequest request, StreamObserver<GetClusterResponse> out) {
        calls.unary(out, cluster::view, this::describe);
    }

    private GetClusterResponse describe(ClusterView view) {
        return ViewCodec.encode(view, clock.wallMillis());
    }

    @Override
    public void getLayout(GetLayoutRequest request, StreamObserver<GetLayoutResponse> out) {
        calls.unary(out, () -> cluster.view().thenApply(ClusterGrpcService::layoutOf), ViewCodec::encode);
    }

    private static Layout layoutOf(ClusterView view) {
        return view.agreement().map(Agreement::layout).orElseThrow(() -> notFormed(view));
    }

    private static NoClusterYetException notFormed(ClusterView view) {
        return new NoClusterYetException("The cluster has not formed yet, so there is no layout: " + view.expect()
                + " nodes must meet, and " + view.self() + " knows "
                + view.members().size() + ". Start the others, or check their logs.");
    }

    @Override
    public void watch(WatchRequest request, StreamObserver<WatchResponse> out) {
        stream(
                out,
                view -> WatchResponse.newBuilder().setCluster(describe(view)).build());
    }

    @Override
    public void attach(AttachRequest request, StreamObserver<AttachResponse> out) {
        stream(out, ViewCodec::encodeAttached);
    }

    @Override
    public void removeMember(RemoveMemberRequest request, StreamObserver<RemoveMemberResponse> out) {
        calls.unary(
                out,
                () -> cluster.remove(WireText.node(request.getNode()), request.getForce()),
                AgreementCodec::encode);
    }

    @Override
    public void leaveForGood(LeaveForGoodRequest request, StreamObserver<LeaveForGoodResponse> out) {
        calls.unary(out, () -> cluster.leaveForGood(request.getForce()), AgreementCodec::encodeLeft);
    }

    @Override
    public void boot(BootRequest request, StreamObserver<BootResponse> out) {
        calls.unary(out, () -> cluster.boot(AgreementCodec.decode(request)), AgreementCodec::encode);
    }

    @Override
    public void askAcceptor(AskAcceptorRequest request, StreamObserver<AskAcceptorResponse> out) {
        calls.unary(out, () -> peer.ask(AgreementCodec.decode(request)), AgreementCodec::encode);
    }

    @Override
    public void propose(ProposeRequest request, StreamObserver<ProposeResponse> out) {
        calls.unary(out, () -> peer.propose(AgreementCodec.decode(request)), AgreementCodec::encode);
    }

    @Override
    public void getAgreed(GetAgreedRequest request, StreamObserver<GetAgreedResponse> out) {
        calls.unary(
                out,
                () -> peer.agreed(WireText.clusterId(request.getClusterId()), request.getVersion()),
                AgreementCodec::encodeAgreed);
    }

    @Override
    public void probe(ProbeRequest request, StreamObserver<ProbeResponse> out) {
        calls.unary(out, () -> peer.probe(ClusterCodec.decode(request)), ClusterCodec::encode);
    }

    @Override
    public void probeIndirectly(ProbeIndirectlyRequest request, StreamObserver<ProbeIndirectlyResponse> out) {
        calls.unary(out, () -> peer.probeIndirectly(ClusterCodec.decode(request)), ClusterCodec::encodeSeen);
    }

    @Override
    public void exchangeState(ExchangeStateRequest request, StreamObserver<ExchangeStateResponse> out) {
        calls.unary(out, () -> peer.exchange(ClusterCodec.decode(request)), ClusterCodec::encodeResponse);
    }

    @Override
    public void form(FormRequest request, StreamObserver<FormResponse> out) {
        calls.unary(out, () -> peer.form(ClusterCodec.decode(request)), ClusterCodec::encode);
    }

    private <M> void stream(StreamObserver<M> out, Function<ClusterView, M> encode) {
        calls.<String, ClusterView, M>stream(
                out, encode, 1, waiting -> cluster.watch(view -> waiting.accept("view", view)));
    }
}
