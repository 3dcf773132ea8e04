package io.dotkv.replication.scrub;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.Row;
import io.dotkv.replication.route.GatheredAnswers;
import io.dotkv.replication.route.KeyText;
import io.dotkv.replication.route.ReplicaClient;
import io.dotkv.storage.Outcome;
import io.dotkv.storage.Requests;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks into one key whose digests differ: reads the row of all replicas twice, lets {@link RowComparison} judge, and
 * as long as that cannot, reads again later, when the pulls have brought the replicas closer. What no write explains is
 * told, and each of its values written again as a new event.
 *
 * <p>On the scheduler of the layer only.
 */
public final class RowCheck {
    private static final Logger LOG = LoggerFactory.getLogger(RowCheck.class);
    private static final long READ_NANOS = Duration.ofSeconds(5).toNanos();
    private static final long AGAIN_NANOS = Duration.ofSeconds(3).toNanos();
    private static final int TRIES = 10;

    private final PartitionScrub.Ground ground;
    private final PartitionId partition;
    private final Key key;
    private final List<ReplicaClient> replicas;
    private final ScrubTally tally;
    private final Runnable onEnd;
    private final Deque<Value> toMend = new ArrayDeque<>();
    private int tries;
    private boolean isMended = true;

    /** A value that is written again. */
    private record Value(Dot dot, Bytes payload) {}

    /** Writes values again. */
    public interface Mender {
        /** Writes the value as a new event that replaces the dot that it had; tells whether that worked. */
        void mend(Key key, Dot dot, Bytes payload, Consumer<Boolean> onEnd);

        /** Something may be missing here: pull soon. */
        void hint();
    }

    RowCheck(
            PartitionScrub.Ground ground,
            PartitionId partition,
            Key key,
            List<ReplicaClient> replicas,
            ScrubTally tally,
            Runnable onEnd) {
        this.ground = ground;
        this.partition = partition;
        this.key = key;
        this.replicas = replicas;
        this.tally = tally;
        this.onEnd = onEnd;
    }

    void start() {
        read(first -> read(second -> judge(first, second)));
    }

    private void read(Consumer<Map<NodeId, Row>> taker) {
        Requests.Read read = new Requests.Read(
                ground.topology().placement(),
                key,
                ground.surroundings().clock().monotonicNanos() + READ_NANOS);
        GatheredAnswers<Row> gathering =
                new GatheredAnswers<>(replicas, ground.surroundings().scheduler(), answers -> {
                    Map<NodeId, Row> rows = new TreeMap<>();
                    answers.forEach((replica, outcome) -> {
                        if (outcome instanceof Outcome.Done<Row>(Row row)) {
                            rows.put(replica.node(), row);
                        }
                    });
                    taker.accept(rows);
                });
        for (ReplicaClient replica : replicas) {
            replica.read(read, gathering.taker(replica));
        }
    }

    private void judge(Map<NodeId, Row> first, Map<NodeId, Row> second) {
        RowComparison comparison = RowComparison.of(first, second);
        if (!comparison.isDecided() && ++tries < TRIES && ground.isWanted().getAsBoolean()) {
            ground.mender().hint();
            ground.surroundings().scheduler().schedule(() -> read(again -> judge(first, again)), AGAIN_NANOS);
            return;
        }
        if (comparison.unexplained().isEmpty()) {
            if (!comparison.isDecided()) {
                tally.undecided();
            }
            onEnd.run();
            return;
        }
        tell(comparison, second);
        comparison
                .unexplained()
                .forEach((dot, payloads) -> payloads.forEach(payload -> toMend.add(new Value(dot, payload))));
        if (ground.mends()) {
            mendNext(comparison.unexplained().size());
        } else {
            onEnd.run();
        }
    }

    private void tell(RowComparison comparison, Map<NodeId, Row> rows) {
        StringBuilder what = new StringBuilder();
        comparison.unexplained().forEach((dot, payloads) -> {
            what.append(what.isEmpty() ? "" : "; ")
                    .append("event ")
                    .append(dot)
                    .append(payloads.size() > 1 ? " with different contents at " : " at ");
            what.append(rows.entrySet().stream()
                    .filter(row -> row.getValue().leaves().stream()
                            .anyMatch(leaf -> leaf.dot().equals(dot)))
                    .map(row -> row.getKey().name())
                    .toList());
        });
        tally.difference(partition, key, comparison.unexplained().size(), what.toString());
        LOG.error(
                "Key {} differs between {} although all checksums match and all have its events: silent "
                        + "corruption, or a bug. {}. {}",
                KeyText.of(key),
                rows.keySet(),
                what,
                ground.mends()
                        ? "All values are kept, as a new write."
                        : "The node with the smallest name keeps all values, as a new write.");
    }

    private void mendNext(int leaves) {
        Value value = toMend.poll();
        if (value == null) {
            tally.mended(isMended ? leaves : 0);
            onEnd.run();
            return;
        }
        ground.mender()
                .mend(
                        key,
                        value.dot,
                        value.payload,
                        done -> ground.surroundings().scheduler().execute(() -> {
                            isMended &= done;
                            mendNext(leaves);
                        }));
    }
}
