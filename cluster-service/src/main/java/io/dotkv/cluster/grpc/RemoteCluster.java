package io.dotkv.cluster.grpc;

import io.dotkv.cluster.Cluster;
import io.dotkv.cluster.ClusterPeer.Proposal;
import io.dotkv.cluster.ClusterView;
import io.dotkv.cluster.NotAgreedException;
import io.dotkv.cluster.ProposalOutcome;
import io.dotkv.cluster.register.state.RetirementChange;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.ports.Clock;
import io.dotkv.kernel.ports.RandomSource;
import io.dotkv.kernel.ports.Scheduler;
import io.dotkv.kernel.ports.Subscription;
import io.dotkv.proto.cluster.v1.AttachRequest;
import io.dotkv.proto.cluster.v1.AttachResponse;
import io.dotkv.proto.cluster.v1.BootRequest;
import io.dotkv.proto.cluster.v1.ClusterServiceGrpc;
import io.dotkv.proto.cluster.v1.ClusterServiceGrpc.ClusterServiceStub;
import io.dotkv.proto.cluster.v1.Departed;
import io.dotkv.proto.cluster.v1.LeaveForGoodRequest;
import io.dotkv.proto.cluster.v1.RemoveMemberRequest;
import io.dotkv.wire.ReconnectingStream;
import io.dotkv.wire.Rpc;
import io.dotkv.wire.UnaryReply;
import io.grpc.Channel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cluster layer of another process, on whose behalf this one acts. It keeps the newest view it was told; while the
 * other process cannot be reached that view stays, and the connection is made again, with growing pauses. Any thread
 * may call; state belongs to the scheduler and deliveries run on it.
 */
public final class RemoteCluster implements Cluster, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RemoteCluster.class);
    private static final long DEADLINE_NANOS = 5_000_000_000L;
    private static final long AGREE_NANOS = 15_000_000_000L;

    private final ClusterServiceStub stub;
    private final Clock clock;
    private final Scheduler scheduler;
    private final ReconnectingStream<ClusterServiceStub, AttachRequest, AttachResponse> stream;
    private final List<CompletableFuture<ClusterView>> asking = new ArrayList<>();
    private final List<Watcher> watchers = new ArrayList<>();
    private Optional<ClusterView> newest = Optional.empty();

    private record Watcher(Consumer<ClusterView> listener, AtomicBoolean cancelled) {}

    /**
     * @param channel to the process that runs the layer; the launcher owns and closes it
     * @param clock dates changes
     * @param scheduler runs everything
     * @param random spreads the attempts to connect; used on the scheduler only
     */
    public RemoteCluster(Channel channel, Clock clock, Scheduler scheduler, RandomSource random) {
        this.stub = ClusterServiceGrpc.newStub(channel);
        this.clock = clock;
        this.scheduler = scheduler;
        this.stream = new ReconnectingStream<>(
                new ReconnectingStream.Call<>(
                        "The stream of views of the cluster layer in the other process",
                        stub,
                        ClusterServiceStub::attach,
                        AttachRequest.getDefaultInstance()),
                scheduler,
                random,
                this::received);
    }

    /** Begins to attach. */
    public void start() {
        stream.start();
    }

    private void received(AttachResponse message) {
        ClusterView view = ViewCodec.decode(message, newest, clock.wallMillis());
        newest = Optional.of(view);
        asking.forEach(waiting -> waiting.complete(view));
        asking.clear();
        List.copyOf(watchers).forEach(watcher -> deliver(watcher, view));
    }

    private static void deliver(Watcher watcher, ClusterView view) {
        if (watcher.cancelled.get()) {
            return;
        }
        try {
            watcher.listener.accept(view);
        } catch (RuntimeException e) {
            LOG.error("A listener of the cluster layer failed.", e);
        }
    }

    @Override
    public CompletionStage<ClusterView> view() {
        CompletableFuture<ClusterView> result = new CompletableFuture<>();
        scheduler.execute(() -> {
            if (newest.isPresent()) {
                result.complete(newest.get());
                return;
            }
            asking.add(result);
            scheduler.schedule(() -> giveUp(result), DEADLINE_NANOS);
        });
        return result;
    }

    private void giveUp(CompletableFuture<ClusterView> waiting) {
        waiting.completeExceptionally(new IOException(
                "The cluster layer in the other process was not reachable within 5 s since the start. Is "
                        + "it running?"));
        asking.removeIf(CompletableFuture::isDone);
    }

    @Override
    public Subscription watch(Consumer<ClusterView> listener) {
        Watcher watcher = new Watcher(listener, new AtomicBoolean());
        scheduler.execute(() -> {
            watchers.add(watcher);
            newest.ifPresent(view -> deliver(watcher, view));
        });
        return () -> {
            watcher.cancelled.set(true);
            scheduler.execute(() -> watchers.remove(watcher));
        };
    }

    @Override
    public CompletionStage<AgreedBoot> boot(BootRequest request) {
        return call(ClusterServiceStub::boot, AgreementCodec.encode(request), AgreementCodec::decode);
    }

    @Override
    public CompletionStage<Void> agreeOn(String clusterId, RetirementChange change) {
        // The newest agreement comes by the attachment, and need not come with the answer.
        Proposal proposal = new Proposal(clusterId, change, Long.MAX_VALUE);
        return call(
                        ClusterServiceStub::propose,
                        AgreementCodec.encode(proposal),
                        response -> AgreementCodec.decode(response).decision())
                .thenAccept(decision -> {
                    if (!(decision instanceof ProposalOutcome.Changed)) {
                        throw new NotAgreedException(decision, "the change was not agreed on: " + decision);
                    }
                });
    }

    @Override
    public CompletionStage<Departed> remove(NodeId node, boolean force) {
        RemoveMemberRequest request = RemoveMemberRequest.newBuilder()
                .setNode(node.name())
                .setForce(force)
                .build();
        return call(ClusterServiceStub::removeMember, request, AgreementCodec::decode);
    }

    @Override
    public CompletionStage<Departed> leaveForGood(boolean force) {
        return call(
                ClusterServiceStub::leaveForGood,
                LeaveForGoodRequest.newBuilder().setForce(force).build(),
                AgreementCodec::decode);
    }

    private <Q, M, R> CompletionStage<R> call(
            Rpc<ClusterServiceStub, Q, M> rpc, Q request, UnaryReply.Decode<M, R> decode) {
        UnaryReply<M, R> reply = new UnaryReply<>(decode, failure -> {
            throw Refusals.failure(failure);
        });
        return reply.send(stub, AGREE_NANOS, rpc, request);
    }

    /** Detaches. */
    @Override
    public void close() {
        stream.close();
    }
}
