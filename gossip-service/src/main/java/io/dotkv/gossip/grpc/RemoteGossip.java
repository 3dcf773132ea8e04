package io.dotkv.gossip.grpc;

import com.google.protobuf.ByteString;
import io.dotkv.gossip.Gossip;
import io.dotkv.gossip.Peer;
import io.dotkv.gossip.rumour.Rumour;
import io.dotkv.gossip.rumour.RumourLimits;
import io.dotkv.gossip.rumour.Version;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.ports.RandomSource;
import io.dotkv.kernel.ports.Scheduler;
import io.dotkv.kernel.ports.Subscription;
import io.dotkv.proto.gossip.v1.GossipServiceGrpc;
import io.dotkv.proto.gossip.v1.GossipServiceGrpc.GossipServiceStub;
import io.dotkv.proto.gossip.v1.ListPeersRequest;
import io.dotkv.proto.gossip.v1.ListPeersResponse;
import io.dotkv.proto.gossip.v1.PublishRequest;
import io.dotkv.proto.gossip.v1.PublishResponse;
import io.dotkv.proto.gossip.v1.SetPeersRequest;
import io.dotkv.proto.gossip.v1.SetPeersResponse;
import io.grpc.Channel;
import io.grpc.Context;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The gossip layer of another process. A subscription outlives the connection: it is made again, with growing pauses, and
 * never delivers an older rumour after a newer one. Any thread may call; deliveries run on the scheduler.
 */
public final class RemoteGossip implements Gossip {
    private static final long DEADLINE_SECONDS = 5;

    private final Channel channel;
    private final Scheduler scheduler;
    private final RandomSource random;

    /**
     * @param channel to the process that runs the layer; the launcher owns and closes it
     * @param scheduler delivers to listeners, and waits between attempts
     * @param random spreads the attempts; used on the scheduler only
     */
    public RemoteGossip(Channel channel, Scheduler scheduler, RandomSource random) {
        this.channel = channel;
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
        return this.<PublishResponse, Version>call(
                (stub, reply) -> stub.publish(request, reply), response -> GossipCodec.decode(response.getVersion()));
    }

    @Override
    public Subscription subscribe(String topic, Consumer<Rumour> listener) {
        RemoteSubscription subscription = new RemoteSubscription(channel, scheduler, random, topic, listener);
        scheduler.execute(subscription::open);
        return subscription;
    }

    @Override
    public CompletionStage<List<Peer>> peers() {
        return this.<ListPeersResponse, List<Peer>>call(
                (stub, reply) -> stub.listPeers(ListPeersRequest.getDefaultInstance(), reply),
                response -> GossipCodec.decodePeers(response.getPeersList()));
    }

    @Override
    public CompletionStage<Void> setPeers(List<Peer> peers) {
        SetPeersRequest request = SetPeersRequest.newBuilder()
                .addAllPeers(peers.stream().map(GossipCodec::encode).toList())
                .build();
        return this.<SetPeersResponse, Boolean>call((stub, reply) -> stub.setPeers(request, reply), response -> true)
                .thenAccept(done -> {});
    }

    private <M, R> CompletableFuture<R> call(BiConsumer<GossipServiceStub, Reply<M>> start, Function<M, R> decode) {
        Reply<M> reply = new Reply<>();
        // Not in the context of a call that is being answered here, whose end would cancel this one.
        Context.ROOT.run(() -> start.accept(
                GossipServiceGrpc.newStub(channel).withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS), reply));
        return reply.thenApply(decode)
                .exceptionallyCompose(failure -> CompletableFuture.failedFuture(GossipStatus.failure(failure)));
    }
}
