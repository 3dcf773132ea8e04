package io.dotkv.replication.scrub;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.PartitionId;
import io.dotkv.replication.ports.ReplicationPorts;
import io.dotkv.replication.route.GatheredAnswers;
import io.dotkv.replication.route.ReplicaClient;
import io.dotkv.replication.route.Topology;
import io.dotkv.storage.Digests;
import io.dotkv.storage.Outcome;
import io.dotkv.storage.PartitionClock;
import io.dotkv.storage.Refusal;
import io.dotkv.storage.Requests;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Compares the own replica of one partition with those of the peers, once, from the first key to the last: ranges by
 * their digests, differing ranges row by row, differing rows by {@link RowCheck}.
 *
 * <p>What is compared are the events that all of them had at the beginning. A replica that does not answer, or does not
 * vote, is left out from then on.
 *
 * <p>On the scheduler of the layer only.
 */
final class PartitionScrub {
    private static final int ROWS_PER_RANGE = 1_000;
    private static final long CALL_NANOS = Duration.ofSeconds(20).toNanos();

    private final Ground ground;
    private final PartitionId partition;
    private final ScrubTally tally;
    private final Runnable onEnd;
    private final Map<ReplicaClient, DotSet> clocks = new LinkedHashMap<>();
    private DotSet common = DotSet.EMPTY;

    private final Deque<Runnable> steps = new ArrayDeque<>();

    /**
     * What a scrub stands on.
     *
     * @param bytesPerSecond of the own data, 0 for no limit
     * @param isWanted asked between two steps: whether to go on
     * @param mends whether differences without a bad checksum are mended, or only told
     */
    record Ground(
            Topology topology,
            ReplicationPorts surroundings,
            RowCheck.Mender mender,
            long bytesPerSecond,
            BooleanSupplier isWanted,
            boolean mends) {}

    PartitionScrub(Ground ground, PartitionId partition, ScrubTally tally, Runnable onEnd) {
        this.ground = ground;
        this.partition = partition;
        this.tally = tally;
        this.onEnd = onEnd;
    }

    /** Begins with the clocks. */
    void start() {
        List<ReplicaClient> replicas = new ArrayList<>();
        for (ReplicaClient replica : ground.topology().preferred(partition)) {
            if (replica.isReachable()) {
                replicas.add(replica);
            }
        }
        if (replicas.isEmpty() || !replicas.getFirst().isOwn()) {
            notCompared("this node holds no replica of it that can be asked");
            return;
        }
        GatheredAnswers<List<PartitionClock>> gathering =
                new GatheredAnswers<>(replicas, ground.surroundings().scheduler(), this::begin);
        for (ReplicaClient replica : replicas) {
            ReplicaClient.onEnd(replica.storage().clocks(Set.of(partition)), gathering.taker(replica));
        }
    }

    private void begin(Map<ReplicaClient, Outcome<List<PartitionClock>>> answers) {
        answers.forEach((replica, outcome) -> {
            if (outcome instanceof Outcome.Done<List<PartitionClock>>(List<PartitionClock> found)
                    && found.size() == 1
                    && found.getFirst().voting()) {
                clocks.put(replica, found.getFirst().clock());
            }
        });
        if (clocks.isEmpty() || !clocks.keySet().iterator().next().isOwn()) {
            notCompared("the own replica does not answer, or does not vote yet");
            return;
        }
        common = clocks.values().iterator().next().base();
        for (DotSet clock : clocks.values()) {
            common = common.intersect(clock.base());
        }
        page(Bytes.EMPTY, List.of());
    }

    /** Compares ranges from behind a key on; up to the ends that are given, or as the own rows are. */
    private void page(Bytes after, List<Bytes> ends) {
        if (!ground.isWanted().getAsBoolean()) {
            notCompared("the scrub was given up");
            return;
        }
        if (clocks.isEmpty() || !clocks.keySet().iterator().next().isOwn()) {
            notCompared("the own replica cannot be read to its end");
            return;
        }
        int rowsPerRange = ends.isEmpty() ? ROWS_PER_RANGE : Integer.MAX_VALUE;
        List<ReplicaClient> own = List.of(clocks.keySet().iterator().next());
        digest(own, after, ends, rowsPerRange, ofOwn -> {
            Digests digests = ofOwn.get(own.getFirst());
            if (digests == null) {
                page(after, ends);
                return;
            }
            List<Bytes> ownEnds =
                    digests.ranges().stream().map(Digests.Range::end).toList();
            List<ReplicaClient> peers = List.copyOf(clocks.keySet()).subList(1, clocks.size());
            digest(peers, after, ownEnds, Integer.MAX_VALUE, ofPeers -> {
                Map<ReplicaClient, Digests> all = new LinkedHashMap<>(ofOwn);
                all.putAll(ofPeers);
                compare(after, all);
            });
        });
    }

    private void compare(Bytes after, Map<ReplicaClient, Digests> digests) {
        RangeComparison comparison = RangeComparison.of(digests.values());
        if (comparison.compared() == 0) {
            page(after, List.of(RangeComparison.firstEnd(digests.values())));
            return;
        }
        Digests own = digests.values().iterator().next();
        List<Digests.Range> compared = own.ranges().subList(0, comparison.compared());
        tally.compared(compared.stream().mapToLong(Digests.Range::rows).sum(), own.bytes());
        for (int range : comparison.differing()) {
            Bytes begin = range == 0 ? after : compared.get(range - 1).end();
            steps.add(() -> rows(begin, compared.get(range).end()));
        }
        Bytes end = compared.getLast().end();
        steps.add(() -> {
            if (end.isEmpty()) {
                end(clocks.size() > 1 || ground.topology().preferred(partition).length == 1);
            } else {
                page(end, List.of());
            }
        });
        long delayNanos = ground.bytesPerSecond() == 0
                ? 0
                : own.bytes() * Duration.ofSeconds(1).toNanos() / ground.bytesPerSecond();
        ground.surroundings().scheduler().schedule(this::next, delayNanos);
    }

    private void next() {
        steps.removeFirst().run();
    }

    /** Compares a range row by row. */
    private void rows(Bytes after, Bytes end) {
        digest(List.copyOf(clocks.keySet()), after, List.of(end), 1, digests -> {
            if (digests.isEmpty()) {
                next();
                return;
            }
            Bytes reach = firstOf(digests.values());
            if (!reach.equals(end)) {
                steps.addFirst(() -> rows(reach, end));
            }
            for (Key key : differing(digests, reach)) {
                steps.addFirst(() ->
                        new RowCheck(ground, partition, key, List.copyOf(clocks.keySet()), tally, this::next).start());
            }
            next();
        });
    }

    private static Bytes firstOf(Collection<Digests> digests) {
        Bytes first = Bytes.EMPTY;
        for (Digests each : digests) {
            Bytes end = each.end();
            if (!end.isEmpty() && (first.isEmpty() || end.compareTo(first) < 0)) {
                first = end;
            }
        }
        return first;
    }

    /** The keys up to an end whose rows differ, although all replicas have them whole. Tells of damaged ones. */
    private Set<Key> differing(Map<ReplicaClient, Digests> digests, Bytes reach) {
        Map<Bytes, Map<ReplicaClient, Digests.Range>> rows = new TreeMap<>();
        digests.forEach((replica, digest) -> {
            for (Digests.Range row : digest.ranges()) {
                boolean isWithin = reach.isEmpty() || row.end().compareTo(reach) <= 0;
                if (row.rows() == 1 && !row.end().isEmpty() && isWithin) {
                    rows.computeIfAbsent(row.end(), unknown -> new LinkedHashMap<>())
                            .put(replica, row);
                }
            }
        });
        Set<Key> differing = new TreeSet<>();
        rows.forEach((end, row) -> {
            row.forEach((replica, digest) -> {
                if (digest.damaged() > 0) {
                    tally.damagedRow(partition, new Key(end), replica);
                }
            });
            boolean areWhole = row.values().stream().allMatch(Digests.Range::isWhole);
            Bytes hash = hashAt(row, digests.keySet().iterator().next());
            boolean areEqual = digests.keySet().stream()
                    .allMatch(replica -> hashAt(row, replica).equals(hash));
            if (areWhole && !areEqual) {
                differing.add(new Key(end));
            }
        });
        return differing;
    }

    private static Bytes hashAt(Map<ReplicaClient, Digests.Range> row, ReplicaClient replica) {
        Digests.Range digest = row.get(replica);
        return digest == null ? Digests.NO_ROWS : digest.hash();
    }

    /** Asks these for digests, and leaves out from now on who cannot give any. */
    private void digest(
            List<ReplicaClient> asked,
            Bytes after,
            List<Bytes> ends,
            int rowsPerRange,
            Consumer<Map<ReplicaClient, Digests>> taker) {
        Requests.Digest request = new Requests.Digest(
                ground.topology().placement(),
                partition,
                common,
                after,
                ends,
                rowsPerRange,
                ground.surroundings().clock().monotonicNanos() + CALL_NANOS);
        GatheredAnswers<Digests> gathering =
                new GatheredAnswers<>(asked, ground.surroundings().scheduler(), answers -> {
                    Map<ReplicaClient, Digests> digests = new LinkedHashMap<>();
                    answers.forEach((replica, outcome) -> {
                        if (outcome instanceof Outcome.Done<Digests>(Digests done)
                                && done.clock().containsAll(common)) {
                            digests.put(replica, done);
                        } else {
                            leaveOut(replica, outcome);
                        }
                    });
                    taker.accept(digests);
                });
        if (asked.isEmpty()) {
            taker.accept(Map.of());
        }
        for (ReplicaClient replica : asked) {
            ReplicaClient.onEnd(replica.storage().digest(request), gathering.taker(replica));
        }
    }

    private void leaveOut(ReplicaClient replica, Outcome<Digests> outcome) {
        clocks.remove(replica);
        if (outcome instanceof Outcome.Refused<Digests>(Refusal refusal)
                && refusal.reason() == Refusal.Reason.DAMAGED) {
            tally.unreadable(partition, replica);
        } else {
            tally.note(partition, replica.node() + " was left out of the comparison: " + outcome);
        }
    }

    private void notCompared(String why) {
        tally.note(partition, "it was not compared: " + why);
        end(false);
    }

    private void end(boolean isCompared) {
        tally.partitionDone(isCompared);
        onEnd.run();
    }
}
