package io.dotkv.storage.replica;

import io.dotkv.kernel.Actor;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Delta;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.Row;
import io.dotkv.storage.PullMessage;
import io.dotkv.storage.engine.Cursor;
import io.dotkv.storage.engine.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What one partition's replica sends to a replica that has less: an iterator over messages of bounded size, all made from one
 * snapshot and the clock that belongs to it.
 *
 * <p>When the log still has every missing event, the answer is the rows of those events. Otherwise it is every row of the
 * partition, range by range, so that the receiver also learns which keys are gone; then the receiver may take the clock.
 * A missing log record never means "nothing to send".
 *
 * <p>Source: the sync of CAUSALITY in Gonçalves et al., <i>DottedDB</i>, 2017, with the full comparison added.
 *
 * <p>One thread at a time.
 */
public final class PullAnswer {
    private static final int BATCH_BYTES = 256 << 10;
    private static final int EVENTS_AT_ONCE = 4096;

    private final PartitionId partition;
    private final View view;
    private final PartitionStore store;
    private final Sender sender;
    private final long answer;
    private final boolean full;
    private final TreeMap<Key, List<Dot>> missing = new TreeMap<>();
    private DotSet need;
    private Bytes sentUpTo = Bytes.EMPTY;
    private boolean rowsDone;
    private boolean ended;
    private int batches;

    /** Who sends: its node's number, its clock at the snapshot, and whether it votes. */
    public record Sender(int node, DotSet clock, boolean voting) {}

    /**
     * @param view the snapshot
     * @param theirs the clock of the replica that asks
     * @param answer a random id
     */
    public PullAnswer(PartitionId partition, View view, Sender sender, DotSet theirs, long answer) {
        this.partition = partition;
        this.view = view;
        this.store = new PartitionStore(partition);
        this.sender = sender;
        this.answer = answer;
        this.need = sender.clock().minus(theirs);
        this.full = !need.intersect(store.pruned(view)).isEmpty();
    }

    /** The next message, or null after the end. */
    public @Nullable PullMessage next() throws DamagedRowException {
        if (ended) {
            return null;
        }
        PullMessage rows = full ? nextRange() : nextEvents();
        if (rows != null) {
            batches++;
            return rows;
        }
        ended = true;
        return new PullMessage.End(partition, answer, batches, full, sender.clock(), sender.voting(), sender.node());
    }

    private @Nullable PullMessage nextEvents() throws DamagedRowException {
        if (missing.isEmpty() && !need.isEmpty()) {
            DotSet chunk = firstOf(need, EVENTS_AT_ONCE);
            need = need.minus(chunk);
            long found = store.logRecords(
                    view,
                    chunk,
                    (dot, key) -> missing.computeIfAbsent(key, any -> new ArrayList<>())
                            .add(dot));
            if (found != chunk.size()) {
                throw new IllegalStateException("partition " + partition + ": the log lacks " + (chunk.size() - found)
                        + " of " + chunk + ", which it should have");
            }
        }
        List<Delta> deltas = new ArrayList<>();
        long bytes = 0;
        while (!missing.isEmpty() && bytes < BATCH_BYTES) {
            var next = missing.pollFirstEntry();
            Row row = store.row(view, next.getKey()).fill(sender.clock());
            deltas.add(deltaOf(next.getKey(), row, next.getValue()));
            bytes += sizeOf(next.getKey(), row);
        }
        return deltas.isEmpty() ? null : new PullMessage.Rows(partition, answer, deltas, Optional.empty());
    }

    private @Nullable PullMessage nextRange() throws DamagedRowException {
        if (rowsDone) {
            return null;
        }
        List<Delta> deltas = new ArrayList<>();
        long bytes = 0;
        Bytes after = sentUpTo;
        rowsDone = true;
        try (Cursor rows = store.rows(view, after, Bytes.EMPTY)) {
            while (rows.next()) {
                Key key = EngineKeys.keyOf(rows.key());
                Row row = PartitionStore.decode(key, rows.value()).fill(sender.clock());
                deltas.add(deltaOf(key, row, List.of()));
                bytes += sizeOf(key, row);
                sentUpTo = key.bytes();
                if (bytes >= BATCH_BYTES) {
                    rowsDone = false;
                    break;
                }
            }
        }
        Optional<Bytes> upTo = rowsDone ? Optional.empty() : Optional.of(sentUpTo);
        PullMessage.KeyRange range =
                new PullMessage.KeyRange(after, upTo, sender.clock().base());
        return new PullMessage.Rows(partition, answer, deltas, Optional.of(range));
    }

    /** A row as a delta with these events; the events of its leaves are whole in it in any case. */
    private static Delta deltaOf(Key key, Row row, List<Dot> events) {
        List<Dot> all = new ArrayList<>(events);
        for (Leaf leaf : row.leaves()) {
            if (!events.contains(leaf.dot())) {
                all.add(leaf.dot());
            }
        }
        DotSet context = row.context();
        for (Dot event : events) {
            context = context.with(event);
        }
        return new Delta(key, row.leaves(), context, all);
    }

    private static long sizeOf(Key key, Row row) {
        long size = key.bytes().length() + 64L;
        for (Leaf leaf : row.leaves()) {
            size += leaf.payload().length() + 32L;
        }
        return size;
    }

    /** The first so many dots of a set, or all. */
    private static DotSet firstOf(DotSet set, long limit) {
        DotSet first = DotSet.EMPTY;
        long left = limit;
        for (Actor actor : set.actors()) {
            long[] runs = set.runsOf(actor);
            for (int run = 0; run < runs.length && left > 0; run += 2) {
                long end = Math.min(runs[run + 1], runs[run] + left - 1);
                DotSet part = DotSet.upTo(actor, end).minus(DotSet.upTo(actor, runs[run] - 1));
                first = first.union(part);
                left -= end - runs[run] + 1;
            }
        }
        return first;
    }
}
