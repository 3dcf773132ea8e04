package io.dotkv.gossip.grpc;

import io.dotkv.gossip.LocalGossip;
import io.dotkv.gossip.rumour.Rumour;
import io.dotkv.gossip.rumour.RumourSettings;
import io.dotkv.gossip.rumour.Version;
import io.dotkv.kernel.Bytes;
import io.dotkv.proto.gossip.v1.ExchangeRequest;
import io.dotkv.proto.gossip.v1.ExchangeResponse;
import io.dotkv.proto.gossip.v1.GossipServiceGrpc.GossipServiceImplBase;
import io.dotkv.proto.gossip.v1.ListPeersRequest;
import io.dotkv.proto.gossip.v1.ListPeersResponse;
import io.dotkv.proto.gossip.v1.PublishRequest;
import io.dotkv.proto.gossip.v1.PublishResponse;
import io.dotkv.proto.gossip.v1.SetPeersRequest;
import io.dotkv.proto.gossip.v1.SetPeersResponse;
import io.dotkv.proto.gossip.v1.SubscribeRequest;
import io.dotkv.proto.gossip.v1.SubscribeResponse;
import io.dotkv.wire.BoundedCalls;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** Offers the gossip layer of this process over gRPC. Never blocks, so it may run on an event loop. */
public final class GossipGrpcService extends GossipServiceImplBase {
    private final LocalGossip gossip;
    private final BoundedCalls calls = new BoundedCalls("gossip", GossipStatus::of);

    public GossipGrpcService(LocalGossip gossip) {
        this.gossip = gossip;
    }

    @Override
    public void publish(PublishRequest request, StreamObserver<PublishResponse> out) {
        calls.unary(
                out,
                () -> published(request),
                version -> PublishResponse.newBuilder()
                        .setVersion(GossipCodec.encode(version))
                        .build());
    }

    private CompletionStage<Version> published(PublishRequest request) {
        Bytes payload = Bytes.wrap(request.getPayload().toByteArray());
        int lifetimeMillis = request.getLifetimeMillis();
        return lifetimeMillis == 0
                ? gossip.publish(request.getTopic(), request.getSubject(), payload)
                : gossip.publish(
                        request.getTopic(),
                        request.getSubject(),
                        payload,
                        Duration.ofMillis(Integer.toUnsignedLong(lifetimeMillis)));
    }

    @Override
    public void listPeers(ListPeersRequest request, StreamObserver<ListPeersResponse> out) {
        calls.unary(
                out,
                gossip::peers,
                peers -> ListPeersResponse.newBuilder()
                        .addAllPeers(peers.stream().map(GossipCodec::encode).toList())
                        .build());
    }

    @Override
    public void setPeers(SetPeersRequest request, StreamObserver<SetPeersResponse> out) {
        calls.unary(
                out,
                () -> gossip.setPeers(GossipCodec.decodePeers(request.getPeersList())),
                done -> SetPeersResponse.getDefaultInstance());
    }

    @Override
    public void exchange(ExchangeRequest request, StreamObserver<ExchangeResponse> out) {
        calls.unary(out, () -> gossip.exchange(GossipCodec.decode(request)), GossipCodec::encode);
    }

    @Override
    public void subscribe(SubscribeRequest request, StreamObserver<SubscribeResponse> out) {
        calls.<String, Rumour, SubscribeResponse>stream(
                out,
                rumour -> SubscribeResponse.newBuilder()
                        .setRumour(GossipCodec.encode(rumour))
                        .build(),
                // More subjects than a topic can have come together when many lapse meanwhile.
                RumourSettings.HARD_MAX_TOPIC_SUBJECTS,
                waiting -> gossip.subscribe(request.getTopic(), rumour -> waiting.accept(rumour.subject(), rumour)));
    }
}
