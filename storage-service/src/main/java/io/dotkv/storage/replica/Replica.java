package io.dotkv.storage.replica;

import io.dotkv.kernel.Actor;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Delta;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.HybridTime;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.MultiValueRegister;
import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.Retirements;
import io.dotkv.kernel.Row;
import io.dotkv.kernel.VersionVector;
import io.dotkv.kernel.types.Addition;
import io.dotkv.kernel.types.Draft;
import io.dotkv.kernel.types.ImpossibleChangeException;
import io.dotkv.kernel.types.Update;
import io.dotkv.storage.PartitionClock;
import io.dotkv.storage.PullMessage;
import io.dotkv.storage.RowRepair;
import io.dotkv.storage.StampedWrite;
import io.dotkv.storage.WriteId;
import io.dotkv.storage.engine.Engine;
import io.dotkv.storage.replica.pull.CatchUp;
import io.dotkv.storage.replica.pull.PullTaker;
import io.dotkv.storage.replica.retry.DuplicateWriteRules;
import io.dotkv.storage.replica.retry.WriteIdTable;
import io.dotkv.storage.replica.retry.WriteIds;
import io.dotkv.storage.replica.retry.WriteRecord;
import io.dotkv.storage.replica.store.DamagedRowException;
import io.dotkv.storage.replica.store.EngineKeys;
import io.dotkv.storage.replica.store.EventLog;
import io.dotkv.storage.replica.store.PartitionPieces;
import io.dotkv.storage.replica.store.PartitionStore;
import io.dotkv.storage.replica.store.ResidualSweep;
import io.dotkv.storage.replica.store.RetiredBoots;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The replica of one partition: one causal object, namely a map from key to row, all under one clock.
 *
 * <p>Changes are staged in memory and written by {@link #flush}, many in one atomic batch: rows, the log records of
 * their events, and with those the increments of the clock. Nothing is shown to readers before it is durable; they read
 * through {@link Reading}, which pairs the clock with the rows that belong to it.
 *
 * <p>Invariants (names from the literature): a dot enters the clock only in the batch in which its own delta enters the
 * rows; every dot of the clock is in the log or pruned; the dot of every leaf is in the clock; what an event has
 * replaced is covered by the row's residual context or by the base of the clock, for ever.
 *
 * <p>Source: Gonçalves et al., <i>DottedDB</i>, SRDS 2017. Departures: all replicas hold all keys of the partition, so
 * whole clocks are exchanged; what left the log is remembered as having left it, so that pruning is never a question of
 * safety; rows, log and clock change in one batch.
 *
 * <p>One thread, the shard's; {@link #read} and {@link #reading()} from any.
 */
public final class Replica {
    private static final int LOOKED_UP = 10_000;

    /** The value of the mark "may lack acknowledged writes" of a replica that began empty. */
    private static final byte[] FETCHED = {2};

    private final PartitionId partition;
    private final Engine engine;
    private final PartitionStore store;
    private final EventLog log;
    private final CatchUp catchUp;
    private final RetiredBoots retired;
    private final PullTaker pulls;
    private final ResidualSweep residuals;
    private final RecentWrites memory = new RecentWrites();
    private final SiblingCount siblings = new SiblingCount();
    private final Staging staging = new Staging(memory, siblings);
    private final String id;
    private final String name;
    private final boolean fresh;
    private final boolean leftOut;
    private final boolean fetched;
    private final WriteIdTable writes;
    private final WriteIds writeIds;
    private final ReadView readers;
    private final Confirmations confirmations = new Confirmations();
    private volatile Agreed agreed = new Agreed(Retirements.NONE, null);
    private volatile boolean abandoned;
    private boolean mustSync;

    /** What the cluster has agreed on about former boots, and who writes here, once that is known. */
    private record Agreed(Retirements retirements, @Nullable Actor own) {}

    /**
     * What readers may see: a clock, and the rows that belong to it. While a batch is being written, the rows that it
     * changes are given here as they were before it, or, where it overwrites a row that was not read, as they will be;
     * all others are in the engine.
     *
     * @param voting whether the replica takes part in reads
     * @param logRecords how many events are in the log
     * @param rows that the batch changes, as they were
     * @param overwriting rows that the batch overwrites unread, as they will be
     * @param retired the promises about former boots, all durable
     * @param unnamed the events whose names are not known here and may be known elsewhere
     */
    public record Reading(
            DotSet clock,
            boolean voting,
            long logRecords,
            Map<Key, Row> rows,
            Map<Key, Row> overwriting,
            List<RetiredBoots.Standing> retired,
            DotSet unnamed) {}

    /**
     * How a replica begins.
     *
     * @param life random, the id of this life; also the replica's id when the engine has none
     * @param losesVote whether it may lack acknowledged writes
     * @param isAccepted whether somebody has said that it lacks nothing, also if it was marked before
     * @param donors from how many voters it must then have pulled before it votes again; 0 when there is no other
     * @param others how many other replicas the partition has, if it votes again when it has
     *     pulled from all of them; 0 when it waits for its donors
     * @param logRetention so many of each actor's newest events stay in the log
     */
    public record Beginning(
            String life, boolean losesVote, boolean isAccepted, int donors, int others, long logRetention) {}

    private Replica(PartitionId partition, Engine engine, Beginning beginning) {
        this.partition = partition;
        this.engine = engine;
        this.store = new PartitionStore(partition);
        this.log = new EventLog(store, engine, beginning.logRetention());
        this.residuals = new ResidualSweep(store);
        this.writes = new WriteIdTable(store.keys(), engine);
        this.writeIds = new WriteIds(writes, store.unnamed(engine));
        String known = store.replicaId(engine);
        this.fresh = known == null;
        this.id = known == null ? beginning.life() : known;
        this.name = id + "/" + beginning.life();
        byte[] mark = engine.get(store.keys().catchingUp());
        this.leftOut = Arrays.equals(mark, PartitionPieces.leftOut());
        this.fetched = fresh || Arrays.equals(mark, FETCHED);
        boolean mustCatchUp = leftOut || (!beginning.isAccepted() && (beginning.losesVote() || mark != null));
        this.catchUp = new CatchUp(mustCatchUp, beginning.donors(), beginning.others());
        if (mustCatchUp) {
            writes.distrustAdditions();
        }
        this.retired = new RetiredBoots(partition, store, engine);
        this.pulls = new PullTaker(this::apply, log, catchUp, retired, name);
        store.forEachResidual(engine, memory::residualCame);
        this.readers = new ReadView(engine, store, present());
    }

    /** The replica as the engine has it, or an empty one. Adds its id and the loss of its vote to the batch. */
    public static Replica open(PartitionId partition, Engine engine, Beginning beginning, Engine.Batch batch) {
        Replica replica = new Replica(partition, engine, beginning);
        if (replica.fresh) {
            batch.put(replica.store.keys().replica(), replica.id.getBytes(StandardCharsets.US_ASCII));
        }
        if (!replica.catchUp.isVoting()) {
            batch.put(replica.store.keys().catchingUp(), replica.mark());
            replica.writes.addTo(batch);
            replica.writes.written();
        } else if (beginning.isAccepted() && !replica.leftOut) {
            batch.delete(replica.store.keys().catchingUp());
        }
        return replica;
    }

    private byte[] mark() {
        return leftOut ? PartitionPieces.leftOut() : fetched ? FETCHED : new byte[0];
    }

    /** Whether it began empty and has not caught up since: all that it has was fetched from others. */
    public boolean isFetched() {
        return fetched || leftOut;
    }

    /**
     * Whether it votes without having had enough donors, since there were none: acknowledged writes may be lost. Any
     * thread.
     */
    public boolean isIncomplete() {
        return catchUp.isIncomplete();
    }

    /**
     * Whether it was left out when damaged files were copied, and has not caught up since: nobody's word makes it
     * whole.
     */
    public boolean isLeftOut() {
        return leftOut;
    }

    public PartitionId partition() {
        return partition;
    }

    /** Adds the deletion of everything of a partition to a batch. */
    public static void clear(PartitionId partition, Engine.Batch batch) {
        EngineKeys keys = new EngineKeys(partition);
        batch.deleteRange(keys.start(), keys.end());
    }

    /**
     * Takes no change from now on, so that its place in the engine can be cleared; false while one is staged. Readers
     * see a replica that knows nothing, before anything is cleared: an absent row under the clock that it had would be
     * a lie.
     */
    public boolean abandon() {
        if (staging.isEmpty()) {
            abandoned = true;
            readers.show(new Reading(DotSet.EMPTY, false, 0, Map.of(), Map.of(), List.of(), DotSet.EMPTY));
        }
        return abandoned;
    }

    /** Whether it takes no change any more. Any thread. */
    public boolean isAbandoned() {
        return abandoned;
    }

    /**
     * The row as it is exported now. Any thread; never waits for the shard.
     *
     * @param cachedOnly whether to answer null rather than read the disk
     */
    public @Nullable Row read(Key key, boolean cachedOnly) throws DamagedRowException {
        return readers.read(key, cachedOnly);
    }

    /** What readers may see now. Any thread. */
    public Reading reading() {
        return readers.now();
    }

    private Reading present() {
        return new Reading(
                log.clock(), catchUp.isVoting(), log.size(), Map.of(), Map.of(), retired.all(), writeIds.unknown());
    }

    /** The durable clock and what goes with it. Any thread. */
    public PartitionClock partitionClock() {
        Reading now = readers.now();
        return new PartitionClock(
                partition,
                now.clock(),
                name,
                now.voting(),
                now.retired().stream().map(RetiredBoots.Standing::promise).toList(),
                now.unnamed());
    }

    /** What happened with siblings here. Any thread. */
    public SiblingCount siblings() {
        return siblings;
    }

    /** Whether a client's context names events of this actor that it never issued. */
    public boolean isFromNowhere(DotSet context, Actor own) {
        return context.highest(own) > log.clock().highest(own)
                || context.floorOf(own.node()) > own.boot()
                || context.latestBoot(own.node()) > own.boot();
    }

    /**
     * Whether the boot of an actor is closed or being closed: a later process has the name of its node, and this one
     * must issue no more dots.
     */
    public boolean isClosed(Actor own) {
        return retired.closes(own) || log.clock().floorOf(own.node()) > own.boot();
    }

    /** The bytes of the rows that were staged since this was last asked. */
    public long takeNewBytes() {
        return staging.takeNewBytes();
    }

    /** Whether the event has been applied here. */
    public boolean has(Dot dot) {
        return log.clock().contains(dot);
    }

    /**
     * Whether it cannot be told any more if these events were applied: one of them is of a boot that is closed, and may
     * have been void.
     */
    public boolean isPast(List<Dot> events) {
        for (Dot event : events) {
            if (log.clock().floorOf(event.actor().node()) > event.actor().boot()) {
                return true;
            }
        }
        return false;
    }

    /** The events that an earlier try of a write got, all applied here; none when no such try is known. */
    public List<Dot> known(@Nullable WriteId name) {
        if (name != null) {
            for (WriteRecord.Try each : writes.find(name).tries()) {
                if (hasAll(each.dots())) {
                    return each.dots();
                }
            }
        }
        return List.of();
    }

    /** Whether a delta shows a leaf of a closed boot that the row here does not have. */
    private boolean showsPast(Delta delta) throws DamagedRowException {
        DotSet closed = log.clock().wholeBoots();
        if (closed.isEmpty()) {
            return false;
        }
        DotSet past = Row.dotsOf(delta.leaves()).intersect(closed);
        return !past.isEmpty() && !row(delta.key()).dots().containsAll(past);
    }

    /** Whether all of these events have been applied here. */
    private boolean hasAll(List<Dot> dots) {
        for (Dot dot : dots) {
            if (!has(dot)) {
                return false;
            }
        }
        return true;
    }

    /** The row as of the last staged change, with its residual context. */
    private Row row(Key key) throws DamagedRowException {
        Row staged = staging.row(key);
        return staged != null ? staged : store.row(engine, key);
    }

    /**
     * Assigns the actor's next dot to a put, or a delete without payload, and stages it.
     *
     * @param context what it replaces; empty for everything seen here
     */
    public StampedWrite mutate(Actor own, HybridTime time, Key key, @Nullable Bytes payload, Optional<DotSet> context)
            throws DamagedRowException {
        return mutate(own, time, key, payload, context, null);
    }

    /** @param name by which the put or delete is recognised when it is tried again, if it is to be */
    public StampedWrite mutate(
            Actor own,
            HybridTime time,
            Key key,
            @Nullable Bytes payload,
            Optional<DotSet> context,
            @Nullable WriteId name)
            throws DamagedRowException {
        Row before = row(key);
        Dot dot = new Dot(own, log.clock().highest(own) + 1);
        Delta delta = context.isPresent()
                ? MultiValueRegister.replaceCovered(key, dot, time, payload, new VersionVector(context.get()))
                : MultiValueRegister.replaceSeen(key, dot, time, payload, before.fill(log.clock()));
        Row after = assigned(delta, before, name);
        if (name != null) {
            writes.replaced(name, own, delta.context());
        }
        return new StampedWrite(delta, replaced(before, after.dots()), false);
    }

    /**
     * Assigns the actor's next dots to an update, one for each step, and stages it.
     *
     * @param name by which it is recognised when it is tried again, if it is to be
     * @throws ImpossibleChangeException when the content of the key does not allow it; nothing is staged then
     */
    public StampedWrite update(
            Actor own, HybridTime time, Key key, Update update, KeyLimits limits, @Nullable WriteId name)
            throws DamagedRowException, ImpossibleChangeException {
        Row before = row(key);
        Dot first = new Dot(own, log.clock().highest(own) + 1);
        Draft draft = update.draft(key, before.fill(log.clock()), first, time);
        limits.check(before.leaves(), draft.leaves());
        Delta delta = draft.delta();
        Row after = assigned(delta, before, name);
        if (name != null) {
            // What is gone here may have been replaced by a try that this one has replaced.
            writes.replaced(name, own, log.clock());
            writes.took(name, Addition.of(update));
        }
        return new StampedWrite(delta, replaced(before, after.dots()), false);
    }

    private Row assigned(Delta delta, Row before, @Nullable WriteId name) {
        if (name != null) {
            writeIds.begin(delta.events(), name);
        }
        Row after = apply(delta, before);
        writeIds.end();
        return after;
    }

    /** How many leaves of a row are gone; equal values are counted once, as they were shown. */
    private static int replaced(Row before, DotSet kept) {
        Set<Shown> gone = new HashSet<>();
        for (Leaf leaf : before.leaves()) {
            if (!kept.contains(leaf.dot())) {
                gone.add(new Shown(leaf.path(), leaf.payload()));
            }
        }
        return gone.size();
    }

    /** What a leaf is to those who read it. */
    private record Shown(Bytes path, Bytes payload) {}

    /** Why the key would hold too much after a put with this context; null when it would not. */
    public @Nullable String tooMuchAfterPut(Key key, DotSet context, Bytes payload, KeyLimits limits)
            throws DamagedRowException {
        return limits.refusalOfPut(row(key).leaves(), context, payload);
    }

    /** The events of an earlier try for the same key, as the whole row that their effect is part of. */
    public StampedWrite repeat(List<Dot> dots, Key key) throws DamagedRowException {
        Row filled = row(key).fill(log.clock());
        DotSet context = filled.context();
        for (Dot dot : dots) {
            context = context.with(dot);
        }
        return new StampedWrite(new Delta(key, filled.leaves(), context, dots), 0, true);
    }

    /**
     * Stages a delta that another replica has sent. A write of a closed boot is confirmed when it is known by its name,
     * else it may be void; and a row is not taken that shows a leaf of a closed boot which is not here: that may be
     * void as well, and what it replaced would go by it.
     *
     * @param name of the write that it is; null for a row that repairs
     * @return as {@link #apply(Delta)}
     */
    public int apply(Delta delta, @Nullable WriteId name) throws DamagedRowException {
        if (name != null && isPast(delta.events())) {
            return writes.find(name).hasAll(delta.events()) ? 0 : -1;
        }
        if (showsPast(delta)) {
            return -1;
        }
        writeIds.begin(delta, name);
        try {
            int news = apply(delta);
            if (name != null && news >= 0 && isPut(delta)) {
                Dot dot = delta.events().getFirst();
                writes.replaced(name, dot.actor(), delta.context());
            }
            return news;
        } finally {
            writeIds.end();
        }
    }

    /** Whether a delta has replaced what its context says and nothing else. */
    private static boolean isPut(Delta delta) {
        return delta.events().size() == 1
                && delta.leaves().size() == 1
                && delta.leaves().getFirst().path().isEmpty()
                && delta.leaves().getFirst().dot().equals(delta.events().getFirst());
    }

    /**
     * Stages a delta.
     *
     * @return the number of events that were new; -1 when one of them is of a retired boot and is not taken any more:
     *     then nothing is staged
     */
    public int apply(Delta delta) throws DamagedRowException {
        if (!isAdmitted(delta)) {
            return -1;
        }
        int before = staging.eventCount();
        if (overwritesUnread(delta)) {
            overwrite(delta);
        } else {
            apply(delta, row(delta.key()));
        }
        return staging.eventCount() - before;
    }

    private boolean isAdmitted(Delta delta) {
        if (retired.areNone()) {
            return true;
        }
        DotSet news = DotSet.EMPTY;
        for (Dot event : delta.events()) {
            news = has(event) ? news : news.with(event);
        }
        for (Leaf leaf : delta.leaves()) {
            news = has(leaf.dot()) ? news : news.with(leaf.dot());
        }
        return retired.admits(news);
    }

    /**
     * Whether the delta is a new value that replaces the row, whatever the row holds. Values only: readers tell a batch
     * that is being written from the row that it overwrites by the new leaf.
     */
    private boolean overwritesUnread(Delta delta) {
        return delta.leaves().size() == 1
                && !has(delta.leaves().getFirst().dot())
                && !staging.changes(delta.key())
                && pulls.isIdle()
                && memory.isAllCovered(delta.key(), log.clock(), delta.context());
    }

    private void overwrite(Delta delta) {
        enterClock(delta);
        writes.unsettle(delta.key());
        staging.overwrite(delta.key(), new Row(delta.leaves(), delta.context()).strip(log.clock()));
    }

    private Row apply(Delta delta, Row before) {
        // What is covered is judged by the clock as it was before the delta's own events enter it.
        DotSet cover = before.context().union(log.clock()).union(pulls.covered(delta.key()));
        Row joined = before.join(delta.leaves(), delta.context(), cover);
        enterClock(delta);
        Row after = joined.strip(log.clock());
        noteResets(delta.key(), before, after);
        writes.unsettle(delta.key());
        staging.change(delta.key(), before, after);
        return after;
    }

    /** Remembers which shares of counters go without a newer share of the same actor. */
    private void noteResets(Key key, Row before, Row after) {
        for (Leaf leaf : before.leaves()) {
            if (!leaf.path().isEmpty()
                    && after.leaf(leaf.dot()).isEmpty()
                    && Addition.isCounter(leaf.path())
                    && after.leaves().stream().noneMatch(newer -> isSameShare(newer, leaf))) {
                WriteId name = WriteId.ofReset(key, leaf.path());
                writes.change(name, writes.find(name).with(leaf.dot()));
            }
        }
    }

    private static boolean isSameShare(Leaf left, Leaf leaf) {
        return left.path().equals(leaf.path())
                && left.dot().actor().equals(leaf.dot().actor());
    }

    private void enterClock(Delta delta) {
        delta.events().forEach(event -> take(event, delta.key()));
        // A leaf has come with its whole event, named among the events or not; outside the clock no pull would find it.
        delta.leaves().forEach(leaf -> take(leaf.dot(), delta.key()));
    }

    private void take(Dot dot, Key key) {
        boolean isNew = log.take(dot);
        WriteId called = writeIds.nameOf(dot);
        if (isNew) {
            memory.event(dot, key);
            staging.event(dot, key, called);
        }
        if (writeIds.taken(dot, key, isNew) && called != null && log.hasRecord(dot)) {
            staging.name(dot, key, called);
        }
    }

    /**
     * Stages one message of a pull; the number of events that were new.
     *
     * @throws DamagedRowException when an own row is damaged; the rest of the message is staged
     */
    public int absorb(PullMessage message) throws DamagedRowException {
        return switch (message) {
            case PullMessage.Rows rows -> absorb(rows);
            case PullMessage.End end -> {
                int news = pulls.take(end);
                writeIds.ended(end, log.clock());
                yield news;
            }
            case PullMessage.Unavailable unavailable -> 0;
        };
    }

    private int absorb(PullMessage.Rows rows) throws DamagedRowException {
        writeIds.begin(rows, log.clock());
        try {
            return pulls.take(rows, this::keysWithin);
        } finally {
            writeIds.end();
        }
    }

    private Set<Key> keysWithin(PullMessage.KeyRange range) {
        Set<Key> keys = new TreeSet<>(store.keysWithin(engine, range));
        staging.keys().stream().filter(range::contains).forEach(keys::add);
        return keys;
    }

    /**
     * Stages what the clock allows to be forgotten of residual contexts, for up to so many rows. Skips damaged ones:
     * whoever reads them is told.
     *
     * @return how many rows it looked at
     */
    public int strip(int limit) {
        if (!staging.isEmpty() || memory.areNoResiduals()) {
            return 0;
        }
        List<Key> keys = residuals.next(engine, log.clock().base(), limit);
        keys.forEach(this::strip);
        return keys.size();
    }

    private void strip(Key key) {
        try {
            Row row = store.row(engine, key);
            staging.change(key, row, row.strip(log.clock()));
        } catch (DamagedRowException e) {
            // Its reader is told; here it must not hold up the others.
        }
    }

    /**
     * Stages a row in place of a damaged one: the join of what other replicas export, whatever the own clock covers.
     * The events of its leaves enter the clock.
     *
     * <p>Of the own events that the others do not know, none must be for the key, or what it brought would be lost
     * though they may still get it from elsewhere.
     *
     * @param row the join
     * @param acceptsLoss whether to do it even so: what only the damaged row had is then lost on all replicas alike
     */
    public RowRepair mend(Key key, Row row, boolean acceptsLoss) {
        Delta delta = new Delta(key, row.leaves(), row.context(), List.of());
        try {
            apply(delta, row(key));
            return RowRepair.READABLE;
        } catch (DamagedRowException e) {
            DotSet unknown = log.clock().minus(row.context());
            if (!isAdmitted(delta)) {
                return RowRepair.EVENTS_MISSING;
            }
            if (!acceptsLoss
                    && !(!unknown.hasFloors()
                            && unknown.size() <= LOOKED_UP
                            && store.areOfOtherKeys(engine, unknown, key))) {
                return RowRepair.EVENTS_MISSING;
            }
            pulls.giveUpAnswers();
            enterClock(delta);
            writes.unsettle(key);
            staging.replaceDamaged(key, store.isMarkedResidual(engine, key), row.strip(log.clock()));
            return RowRepair.REPLACED;
        }
    }

    /**
     * What the cluster has agreed on about former boots. Any thread; {@link #retire} acts on it.
     *
     * @param own who writes here; null while there is no boot
     */
    public void agreed(Retirements retirements, @Nullable Actor own) {
        agreed = new Agreed(retirements, own);
    }

    /** A peer has all of this, durably. Any thread. */
    public void confirmed(int node, DotSet clock) {
        confirmations.confirmed(node, clock);
    }

    /** So many others hold the partition. Any thread. */
    public void others(int count) {
        confirmations.others(count);
    }

    /**
     * Stages the dropping of log records that nobody will ask for, when they are many, or nothing has happened for some
     * time.
     */
    public void prune() {
        if (staging.isEmpty()) {
            confirmations.prune(log);
        }
    }

    /**
     * Stages the next step in the closing of former boots: promises; and when all replicas had promised, the floor,
     * together with touches of the rows that show what void events did. Damaged rows are left to whoever mends them.
     */
    public void retire() {
        Agreed now = agreed;
        if (!staging.isEmpty()) {
            return;
        }
        retired.learn(now.retirements(), log.clock(), writeIds.awaited());
        for (RetiredBoots.Standing standing : retired.closable(log.clock())) {
            List<Key> touched = new ArrayList<>();
            store.forEachResidual(engine, key -> {
                if (showsVoid(key, standing)) {
                    touched.add(key);
                }
            });
            Actor own = now.own();
            if (touched.isEmpty() || (own != null && !isClosed(own))) {
                touched.forEach(key -> touch(key, own));
                log.raiseFloor(standing.first());
            }
        }
    }

    private boolean showsVoid(Key key, RetiredBoots.Standing standing) {
        try {
            DotSet named = store.row(engine, key).context().before(standing.first());
            return !named.minus(standing.ends()).actors().isEmpty();
        } catch (DamagedRowException e) {
            return false;
        }
    }

    /** Writes a row anew, as an event that covers all that the row covers. */
    private void touch(Key key, @Nullable Actor own) {
        if (own == null) {
            return;
        }
        try {
            Row row = row(key);
            Dot dot = new Dot(own, log.clock().highest(own) + 1);
            Row filled = row.fill(log.clock());
            apply(new Delta(key, filled.leaves(), filled.context().with(dot), List.of(dot)), row);
        } catch (DamagedRowException e) {
            // Its reader is told.
        }
    }

    /** Drops what is remembered of writes when it is old. Called now and then. */
    public void forgetOldWrites(long nowNanos) {
        if (staging.isEmpty() && writes.isEmpty() && writes.turnIfDue(nowNanos)) {
            writeIds.forget();
        }
    }

    /**
     * Stages what is to be done about writes that got the events of several tries; see {@link DuplicateWriteRules}. It
     * carries the whole row, as a touch does: what it takes away must not reach a replica without what has superseded
     * it.
     */
    public void settleDuplicates() {
        Actor own = agreed.own();
        if (own == null || !staging.isEmpty() || !catchUp.isVoting()) {
            return;
        }
        writes.unsettled().forEach((key, names) -> {
            try {
                Row row = row(key);
                for (WriteId name : names) {
                    row = settle(own, name, key, row);
                }
            } catch (DamagedRowException e) {
                // Its reader is told.
            }
        });
    }

    /** Settles one write; the row after it. */
    private Row settle(Actor own, WriteId name, Key key, Row row) throws DamagedRowException {
        WriteRecord record = writes.find(name);
        Optional<DuplicateWriteRules> rules = DuplicateWriteRules.of(record);
        if (rules.isEmpty()) {
            writes.settled(name);
            return row;
        }
        List<Dot> going = rules.get().superseded(row);
        if (!going.isEmpty()) {
            Dot dot = new Dot(own, log.clock().highest(own) + 1);
            Row filled = row.fill(log.clock());
            List<Leaf> left = filled.leaves().stream()
                    .filter(leaf -> !going.contains(leaf.dot()))
                    .toList();
            apply(new Delta(key, left, filled.context().with(dot), List.of(dot)), row);
        }
        List<Addition> additions = writes.additions(record);
        Optional<WriteRecord.Try> toGiveBack = rules.get().toGiveBack(own.node());
        boolean givesBack = !additions.isEmpty() && toGiveBack.isPresent();
        if (givesBack && confirmations.isWithMajority(rules.get().first())) {
            for (Addition addition : additions) {
                giveBack(own, key, addition, toGiveBack.get());
            }
            writes.change(name, record.withAdditions(List.of(), record.epoch()));
            givesBack = false;
        }
        if (!givesBack) {
            writes.settled(name);
        }
        return going.isEmpty() && additions.isEmpty() ? row : row(key);
    }

    private void giveBack(Actor own, Key key, Addition addition, WriteRecord.Try mine) throws DamagedRowException {
        Row row = row(key);
        if (!DuplicateWriteRules.isStillCounted(
                mine, addition, row, writes.find(WriteId.ofReset(key, addition.path())))) {
            return;
        }
        HybridTime newest =
                row.leaves().stream().map(Leaf::time).max(HybridTime::compareTo).orElseThrow();
        Dot next = new Dot(own, log.clock().highest(own) + 1);
        try {
            Delta delta = addition.inverse()
                    .draft(key, row.fill(log.clock()), next, newest)
                    .delta();
            apply(delta, row);
        } catch (ImpossibleChangeException e) {
            // The share is at the end of its range.
        }
    }

    /**
     * Whether the replica holds events of closed boots that it has not closed: then some of them may have
     * been declared void since.
     */
    public boolean holdsRetiredEvents(Retirements retirements) {
        return RetiredBoots.isBeyond(reading().clock(), partition, retirements);
    }

    /** It has turned out that the replica may lack acknowledged writes: with the next flush it votes no more. */
    public void loseVote() {
        catchUp.lose();
    }

    /** Makes the next flush write the whole clock, so that the next start has no log to read. */
    public void checkpoint() {
        log.checkpoint();
    }

    /** Adds everything staged to the batch; whether there was anything. Readers see it after {@link #written()}. */
    public boolean flush(Engine.Batch batch) {
        if (abandoned) {
            return false;
        }
        if (staging.isEmpty()
                && writes.isEmpty()
                && !log.isCheckpointDue()
                && !catchUp.regainsVote()
                && !catchUp.losesVote()
                && !retired.isChanged()) {
            return false;
        }
        mustSync = retired.isChanged() || log.raisesFloor();
        staging.addTo(batch, store.keys());
        writes.addTo(batch);
        writeIds.addTo(batch, store.keys());
        retired.addTo(batch, store.keys());
        log.addTo(batch, store.keys(), staging.eventCount());
        if (catchUp.regainsVote()) {
            batch.delete(store.keys().catchingUp());
        }
        if (catchUp.losesVote()) {
            batch.put(store.keys().catchingUp(), mark());
        }
        Reading now = readers.now();
        readers.show(new Reading(
                now.clock(),
                now.voting(),
                now.logRecords(),
                staging.rowsBefore(),
                staging.overwriting(),
                now.retired(),
                now.unnamed()));
        return true;
    }

    /**
     * Whether the last flush holds a promise or a floor, which others will rely on: it is to be synced whatever the
     * settings are.
     */
    public boolean mustSync() {
        return mustSync;
    }

    /** The last flush has failed, and with it the engine: readers need not wait for it. Nothing is written any more. */
    public void failed() {
        readers.fail();
    }

    /** The last flush is durable: readers may see it. */
    public void written() {
        staging.clear();
        writes.written();
        catchUp.written();
        readers.show(present());
    }
}
