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
import io.dotkv.storage.IdentifiedWrite;
import io.dotkv.storage.PartitionClock;
import io.dotkv.storage.PullMessage;
import io.dotkv.storage.Refusal;
import io.dotkv.storage.WriteId;
import io.dotkv.storage.engine.Cursor;
import io.dotkv.storage.engine.DamagedDataException;
import io.dotkv.storage.engine.View;
import io.dotkv.storage.replica.retry.WriteIdCursor;
import io.dotkv.storage.replica.store.DamagedRowException;
import io.dotkv.storage.replica.store.EngineKeys;
import io.dotkv.storage.replica.store.PartitionStore;
import io.dotkv.storage.replica.store.RetiredBoots;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What one partition's replica sends to a replica that has less: an iterator over messages of bounded size, all made
 * from one snapshot and the clock that belongs to it.
 *
 * <p>When the log still has every missing event, the answer is the rows of those events. Otherwise it is every row of
 * the partition, range by range, so that the receiver also learns which keys are gone; then the receiver may take the
 * clock. The names of events that are not in the log follow. When these events are not missing there, their names are
 * sent alone. A missing log record never means "nothing to send".
 *
 * <p>A damaged row is left out and nothing is said about its key; then the answer ends without its
 * {@link PullMessage.End}, so that nobody takes it for whole.
 *
 * <p>Source: the anti-entropy of Gonçalves et al., <i>DottedDB</i>, 2017, with the full comparison added.
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
    private final String asker;
    private final long answer;
    private final int batchBytes;
    private final TreeMap<Key, List<Dot>> missing = new TreeMap<>();
    private final Map<Dot, WriteId> names = new HashMap<>();
    private final WriteIdCursor unloggedNames;
    private DotSet need;
    private boolean full;
    private Bytes sentUpTo = Bytes.EMPTY;
    private boolean rowsDone;
    private boolean ended;
    private int batches;
    private final Consumer<Key> onDamage;
    private @Nullable String damage;

    /**
     * Who sends: its node's number, and of its replica at the snapshot the clock, whether it votes, the promises about
     * former boots, and the events whose names it does not know.
     */
    public record Sender(int node, DotSet clock, boolean voting, List<RetiredBoots.Standing> retired, DotSet unnamed) {
        /** The sender of a reading. */
        public static Sender of(int node, Replica.Reading reading) {
            return new Sender(node, reading.clock(), reading.voting(), reading.retired(), reading.unnamed());
        }
    }

    /**
     * @param view the snapshot
     * @param asker the clock of the replica that asks
     * @param answer a random id
     * @param onDamage is told of the keys whose rows are damaged
     */
    public PullAnswer(View view, Sender sender, PartitionClock asker, long answer, Consumer<Key> onDamage) {
        this(view, sender, asker, answer, onDamage, BATCH_BYTES);
    }

    PullAnswer(View view, Sender sender, PartitionClock asker, long answer, Consumer<Key> onDamage, int batchBytes) {
        this.onDamage = onDamage;
        this.partition = asker.partition();
        this.view = view;
        this.store = new PartitionStore(partition);
        this.sender = sender;
        this.asker = asker.replica();
        this.answer = answer;
        this.batchBytes = batchBytes;
        DotSet all = withoutClosed(sender.clock().minus(asker.complete()), asker.clock());
        DotSet unlogged = all.intersect(store.pruned(view));
        this.full = all.hasFloors() || !asker.clock().containsAll(unlogged);
        this.need = full ? all : all.minus(unlogged);
        this.unloggedNames = new WriteIdCursor(view, store.keys(), full ? all : unlogged);
    }

    /** Without boots that are closed here and of which the asker has all that there is. */
    private DotSet withoutClosed(DotSet missing, DotSet theirs) {
        DotSet rest = missing;
        for (RetiredBoots.Standing standing : sender.retired()) {
            if (standing.isClosed(sender.clock()) && standing.isWhole(theirs)) {
                rest = rest.minus(DotSet.allBelow(standing.first()));
            }
        }
        return rest;
    }

    /** The next message, or null after the end. */
    public @Nullable PullMessage next() {
        if (ended) {
            return null;
        }
        PullMessage rows = null;
        try {
            rows = full ? null : nextEvents();
            while (rows == null && full && !rowsDone) {
                rows = nextRange();
            }
            rows = rows == null ? nextNames() : rows;
        } catch (DamagedDataException e) {
            damage = e.getMessage();
        }
        if (rows != null) {
            batches++;
            return rows;
        }
        ended = true;
        return damage == null
                ? new PullMessage.End(
                        partition, answer, batches, full, sender.clock(), sender.voting(), sender.node(), asker)
                : new PullMessage.Unavailable(partition, new Refusal(Refusal.Reason.DAMAGED, 0, damage));
    }

    /** The rows of the next missing events; null when there are no more, or the log turns out not to have them. */
    private @Nullable PullMessage nextEvents() {
        List<Delta> deltas = new ArrayList<>();
        List<IdentifiedWrite> named = new ArrayList<>();
        while (deltas.isEmpty() && findMissing()) {
            long bytes = 0;
            while (!missing.isEmpty() && bytes < batchBytes) {
                var next = missing.pollFirstEntry();
                Row row = exported(() -> store.row(view, next.getKey()));
                if (row != null) {
                    deltas.add(deltaOf(next.getKey(), row, next.getValue()));
                    next.getValue().forEach(dot -> name(dot, named));
                    bytes += next.getKey().bytes().length() + row.weightBytes();
                }
            }
        }
        return deltas.isEmpty() ? null : rows(deltas, Optional.empty(), named);
    }

    /** Adds the name of an event, to that of the event before it when both are of one write. */
    private void name(Dot dot, List<IdentifiedWrite> named) {
        Optional<WriteId> name = Optional.ofNullable(names.remove(dot));
        if (name.isEmpty() && !sender.unnamed().contains(dot)) {
            return;
        }
        IdentifiedWrite last = named.isEmpty() ? null : named.getLast();
        if (last != null
                && last.name().equals(name)
                && last.first().actor().equals(dot.actor())
                && last.first().counter() + last.count() == dot.counter()) {
            named.set(named.size() - 1, new IdentifiedWrite(name, last.first(), last.count() + 1));
        } else {
            named.add(new IdentifiedWrite(name, dot, 1));
        }
    }

    /** Looks the keys of missing events up, some events at a time; whether there are any. */
    private boolean findMissing() {
        if (!missing.isEmpty()) {
            return true;
        }
        DotSet some = firstOf(need, EVENTS_AT_ONCE);
        need = need.minus(some);
        long found = store.logRecords(view, some, (dot, key, name) -> {
            missing.computeIfAbsent(key, any -> new ArrayList<>()).add(dot);
            name.ifPresent(known -> names.put(dot, known));
        });
        if (found != some.size()) {
            missing.clear();
            full = true;
        }
        return !missing.isEmpty();
    }

    /** A row as it may be read. */
    private interface Source {
        Row row() throws DamagedRowException;
    }

    /** The row as it is sent, or null when it is damaged. */
    private @Nullable Row exported(Source source) {
        try {
            return source.row().fill(sender.clock());
        } catch (DamagedRowException e) {
            damage = e.getMessage();
            onDamage.accept(e.key());
            return null;
        }
    }

    /** The rows of the next range of keys; null when a damaged row alone was left out. */
    private @Nullable PullMessage nextRange() {
        List<Delta> deltas = new ArrayList<>();
        long bytes = 0;
        Bytes after = sentUpTo;
        rowsDone = true;
        try (Cursor rows = store.rows(view, after, Bytes.EMPTY)) {
            while (rowsDone && rows.next()) {
                Key key = EngineKeys.keyOf(rows.key());
                Row row = exported(() -> PartitionStore.decode(key, rows.value()));
                if (row == null) {
                    return breakOff(key, after, deltas);
                }
                deltas.add(deltaOf(key, row, List.of()));
                bytes += key.bytes().length() + row.weightBytes();
                sentUpTo = key.bytes();
                rowsDone = bytes < batchBytes;
            }
        }
        return range(deltas, after, rowsDone ? Optional.empty() : Optional.of(sentUpTo));
    }

    /** The names of events that are not in the log, when all rows are sent; null when there are no more. */
    private @Nullable PullMessage nextNames() {
        List<IdentifiedWrite> next = unloggedNames.next(batchBytes);
        return next.isEmpty()
                ? null
                : new PullMessage.Rows(partition, answer, List.of(), Optional.empty(), DotSet.EMPTY, next);
    }

    /** Ends the range before a damaged row; the next range begins behind it. */
    private @Nullable PullMessage breakOff(Key damaged, Bytes after, List<Delta> deltas) {
        Bytes last = sentUpTo;
        sentUpTo = damaged.bytes();
        rowsDone = false;
        return deltas.isEmpty() ? null : range(deltas, after, Optional.of(last));
    }

    private PullMessage range(List<Delta> deltas, Bytes after, Optional<Bytes> upTo) {
        PullMessage.KeyRange range =
                new PullMessage.KeyRange(after, upTo, sender.clock().base());
        return rows(deltas, Optional.of(range), List.of());
    }

    /* Each row is exported under the base of the clock at least. */
    private PullMessage rows(List<Delta> deltas, Optional<PullMessage.KeyRange> whole, List<IdentifiedWrite> named) {
        return new PullMessage.Rows(
                partition, answer, deltas, whole, sender.clock().base(), named);
    }

    /** A row as a delta with these events; the events of its leaves are whole in it in any case. */
    private static Delta deltaOf(Key key, Row row, List<Dot> events) {
        DotSet named = DotSet.of(events);
        List<Dot> all = new ArrayList<>(events);
        for (Leaf leaf : row.leaves()) {
            if (!named.contains(leaf.dot())) {
                all.add(leaf.dot());
            }
        }
        return new Delta(key, row.leaves(), row.context().union(named), all);
    }

    /** The first so many dots of a set, or all. */
    private static DotSet firstOf(DotSet set, long limit) {
        DotSet first = DotSet.EMPTY;
        long left = limit;
        for (Actor actor : set.actors()) {
            long[] runs = set.runsOf(actor);
            for (int run = 0; run < runs.length && left > 0; run += 2) {
                boolean isWhole = runs[run + 1] - runs[run] < left;
                long end = isWhole ? runs[run + 1] : runs[run] + left - 1;
                DotSet part = DotSet.upTo(actor, end).minus(DotSet.upTo(actor, runs[run] - 1));
                first = first.union(part);
                left -= end - runs[run] + 1;
            }
        }
        return first;
    }
}
