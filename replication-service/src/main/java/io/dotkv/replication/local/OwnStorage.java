package io.dotkv.replication.local;

import io.dotkv.cluster.Cluster;
import io.dotkv.cluster.Cluster.BootRequest;
import io.dotkv.cluster.ClusterView;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.PartitionId;
import io.dotkv.replication.ReplicationStatus.PeerStatus;
import io.dotkv.replication.ScrubJob;
import io.dotkv.replication.ScrubListener;
import io.dotkv.replication.ScrubResult;
import io.dotkv.replication.converge.Convergence;
import io.dotkv.replication.converge.RowRepairer;
import io.dotkv.replication.ports.ReplicationPorts;
import io.dotkv.replication.ports.RequestCounters;
import io.dotkv.replication.retire.RetirementWork;
import io.dotkv.replication.route.ReplicaClient;
import io.dotkv.replication.route.Topology;
import io.dotkv.replication.scrub.RowCheck;
import io.dotkv.replication.scrub.Scrubber;
import io.dotkv.storage.Assignment;
import io.dotkv.storage.AssignmentAck;
import io.dotkv.storage.Outcome;
import io.dotkv.storage.PartitionClock;
import io.dotkv.storage.Storage;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the storage of the own member: the shell of {@link StorageBootstrap}, and the owner of
 * {@link Convergence}.
 *
 * <p>On the scheduler of the layer only, but for what is asked by {@code is…} and {@code peers}.
 */
final class OwnStorage {
    private static final Logger LOG = LoggerFactory.getLogger(OwnStorage.class);

    private final Storage storage;
    private final Cluster cluster;
    private final ReplicationPorts surroundings;
    private final StorageBootstrap enlistment;
    private final Convergence convergence;
    private final RowRepairer mending;
    private final Scrubber scrubbing;
    private final RetirementWork closings;
    private boolean reachable = true;
    private boolean ticking;
    private boolean stopped;
    private volatile boolean enlisted;
    private volatile boolean votes;

    /** Writes a value again as an event that replaces the dot that it had; whether that was acknowledged. */
    interface Keeper {
        CompletionStage<Boolean> keep(Key key, Dot dot, Bytes payload);
    }

    /** @param onLate is told which replica did not confirm what was sent to it a second ago */
    OwnStorage(
            Storage storage,
            Cluster cluster,
            ReplicationPorts surroundings,
            RequestCounters counters,
            Keeper keeper,
            Consumer<ReplicaClient> onLate) {
        this.storage = storage;
        this.cluster = cluster;
        this.surroundings = surroundings;
        this.enlistment = new StorageBootstrap(surroundings.settings().timing().meetGraceNanos());
        this.convergence =
                new Convergence(storage, surroundings, () -> carryOut(enlistment.forgotten(nowNanos())), onLate);
        this.mending = new RowRepairer(storage, surroundings, counters);
        this.scrubbing = new Scrubber(surroundings, counters, new RowCheck.Mender() {
            @Override
            public void mend(Key key, Dot dot, Bytes payload, Consumer<Boolean> onEnd) {
                var _ = keeper.keep(key, dot, payload)
                        .whenComplete((kept, failure) -> onEnd.accept(failure == null && kept));
            }

            @Override
            public void hint() {
                convergence.hint();
            }
        });
        this.closings = new RetirementWork(cluster, surroundings);
    }

    boolean isEnlisted() {
        return enlisted;
    }

    /** Whether any of its replicas takes part in reads and coordinates writes, or it has none. */
    boolean votes() {
        return votes;
    }

    List<PeerStatus> peers() {
        return convergence.status();
    }

    void viewed(ClusterView view, Optional<Topology> newer) {
        newer.ifPresent(topology -> {
            convergence.topology(topology, view.self());
            mending.topology(topology);
            scrubbing.topology(topology);
            closings.viewed(view, topology);
        });
        carryOut(enlistment.viewed(view, nowNanos()));
        if (!ticking) {
            ticking = true;
            tick();
        }
    }

    /** Whether the replica that is to coordinate a write of this partition may lack acknowledged writes. */
    boolean mayLag(Topology topology, PartitionId partition, ReplicaClient coordinator) {
        return convergence.mayLag(topology, partition, coordinator);
    }

    /** A write was not confirmed by the own storage. */
    void missedWrite() {
        convergence.hint();
    }

    /** Somebody wants the own replicas to have all that there is. */
    void pullNow() {
        if (!stopped && enlistment.isInForce()) {
            convergence.demand();
        }
    }

    /** Scrubs what is ordered. */
    CompletionStage<ScrubResult> scrub(ScrubJob order, ScrubListener watcher) {
        return scrubbing.order(order, watcher);
    }

    void stop() {
        stopped = true;
        scrubbing.stop();
    }

    private void carryOut(List<StorageBootstrap.Effect> effects) {
        for (StorageBootstrap.Effect effect : effects) {
            switch (effect) {
                case StorageBootstrap.Effect.Assume(Assignment mandate) -> assume(mandate);
                case StorageBootstrap.Effect.AskBoot(BootRequest request) -> ask(request);
                case StorageBootstrap.Effect.WakeIn(long delayNanos) ->
                    surroundings
                            .scheduler()
                            .schedule(() -> carryOut(stopped ? List.of() : enlistment.wake(nowNanos())), delayNanos);
                case StorageBootstrap.Effect.Stop(String sentence) -> {
                    stop();
                    surroundings.onFatal().accept(sentence);
                }
                case StorageBootstrap.Effect.Note(String sentence, boolean isTrouble) -> {
                    if (isTrouble) {
                        LOG.warn(sentence);
                    } else {
                        LOG.info(sentence);
                    }
                }
            }
        }
        enlisted = enlistment.isReady();
    }

    private void assume(Assignment mandate) {
        ReplicaClient.onEnd(
                storage.assume(mandate),
                outcome -> surroundings.scheduler().execute(() -> {
                    if (outcome instanceof Outcome.Done<AssignmentAck>(AssignmentAck assumed)) {
                        votes = mandate.held().isEmpty()
                                || assumed.notVoting().size() < mandate.held().size();
                    }
                    carryOut(enlistment.assumed(outcome, nowNanos()));
                }));
    }

    private void ask(BootRequest request) {
        var _ = cluster.boot(request)
                .whenComplete((boot, error) -> surroundings.scheduler().execute(() -> {
                    if (error == null) {
                        carryOut(enlistment.booted(request, boot, nowNanos()));
                    } else {
                        carryOut(enlistment.notBooted(sentenceOf(error)));
                    }
                }));
    }

    private static String sentenceOf(Throwable error) {
        Throwable cause = error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
        return String.valueOf(cause.getMessage());
    }

    /** A replica that catches up votes when it has: nobody tells. */
    private void lookForVotes() {
        if (!votes && enlistment.isInForce()) {
            ReplicaClient.onEnd(storage.clocks(Set.of()), outcome -> {
                if (outcome instanceof Outcome.Done<List<PartitionClock>>(List<PartitionClock> clocks)) {
                    votes |= clocks.stream().anyMatch(PartitionClock::voting);
                }
            });
        }
    }

    private void tick() {
        if (stopped) {
            return;
        }
        lookForVotes();
        boolean reachableNow = storage.isReachable();
        if (reachableNow && !reachable) {
            carryOut(enlistment.forgotten(nowNanos()));
        }
        reachable = reachableNow;
        if (enlistment.isInForce()) {
            convergence.tick();
            mending.tick();
            scrubbing.tick();
            closings.tick();
        }
        surroundings.scheduler().schedule(this::tick, Convergence.TICK_NANOS);
    }

    private long nowNanos() {
        return surroundings.clock().monotonicNanos();
    }
}
