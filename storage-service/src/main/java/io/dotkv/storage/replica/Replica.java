package io.dotkv.storage.replica;

import io.dotkv.kernel.Actor;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Delta;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.Encoding;
import io.dotkv.kernel.HybridTime;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.Register;
import io.dotkv.kernel.Row;
import io.dotkv.storage.Assignment;
import io.dotkv.storage.PartitionClock;
import io.dotkv.storage.PullMessage;
import io.dotkv.storage.engine.Cursor;
import io.dotkv.storage.engine.Engine;
import io.dotkv.storage.engine.View;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The replica of one partition: one causal object, namely a map from key to row, all under one clock.
 *
 * <p>Changes are staged in memory and written by {@link #flush}, many in one atomic batch: rows, the log records of their
 * events, and with those the increments of the clock. Nothing is shown to readers before it is durable; they read
 * through {@link Reading}, which pairs the clock with the rows that belong to it.
 *
 * <p>Invariants (names from the literature): a dot enters the clock only in the batch in which its own delta enters the rows;
 * every dot of the clock is in the log or in {@code pruned}; a residual context never overlaps the base of the clock.
 *
 * <p>Source: Gonçalves et al., <i>DottedDB</i>, SRDS 2017. Departures: all replicas hold all keys of the partition, so whole
 * clocks are exchanged; what left the log is remembered as having left it, so that pruning is never a question of safety;
 * rows, log and clock change in one batch.
 *
 * <p>One thread, the shard's; {@link #reading()} from any.
 */
public final class Replica {
    private static final int CHECKPOINT_EVENTS = 4096;

    private final PartitionId partition;
    private final Engine engine;
    private final PartitionStore store;
    private final CatchUp catchUp;
    private final long logRetention;
    private final Map<Key, Change> changes = new LinkedHashMap<>();
    private final List<Event> events = new ArrayList<>();
    private final String id;
    private final boolean fresh;
    private DotSet clock;
    private DotSet pruned;
    private boolean checkpointDue;
    private int eventsSinceCheckpoint;
    private DotSet baseAtLastStrip = DotSet.EMPTY;
    private volatile Reading reading;

    /** An event that was staged, and the key it was for. */
    private record Event(Dot dot, Key key) {}

    /** A staged change of one row. */
    private static final class Change {
        final Row before;
        Row after;

        Change(Row before) {
            this.before = before;
            this.after = before;
        }
    }

    /**
     * What readers may see: a clock, and the rows that belong to it. While a batch is being written, the rows that it changes
     * are given here as they were before it; all others are in the engine.
     *
     * @param voting whether the replica takes part in reads
     */
    public record Reading(DotSet clock, boolean voting, Map<Key, Row> rows) {}

    /** How a replica begins. */
    public record Beginning(String idIfNew, boolean losesVote, int donors, long logRetention) {}

    private Replica(PartitionId partition, Engine engine, Beginning beginning) {
        this.partition = partition;
        this.engine = engine;
        this.store = new PartitionStore(partition);
        this.logRetention = beginning.logRetention();
        this.clock = store.clock(engine);
        this.pruned = store.pruned(engine);
        String known = store.replicaId(engine);
        this.fresh = known == null;
        this.id = known == null ? beginning.idIfNew() : known;
        boolean mustCatchUp = beginning.losesVote() || engine.get(store.keys().catchingUp()) != null;
        this.catchUp = new CatchUp(mustCatchUp, beginning.donors());
        this.reading = new Reading(clock, catchUp.isVoting(), Map.of());
    }

    /** The replica as the engine has it, or an empty one. Writes its id and its state of voting before it returns. */
    public static Replica open(PartitionId partition, Engine engine, Beginning beginning, Engine.Batch batch) {
        Replica replica = new Replica(partition, engine, beginning);
        if (replica.fresh) {
            batch.put(replica.store.keys().replica(), replica.id.getBytes(StandardCharsets.US_ASCII));
        }
        if (!replica.catchUp.isVoting()) {
            batch.put(replica.store.keys().catchingUp(), new byte[0]);
        }
        return replica;
    }

    public PartitionId partition() {
        return partition;
    }

    /**
     * The row as it is exported now, with the clock that belongs to it. Any thread; never waits for the shard.
     *
     * @param cachedOnly whether to answer null rather than read the disk
     */
    public @Nullable Row read(Key key, boolean cachedOnly) throws DamagedRowException {
        while (true) {
            Reading now = reading;
            Row row = now.rows().get(key);
            if (row == null) {
                row = cachedOnly ? store.cachedRow(engine, key) : store.row(engine, key);
                if (row == null) {
                    return null;
                }
                if (isOutdated(now)) {
                    // A batch came in between: the row may be newer than the clock.
                    continue;
                }
            }
            return row.fill(now.clock());
        }
    }

    @SuppressWarnings("ReferenceEquality")
    private boolean isOutdated(Reading earlier) {
        return reading != earlier;
    }

    /** A walk over the stored rows of a view, for keys with the prefix, from the first behind the given key. */
    public RowCursor rows(View view, Bytes after, Bytes prefix) {
        return new RowCursor(store.rows(view, after, prefix));
    }

    /** What readers may see now. Any thread. */
    public Reading reading() {
        return reading;
    }

    /** The durable clock and what goes with it. Any thread. */
    public PartitionClock partitionClock() {
        Reading now = reading;
        return new PartitionClock(partition, now.clock(), id, now.voting());
    }

    /** How many dots have left the log; with the clock's size, the number of log records. */
    public long prunedSize() {
        return pruned.size();
    }

    /** The row as of the last staged change, with its residual context. */
    Row row(Key key) throws DamagedRowException {
        Change change = changes.get(key);
        return change != null ? change.after : store.row(engine, key);
    }

    /** The newest staged clock. */
    DotSet clock() {
        return clock;
    }

    /** Whether a client's context names events of this actor that it never issued. */
    public boolean isFromNowhere(DotSet context, Actor own) {
        if (context.highest(own) > clock.highest(own)) {
            return true;
        }
        for (Actor actor : context.actors()) {
            if (actor.node() == own.node() && actor.boot() > own.boot()) {
                return true;
            }
        }
        return false;
    }

    /**
     * Assigns the actor's next dot to a put, or a delete without payload, and stages it.
     *
     * @param context what it replaces; empty for everything seen here
     */
    public Assignment mutate(Actor own, HybridTime time, Key key, @Nullable Bytes payload, Optional<DotSet> context)
            throws DamagedRowException {
        Row before = row(key);
        Dot dot = new Dot(own, clock.highest(own) + 1);
        Delta delta = context.isPresent()
                ? Register.replaceCovered(key, dot, time, payload, context.get())
                : Register.replaceSeen(key, dot, time, payload, before);
        apply(delta, before);
        int kept = row(key).leaves().size() - delta.leaves().size();
        return new Assignment(delta, before.leaves().size() - kept, false);
    }

    /** How many leaves a key would have after a put with this context. */
    public int leavesAfterPut(Key key, Optional<DotSet> context) throws DamagedRowException {
        if (context.isEmpty()) {
            return 1;
        }
        int leaves = 1;
        for (Leaf leaf : row(key).leaves()) {
            leaves += context.get().contains(leaf.dot()) ? 0 : 1;
        }
        return leaves;
    }

    /** The event of an earlier try, as the whole row that its effect is part of. */
    public Assignment repeat(Dot dot, Key key) throws DamagedRowException {
        Row filled = row(key).fill(clock);
        return new Assignment(new Delta(key, filled.leaves(), filled.context().with(dot), List.of(dot)), 0, true);
    }

    /** Whether the event has been applied here. */
    public boolean has(Dot dot) {
        return clock.contains(dot);
    }

    /** Stages a delta; the number of events that were new. */
    public int apply(Delta delta) throws DamagedRowException {
        return apply(delta, row(delta.key()));
    }

    private int apply(Delta delta, Row before) {
        // What is covered is judged by the clock as it was before the delta's own events enter it.
        Row joined =
                before.join(delta.leaves(), delta.context(), before.context().union(clock));
        int news = 0;
        for (Dot dot : delta.events()) {
            if (!clock.contains(dot)) {
                clock = clock.with(dot);
                events.add(new Event(dot, delta.key()));
                news++;
            }
        }
        stage(delta.key(), before, joined.strip(clock));
        return news;
    }

    private void stage(Key key, Row before, Row after) {
        Change change = changes.get(key);
        if (change == null) {
            if (after.equals(before)) {
                return;
            }
            change = new Change(before);
            changes.put(key, change);
        }
        change.after = after;
    }

    /** Stages one message of a pull; the number of events that were new. */
    public int absorb(PullMessage message) throws DamagedRowException {
        return switch (message) {
            case PullMessage.Rows rows -> absorbRows(rows);
            case PullMessage.End end -> absorbEnd(end);
            case PullMessage.Unavailable unavailable -> 0;
        };
    }

    private int absorbRows(PullMessage.Rows rows) throws DamagedRowException {
        int news = 0;
        for (Delta delta : rows.deltas()) {
            news += apply(delta);
        }
        if (rows.whole().isPresent()) {
            joinAbsentRows(rows.whole().get(), rows.deltas());
        }
        catchUp.tookBatch(rows.answer());
        return news;
    }

    /** Joins "absent there" into every own row of the range that the sender does not have. */
    private void joinAbsentRows(PullMessage.KeyRange range, List<Delta> present) throws DamagedRowException {
        TreeSet<Key> absent = new TreeSet<>();
        try (Cursor rows = store.rows(engine, range.after(), Bytes.EMPTY)) {
            while (rows.next()) {
                Key key = EngineKeys.keyOf(rows.key());
                if (!isWithin(key, range)) {
                    break;
                }
                absent.add(key);
            }
        }
        changes.keySet().stream().filter(key -> isWithin(key, range)).forEach(absent::add);
        present.forEach(delta -> absent.remove(delta.key()));
        for (Key key : absent) {
            apply(new Delta(key, List.of(), range.covered(), List.of()));
        }
    }

    private static boolean isWithin(Key key, PullMessage.KeyRange range) {
        return key.bytes().compareTo(range.after()) > 0
                && (range.upTo().isEmpty() || key.bytes().compareTo(range.upTo().get()) <= 0);
    }

    private int absorbEnd(PullMessage.End end) {
        if (!catchUp.completed(end)) {
            return 0;
        }
        DotSet news = end.clock().minus(clock);
        if (end.full() && !news.isEmpty()) {
            // Every row was sent, so what else the sender's clock has is of keys that are gone: no log record tells of
            // it.
            clock = clock.union(news);
            pruned = pruned.union(news);
            checkpointDue = true;
        }
        return end.full() ? (int) Math.min(Integer.MAX_VALUE, news.size()) : 0;
    }

    /** Stages what the clock allows to be forgotten of residual contexts, for up to so many rows. */
    public void strip(int limit) throws DamagedRowException {
        DotSet base = clock.base();
        if (base.equals(baseAtLastStrip)) {
            return;
        }
        List<Key> residual = store.residuals(engine, limit, key -> !changes.containsKey(key));
        for (Key key : residual) {
            Row before = row(key);
            stage(key, before, before.strip(clock));
        }
        baseAtLastStrip = residual.size() < limit ? base : DotSet.EMPTY;
    }

    /** Makes the next flush write the whole clock, so that the next start has no log to read. */
    public void checkpoint() {
        checkpointDue |= eventsSinceCheckpoint > 0;
    }

    /** Adds everything staged to the batch; whether there was anything. Readers see it after {@link #written()}. */
    public boolean flush(Engine.Batch batch) {
        boolean regainsVote = catchUp.regainsVote();
        if (changes.isEmpty() && events.isEmpty() && !checkpointDue && !regainsVote) {
            return false;
        }
        EngineKeys keys = store.keys();
        for (Map.Entry<Key, Change> entry : changes.entrySet()) {
            flushRow(batch, entry.getKey(), entry.getValue());
        }
        for (Event event : events) {
            batch.put(keys.log(event.dot()), event.key().bytes().array());
        }
        eventsSinceCheckpoint += events.size();
        if (checkpointDue || eventsSinceCheckpoint >= CHECKPOINT_EVENTS) {
            flushCheckpoint(batch);
        }
        if (regainsVote) {
            batch.delete(keys.catchingUp());
        }
        reading = new Reading(reading.clock(), reading.voting(), rowsBefore());
        return true;
    }

    private void flushRow(Engine.Batch batch, Key key, Change change) {
        EngineKeys keys = store.keys();
        Row before = change.before;
        Row after = change.after;
        if (!after.isEmpty()) {
            batch.put(keys.row(key), Encoding.encodeRow(after));
        } else if (!before.isEmpty()) {
            batch.delete(keys.row(key));
        }
        if (!after.context().isEmpty() && before.context().isEmpty()) {
            batch.put(keys.residual(key), new byte[0]);
            baseAtLastStrip = DotSet.EMPTY;
        } else if (after.context().isEmpty() && !before.context().isEmpty()) {
            batch.delete(keys.residual(key));
        }
    }

    private void flushCheckpoint(Engine.Batch batch) {
        EngineKeys keys = store.keys();
        for (Actor actor : clock.actors()) {
            long last = clock.highest(actor) - logRetention;
            DotSet old = last < 1
                    ? DotSet.EMPTY
                    : DotSet.upTo(actor, last).intersect(clock).minus(pruned);
            if (!old.isEmpty()) {
                pruned = pruned.union(old);
                batch.deleteRange(keys.log(actor, 0), keys.log(actor, last + 1));
            }
        }
        batch.put(keys.pruned(), PartitionStore.encode(pruned));
        batch.put(keys.clock(), PartitionStore.encode(clock));
        checkpointDue = false;
        eventsSinceCheckpoint = 0;
    }

    private Map<Key, Row> rowsBefore() {
        Map<Key, Row> rows = HashMap.newHashMap(changes.size());
        changes.forEach((key, change) -> rows.put(key, change.before));
        return rows;
    }

    /** The last flush is durable: readers may see it. */
    public void written() {
        changes.clear();
        events.clear();
        catchUp.written();
        reading = new Reading(clock, catchUp.isVoting(), Map.of());
    }
}
