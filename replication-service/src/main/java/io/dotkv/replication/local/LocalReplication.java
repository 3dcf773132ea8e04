package io.dotkv.replication.local;

import io.dotkv.cluster.Cluster;
import io.dotkv.cluster.ClusterView;
import io.dotkv.cluster.Member;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.ports.Subscription;
import io.dotkv.replication.ContentResult;
import io.dotkv.replication.ConvergenceGoal;
import io.dotkv.replication.ConvergenceResult;
import io.dotkv.replication.ExplainResult;
import io.dotkv.replication.Failure;
import io.dotkv.replication.Operation;
import io.dotkv.replication.ReadResult;
import io.dotkv.replication.Replication;
import io.dotkv.replication.ReplicationAdmin;
import io.dotkv.replication.ReplicationStatus;
import io.dotkv.replication.ScanResult;
import io.dotkv.replication.ScrubJob;
import io.dotkv.replication.ScrubListener;
import io.dotkv.replication.ScrubResult;
import io.dotkv.replication.WriteResult;
import io.dotkv.replication.converge.PendingConvergence;
import io.dotkv.replication.explain.PendingExplanation;
import io.dotkv.replication.ports.PullPrompt;
import io.dotkv.replication.ports.ReplicationPorts;
import io.dotkv.replication.ports.ReplicationSettings;
import io.dotkv.replication.ports.RequestCounters;
import io.dotkv.replication.ports.StorageDirectory;
import io.dotkv.replication.request.RequestAdmission;
import io.dotkv.replication.request.RequestPorts;
import io.dotkv.replication.request.Timers;
import io.dotkv.replication.route.FailureMessages;
import io.dotkv.replication.route.KeyText;
import io.dotkv.replication.route.ReplicaClient;
import io.dotkv.replication.route.Topology;
import io.dotkv.replication.route.TopologyTracker;
import io.dotkv.storage.Storage;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The replication layer in this process: coordinates requests over the storages of the cluster, tells the own storage
 * which node it is, and lets it pull from its peers what it misses.
 *
 * <p>Requests run on the threads that bring them and their answers in; there is no thread of its own. What concerns the
 * cluster (views, assignments, pulls) runs on the scheduler, one thing at a time.
 */
public final class LocalReplication implements Replication, ReplicationAdmin, AutoCloseable {
    private static final long PROMPT_EVERY_NANOS = 1_000_000_000L;

    /** So many operators are answered at once. */
    private static final int MAX_QUESTIONS = 64;

    private final RequestCounters counters = new RequestCounters();
    private final RequestCoordinator coordinator;
    private final RequestAdmission questions = new RequestAdmission(MAX_QUESTIONS, Long.MAX_VALUE);
    private final TopologyTracker views;
    private final ReplicationPorts surroundings;
    private final @Nullable OwnStorage own;
    private final PullPrompt prompt;
    private final Subscription watch;
    private volatile List<Member> others = List.of();

    /**
     * A layer that begins to work at once.
     *
     * @param cluster who is there
     * @param own the storage of the member that the cluster layer speaks for, in this process or another; empty when
     *     this layer only coordinates
     * @param directory the storages of the other members
     * @param prompt the way to their replication layers
     */
    @SuppressWarnings("this-escape")
    public LocalReplication(
            Cluster cluster,
            Optional<Storage> own,
            StorageDirectory directory,
            PullPrompt prompt,
            ReplicationPorts surroundings) {
        ReplicationSettings settings = surroundings.settings();
        this.surroundings = surroundings;
        this.prompt = prompt;
        this.views = new TopologyTracker(own, directory, settings.calls());
        this.coordinator = new RequestCoordinator(
                new RequestPorts(
                        surroundings.clock(),
                        new Timers(surroundings.clock(), surroundings.scheduler()),
                        new RequestAdmission(
                                settings.requests().max(), settings.requests().maxBytes()),
                        counters,
                        settings,
                        this::missed),
                this::mayLag);
        this.own = own.isEmpty()
                ? null
                : new OwnStorage(own.get(), cluster, surroundings, counters, coordinator::keep, this::missed);
        this.watch = cluster.watch(view -> surroundings.scheduler().execute(() -> viewed(view)));
    }

    private boolean mayLag(Topology current, PartitionId partition, ReplicaClient replica) {
        return own != null && own.mayLag(current, partition, replica);
    }

    @Override
    public CompletionStage<WriteResult> write(Operation.Write write) {
        return coordinator.write(write);
    }

    @Override
    public CompletionStage<ReadResult> read(Operation.Read read) {
        return coordinator.read(read);
    }

    @Override
    public CompletionStage<ContentResult> content(Operation.Read read) {
        return coordinator.content(read);
    }

    @Override
    public CompletionStage<ScanResult> scan(Operation.Scan scan) {
        return coordinator.scan(scan);
    }

    @Override
    public CompletionStage<Void> pullNow() {
        if (own != null) {
            surroundings.scheduler().execute(own::pullNow);
        }
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<ConvergenceResult> converge(Optional<ConvergenceGoal> goal) {
        Topology current = coordinator.topology();
        if (current == null || !questions.enter(0)) {
            return CompletableFuture.completedFuture(
                    new ConvergenceResult.Failed(notAsked("The convergence of all replicas", current)));
        }
        return new PendingConvergence(current, goal.orElse(ConvergenceGoal.EMPTY), surroundings.scheduler())
                .start()
                .whenComplete((result, failure) -> asked())
                .thenApply(this::pullEverywhereUnlessReached);
    }

    @Override
    public CompletionStage<ExplainResult> explain(Key key) {
        Topology current = coordinator.topology();
        return current == null || !questions.enter(0)
                ? CompletableFuture.completedFuture(
                        new ExplainResult.Failed(notAsked("The explanation of key " + KeyText.of(key), current)))
                : new PendingExplanation(key, current, surroundings.clock(), surroundings.scheduler())
                        .start()
                        .whenComplete((result, failure) -> asked());
    }

    private static Failure notAsked(String subject, @Nullable Topology current) {
        return current == null
                ? FailureMessages.noCluster(subject)
                : FailureMessages.overloaded(subject, "too many questions");
    }

    private void asked() {
        questions.leave(0);
        questions.done();
    }

    private ConvergenceResult pullEverywhereUnlessReached(ConvergenceResult result) {
        if (result instanceof ConvergenceResult.Reported reported && !reported.isReached()) {
            var _ = pullNow();
            others.forEach(prompt::prompt);
        }
        return result;
    }

    @Override
    public CompletionStage<ScrubResult> scrub(ScrubJob order, ScrubListener watcher) {
        if (own == null || coordinator.isClosed()) {
            return CompletableFuture.completedFuture(new ScrubResult.Failed(
                    own == null ? FailureMessages.noOwnStorage("The scrub") : FailureMessages.stopping("The scrub")));
        }
        CompletableFuture<ScrubResult> result = new CompletableFuture<>();
        surroundings
                .scheduler()
                .execute(() -> own.scrub(order, watcher).whenComplete((done, failure) -> {
                    if (failure == null) {
                        result.complete(done);
                    } else {
                        result.completeExceptionally(failure);
                    }
                }));
        return result;
    }

    /** What this layer does and has done. */
    public ReplicationStatus status() {
        return new ReplicationStatus(
                isReady(),
                own == null || own.isEnlisted(),
                coordinator.inFlight(),
                counters.writesApplied.sum(),
                counters.writesNotApplied.sum(),
                counters.writesUnknown.sum(),
                counters.writesUnconfirmed.sum(),
                counters.reads.sum(),
                counters.readsFailed.sum(),
                counters.repairs.sum(),
                counters.repairsDropped.sum(),
                counters.shed.sum(),
                new ReplicationStatus.Care(
                        counters.rowsMended.sum(),
                        counters.partitionsScrubbed.sum(),
                        counters.scrubDamagedRows.sum(),
                        counters.scrubDifferences.sum(),
                        counters.scrubUndecided.sum()),
                own == null ? List.of() : own.peers());
    }

    /** Whether there is a cluster, and a storage of it that can be asked: the own one if a replica of it votes. */
    private boolean isReady() {
        Topology current = coordinator.topology();
        return current != null
                && !coordinator.isClosed()
                && current.all().stream()
                        .anyMatch(replica -> replica.isReachable() && (!replica.isOwn() || own == null || own.votes()));
    }

    /**
     * Takes no more requests. The stage completes when those that were taken are wholly done: answered, and with no
     * call to a storage under way.
     */
    public CompletionStage<Void> drain() {
        return coordinator.drain();
    }

    /** Takes no more requests and pulls no more; requests that were taken go on. */
    @Override
    public void close() {
        watch.close();
        var _ = drain();
        if (own != null) {
            surroundings.scheduler().execute(own::stop);
        }
    }

    private void viewed(ClusterView view) {
        others = view.members().stream()
                .filter(member -> !member.node().equals(view.self()))
                .toList();
        Optional<Topology> newer = views.of(view);
        newer.ifPresent(coordinator::topology);
        if (own != null) {
            own.viewed(view, newer);
        }
    }

    /** The replica has not confirmed a write, and is to fetch it soon. */
    private void missed(ReplicaClient replica) {
        if (replica.isOwn()) {
            if (own != null) {
                surroundings.scheduler().execute(own::missedWrite);
            }
        } else if (replica.isReachable()
                && replica.mayPrompt(surroundings.clock().monotonicNanos(), PROMPT_EVERY_NANOS)) {
            // Who cannot be reached pulls when it returns.
            others.stream()
                    .filter(member -> member.node().equals(replica.node()))
                    .forEach(prompt::prompt);
        }
    }
}
