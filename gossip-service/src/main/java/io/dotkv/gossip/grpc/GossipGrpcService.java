package io.dotkv.gossip.grpc;

import io.dotkv.gossip.LocalGossip;
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
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Offers the gossip layer of this process over gRPC. Never blocks, so it may run on an event loop. At most {@value
 * #MAX_WAITING} calls wait for the layer and at most {@value #MAX_STREAMS} subscriptions are open; more are refused with
 * {@code RESOURCE_EXHAUSTED}.
 */
public final class GossipGrpcService extends GossipServiceImplBase {
    private static final Logger LOG = LoggerFactory.getLogger(GossipGrpcService.class);
    private static final int MAX_WAITING = 256;
    private static final int MAX_STREAMS = 1_024;

    private final LocalGossip gossip;
    private final Semaphore waiting = new Semaphore(MAX_WAITING);
    private final Semaphore streams = new Semaphore(MAX_STREAMS);

    public GossipGrpcService(LocalGossip gossip) {
        this.gossip = gossip;
    }

    @Override
    public void publish(PublishRequest request, StreamObserver<PublishResponse> out) {
        answer(
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
        answer(
                out,
                gossip::peers,
                peers -> ListPeersResponse.newBuilder()
                        .addAllPeers(peers.stream().map(GossipCodec::encode).toList())
                        .build());
    }

    @Override
    public void setPeers(SetPeersRequest request, StreamObserver<SetPeersResponse> out) {
        answer(
                out,
                () -> gossip.setPeers(GossipCodec.decodePeers(request.getPeersList())),
                done -> SetPeersResponse.getDefaultInstance());
    }

    @Override
    public void exchange(ExchangeRequest request, StreamObserver<ExchangeResponse> out) {
        answer(out, () -> gossip.exchange(GossipCodec.decode(request)), GossipCodec::encode);
    }

    private <R, M> void answer(StreamObserver<M> out, Supplier<CompletionStage<R>> call, Function<R, M> encode) {
        if (!waiting.tryAcquire()) {
            refuse(out, MAX_WAITING + " calls already wait for the gossip layer of this node");
            return;
        }
        start(call).whenComplete((result, failure) -> {
            waiting.release();
            if (failure != null) {
                fail(out, failure);
                return;
            }
            out.onNext(encode.apply(result));
            out.onCompleted();
        });
    }

    private static <R> CompletionStage<R> start(Supplier<CompletionStage<R>> call) {
        try {
            return call.get();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static void fail(StreamObserver<?> out, Throwable failure) {
        var status = GossipStatus.of(failure);
        if (status.getStatus().getCode() == Status.Code.INTERNAL) {
            LOG.error("The gossip layer failed on a request.", failure);
        }
        out.onError(status);
    }

    private static void refuse(StreamObserver<?> out, String why) {
        out.onError(Status.RESOURCE_EXHAUSTED
                .withDescription(why + ". Nothing was done; try again later.")
                .asException());
    }

    @Override
    public void subscribe(SubscribeRequest request, StreamObserver<SubscribeResponse> out) {
        if (!streams.tryAcquire()) {
            refuse(out, MAX_STREAMS + " subscriptions are already open on this node");
            return;
        }
        ServerCallStreamObserver<SubscribeResponse> server = (ServerCallStreamObserver<SubscribeResponse>) out;
        RumourStream stream = new RumourStream(server, streams::release);
        server.setOnReadyHandler(stream::drain);
        server.setOnCancelHandler(stream::end);
        try {
            stream.feedFrom(gossip.subscribe(request.getTopic(), stream::offer));
        } catch (IllegalArgumentException e) {
            stream.end();
            fail(out, e);
        }
    }
}
