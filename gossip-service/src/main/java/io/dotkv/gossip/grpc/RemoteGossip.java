package io.dotkv.gossip.grpc;

import com.google.protobuf.ByteString;
import io.dotkv.gossip.Gossip;
import io.dotkv.gossip.Peer;
import io.dotkv.gossip.rumour.Rumour;
import io.dotkv.gossip.rumour.RumourLimits;
import io.dotkv.gossip.rumour.RumourSettings;
import io.dotkv.gossip.rumour.Version;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.ports.RandomSource;
import io.dotkv.kernel.ports.Scheduler;
import io.dotkv.kernel.ports.Subscription;
import io.dotkv.proto.gossip.v1.GossipServiceGrpc;
import io.dotkv.proto.gossip.v1.GossipServiceGrpc.GossipServiceStub;
import io.dotkv.proto.gossip.v1.ListPeersRequest;
import io.dotkv.proto.gossip.v1.PublishRequest;
import io.dotkv.proto.gossip.v1.SetPeersRequest;
import io.dotkv.proto.gossip.v1.SubscribeRequest;
import io.dotkv.proto.gossip.v1.SubscribeResponse;
import io.dotkv.wire.ReconnectingStream;
import io.dotkv.wire.Rpc;
import io.dotkv.wire.UnaryReply;
import io.grpc.Channel;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * The gossip layer of another process. A subscription outlives the connection: it is made again, with growing pauses,
 * and never delivers an older rumour after a newer one. Any thread may call; deliveries run on the scheduler.
 */
public final class RemoteGossip implements Gossip {
    private static final long DEADLINE_NANOS = 5_000_000_000L;

    private final GossipServiceStub stub;
    private final Scheduler scheduler;
    private final RandomSource random;

    /**
     * @param channel to the process that runs the layer; the launcher owns and closes it
     * @param scheduler delivers to listeners, and waits between attempts
     * @param random spreads the attempts; used on the scheduler only
     */
    public RemoteGossip(Channel channel, Scheduler scheduler, RandomSource random) {
        this.stub = GossipServiceGrpc.newStub(channel);
        this.scheduler = scheduler;
        this.random = random;
    }

    @Override
    public CompletionStage<Version> publish(String topic, String subject, Bytes payload) {
        return publish(topic, subject, payload, 0);
    }

    @Override
    public CompletionStage<Version> publish(String topic, String subject, Bytes payload, Duration lifetime) {
        if (lifetime.compareTo(RumourLimits.MAX_LIFETIME) > 0 || lifetime.compareTo(RumourLimits.MIN_LIFETIME) < 0) {
            return CompletableFuture.failedStage(new IllegalArgumentException("a lifetime is "
                    + RumourLimits.MIN_LIFETIME + " to " + RumourLimits.MAX_LIFETIME + ", this one " + lifetime));
        }
        return publish(topic, subject, payload, (int) lifetime.toMillis());
    }

    private CompletionStage<Version> publish(String topic, String subject, Bytes payload, int lifetimeMillis) {
        PublishRequest request = PublishRequest.newBuilder()
                .setTopic(topic)
                .setSubject(subject)
                .setPayload(ByteString.copyFrom(payload.array()))
                .setLifetimeMillis(lifetimeMillis)
                .build();
        return call(GossipServiceStub::publish, request, response -> GossipCodec.decode(response.getVersion()));
    }

    @Override
    public Subscription subscribe(String topic, Consumer<Rumour> listener) {
        LatestVersions delivered = new LatestVersions();
        ReconnectingStream<GossipServiceStub, SubscribeRequest, SubscribeResponse> stream = new ReconnectingStream<>(
                new ReconnectingStream.Call<>(
                        "The subscription to topic " + topic + " of the gossip layer",
                        stub,
                        GossipServiceStub::subscribe,
                        SubscribeRequest.newBuilder().setTopic(topic).build()),
                scheduler,
                random,
                message -> {
                    Rumour rumour = GossipCodec.decode(message.getRumour());
                    if (delivered.isNew(rumour)) {
                        listener.accept(rumour);
                    }
                });
        stream.start();
        return stream;
    }

    @Override
    public CompletionStage<List<Peer>> peers() {
        return call(
                GossipServiceStub::listPeers,
                ListPeersRequest.getDefaultInstance(),
                response -> GossipCodec.decodePeers(response.getPeersList()));
    }

    @Override
    public CompletionStage<Void> setPeers(List<Peer> peers) {
        SetPeersRequest request = SetPeersRequest.newBuilder()
                .addAllPeers(peers.stream().map(GossipCodec::encode).toList())
                .build();
        return call(GossipServiceStub::setPeers, request, response -> true).thenAccept(done -> {});
    }

    private <Q, M, R> CompletionStage<R> call(
            Rpc<GossipServiceStub, Q, M> rpc, Q request, UnaryReply.Decode<M, R> decode) {
        UnaryReply<M, R> reply = new UnaryReply<>(decode, failure -> {
            throw GossipStatus.failure(failure);
        });
        return reply.send(stub, DEADLINE_NANOS, rpc, request);
    }

    /** As many subjects as a topic can have at a time; of more, the one heard of longest ago is forgotten. */
    private static final class LatestVersions extends LinkedHashMap<String, Version> {
        private static final long serialVersionUID = 1;

        LatestVersions() {
            super(16, 0.75f, true);
        }

        /** Whether a rumour is newer than what was delivered of its subject before; takes note of it. */
        boolean isNew(Rumour rumour) {
            Version before = get(rumour.subject());
            boolean newer = before == null || before.compareTo(rumour.version()) < 0;
            if (newer) {
                put(rumour.subject(), rumour.version());
            }
            return newer;
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Version> eldest) {
            return size() > RumourSettings.HARD_MAX_TOPIC_SUBJECTS;
        }
    }
}
