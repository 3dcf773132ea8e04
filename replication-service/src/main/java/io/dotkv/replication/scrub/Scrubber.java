package io.dotkv.replication.scrub;

import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.PartitionId;
import io.dotkv.replication.Failure;
import io.dotkv.replication.ScrubJob;
import io.dotkv.replication.ScrubListener;
import io.dotkv.replication.ScrubReport;
import io.dotkv.replication.ScrubResult;
import io.dotkv.replication.ports.ReplicationPorts;
import io.dotkv.replication.ports.RequestCounters;
import io.dotkv.replication.route.FailureMessages;
import io.dotkv.replication.route.ReplicaClient;
import io.dotkv.replication.route.Topology;
import io.dotkv.storage.Outcome;
import io.dotkv.storage.Requests;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Scrubs the own replicas: one partition after the other in the background, as {@link ScrubSchedule} says, and those
 * that somebody orders at once. One background scrub and one ordered one at a time.
 *
 * <p>On the scheduler of the layer only.
 */
public final class Scrubber {
    private static final long HEARD_NANOS = Duration.ofMillis(250).toNanos();
    private static final long LOOK_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long READ_NANOS = Duration.ofSeconds(5).toNanos();
    private static final int LOOKS = 90;

    private final ReplicationPorts surroundings;
    private final RequestCounters counters;
    private final RowCheck.Mender mender;
    private final ScrubSchedule schedule;
    private @Nullable Topology topology;
    private boolean isBackgroundRunning;
    private boolean isOrderRunning;
    private boolean stopped;

    public Scrubber(ReplicationPorts surroundings, RequestCounters counters, RowCheck.Mender mender) {
        this.surroundings = surroundings;
        this.counters = counters;
        this.mender = mender;
        this.schedule = new ScrubSchedule(
                surroundings.settings().scrub(), surroundings.random().fork());
    }

    /** The cluster is this now. */
    public void topology(Topology newer) {
        topology = newer;
    }

    public void stop() {
        stopped = true;
    }

    /** Begins with the next partition when its time has come. */
    public void tick() {
        Topology current = topology;
        if (current == null || isBackgroundRunning) {
            return;
        }
        Optional<PartitionId> next =
                schedule.next(held(current), surroundings.clock().monotonicNanos());
        next.ifPresent(partition -> {
            isBackgroundRunning = true;
            ScrubTally tally = new ScrubTally(1);
            PartitionScrub.Ground ground = new PartitionScrub.Ground(
                    current,
                    surroundings,
                    mender,
                    surroundings.settings().scrub().bytesPerSecond(),
                    () -> !stopped,
                    isFirst(current, partition));
            new PartitionScrub(ground, partition, tally, () -> {
                        isBackgroundRunning = false;
                        count(tally.report());
                    })
                    .start();
        });
    }

    /** Whether of the replicas that can be reached the own one has the smallest name: it alone writes values again. */
    private static boolean isFirst(Topology topology, PartitionId partition) {
        NodeId first = null;
        ReplicaClient[] replicas = topology.preferred(partition);
        for (ReplicaClient replica : replicas) {
            boolean isSmaller = first == null || replica.node().compareTo(first) < 0;
            first = replica.isReachable() && isSmaller ? replica.node() : first;
        }
        return replicas[0].isOwn() && replicas[0].node().equals(first);
    }

    private static SortedSet<PartitionId> held(Topology topology) {
        ReplicaClient own = topology.all().getFirst();
        return own.isOwn() ? new TreeSet<>(topology.layout().heldBy(own.node())) : new TreeSet<>();
    }

    private void count(ScrubReport report) {
        counters.partitionsScrubbed.add(report.partitionsDone() - (long) report.partitionsNotCompared());
        counters.scrubDamagedRows.add(report.damagedRows());
        counters.scrubDifferences.add(report.differences());
        counters.scrubUndecided.add(report.undecided());
    }

    /** Scrubs what is ordered. */
    public CompletionStage<ScrubResult> order(ScrubJob order, ScrubListener watcher) {
        Topology current = topology;
        if (current == null) {
            return failed(FailureMessages.noCluster("The scrub"));
        }
        SortedSet<PartitionId> wanted = held(current);
        for (PartitionId partition : order.partitions()) {
            if (!wanted.contains(partition)) {
                return failed(FailureMessages.notHeld(
                        "The scrub",
                        partition,
                        current.layout().partitions(),
                        current.all().getFirst().node()));
            }
        }
        if (!order.partitions().isEmpty()) {
            wanted.retainAll(order.partitions());
        }
        if (isOrderRunning) {
            return failed(FailureMessages.overloaded("The scrub", "another scrub that was ordered"));
        }
        isOrderRunning = true;
        Ordered ordered = new Ordered(current, order, watcher, new ArrayDeque<>(wanted));
        ordered.next();
        ordered.tell();
        return ordered.result;
    }

    private static CompletionStage<ScrubResult> failed(Failure failure) {
        return CompletableFuture.completedFuture(new ScrubResult.Failed(failure));
    }

    /** An ordered scrub: partition after partition, and then a wait until damaged rows are mended. */
    private final class Ordered {
        private final PartitionScrub.Ground ground;
        private final ScrubListener watcher;
        private final Deque<PartitionId> left;
        private final ScrubTally tally;
        private final CompletableFuture<ScrubResult> result = new CompletableFuture<>();
        private boolean isWanted = true;
        private int looks;

        Ordered(Topology current, ScrubJob order, ScrubListener watcher, Deque<PartitionId> left) {
            this.watcher = watcher;
            this.left = left;
            this.tally = new ScrubTally(left.size());
            this.ground = new PartitionScrub.Ground(
                    current, surroundings, mender, order.bytesPerSecond(), () -> isWanted && !stopped, true);
        }

        void next() {
            PartitionId partition = ground.isWanted().getAsBoolean() ? left.poll() : null;
            if (partition != null) {
                new PartitionScrub(ground, partition, tally, this::next).start();
            } else {
                count(tally.report());
                awaitMending();
            }
        }

        /** Tells the watcher now and then how far it is. */
        void tell() {
            if (!result.isDone()) {
                isWanted &= watcher.heard(tally.report());
                surroundings.scheduler().schedule(this::tell, HEARD_NANOS);
            }
        }

        private void awaitMending() {
            if (tally.damaged().isEmpty()
                    || ++looks > LOOKS
                    || !ground.isWanted().getAsBoolean()) {
                isOrderRunning = false;
                result.complete(new ScrubResult.Done(tally.report()));
                return;
            }
            for (ScrubTally.DamagedRow row : tally.damaged()) {
                Requests.Read read = new Requests.Read(
                        ground.topology().placement(),
                        row.key(),
                        surroundings.clock().monotonicNanos() + READ_NANOS);
                row.replica().read(read, outcome -> surroundings.scheduler().execute(() -> looked(row, outcome)));
            }
            surroundings.scheduler().schedule(this::awaitMending, LOOK_NANOS);
        }

        private void looked(ScrubTally.DamagedRow row, Outcome<?> outcome) {
            if (outcome instanceof Outcome.Done<?>) {
                tally.isReadable(row);
            }
        }
    }
}
