package io.dotkv.storage.replica;

import io.dotkv.kernel.Actor;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Delta;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.HybridTime;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.Row;
import io.dotkv.kernel.types.ImpossibleChangeException;
import io.dotkv.kernel.types.Step;
import io.dotkv.kernel.types.Update;
import io.dotkv.storage.PartitionClock;
import io.dotkv.storage.PullMessage;
import io.dotkv.storage.StampedWrite;
import io.dotkv.storage.WriteId;
import io.dotkv.storage.engine.Engine;
import io.dotkv.storage.engine.View;
import io.dotkv.storage.replica.store.DamagedRowException;
import io.dotkv.storage.replica.store.PartitionStore;
import io.dotkv.storage.simulated.CrashingEngine;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A replica of one partition on an engine that can crash, as a node would run it: one batch for each call. */
public final class Peer {
    public static final PartitionId PARTITION = new PartitionId(3);

    private final int node;
    private final int donors;
    private int others;
    private final long retention;
    private int boot = 1;
    private int batchBytes = 1;
    private long answers;
    private int lives;
    private long millis;
    private boolean syncs = true;
    private boolean holdsBack;
    private @Nullable CrashPoint crashPoint;
    public CrashingEngine engine = new CrashingEngine();
    public Replica replica;

    public Peer(int node) {
        this(node, 2, 1000);
    }

    /**
     * @param donors from how many voters it must pull before it votes again
     * @param retention how many events of each actor stay in the log
     */
    public Peer(int node, int donors, long retention) {
        this.node = node;
        this.donors = donors;
        this.retention = retention;
        this.replica = open(false);
    }

    /** It has so many others; unknown at first. */
    public Peer of(int count) {
        others = count;
        return this;
    }

    /** Whether each batch is synced; so at first. */
    Peer syncing(boolean each) {
        syncs = each;
        return this;
    }

    /** Ends at this point. */
    void endsAt(CrashPoint point) {
        crashPoint = point;
    }

    /** Begins a new life, as a new actor, on an engine. */
    void start(CrashingEngine found, boolean losesVote) {
        boot++;
        resume(found, losesVote);
    }

    /** Begins a new life as the same actor, which no node may do. */
    void resume(CrashingEngine found, boolean losesVote) {
        engine = found;
        replica = open(losesVote);
    }

    /** The process ends and comes back; nothing is lost that was written. */
    public void restart() {
        start(engine.crash(engine.unsyncedBatches()), false);
    }

    /** The power goes: of what was not synced, so many batches are found again. */
    public void losePower(int spared) {
        start(engine.crash(spared), true);
    }

    /** What it has is of the past, and goes; the actor stays. */
    void restartEmpty() {
        resume(new CrashingEngine(), true);
    }

    public void loseDisk() {
        start(new CrashingEngine(), true);
    }

    private Replica open(boolean losesVote) {
        try (Engine.Batch batch = engine.newBatch()) {
            Replica opened = Replica.open(
                    PARTITION,
                    engine,
                    new Replica.Beginning(node + "-" + ++lives, losesVote, false, donors, others, retention),
                    batch);
            engine.write(batch, true);
            return opened;
        }
    }

    int node() {
        return node;
    }

    Actor actor() {
        return new Actor(node, boot);
    }

    public Delta put(String key, String value) {
        return mutate(Key.of(key), Bytes.utf8(value), Optional.empty()).delta();
    }

    public Delta put(String key, String value, DotSet context) {
        return mutate(Key.of(key), Bytes.utf8(value), Optional.of(context)).delta();
    }

    public Delta delete(String key) {
        return mutate(Key.of(key), null, Optional.empty()).delta();
    }

    StampedWrite mutate(Key key, @Nullable Bytes payload, Optional<DotSet> context) {
        return mutate(key, payload, context, null);
    }

    StampedWrite mutate(Key key, @Nullable Bytes payload, Optional<DotSet> context, @Nullable WriteId name) {
        StampedWrite stamped =
                damageFree(() -> replica.mutate(actor(), HybridTime.ofMillis(++millis), key, payload, context, name));
        commit();
        return stamped;
    }

    StampedWrite update(Key key, Step step) {
        return update(key, step, null);
    }

    StampedWrite update(Key key, Step step, @Nullable WriteId name) {
        StampedWrite stamped = damageFree(() -> {
            try {
                return replica.update(
                        actor(),
                        HybridTime.ofMillis(++millis),
                        key,
                        new Update(List.of(step)),
                        new KeyLimits(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE),
                        name);
            } catch (ImpossibleChangeException e) {
                throw new AssertionError(e);
            }
        });
        commit();
        return stamped;
    }

    public Peer apply(Delta... deltas) {
        for (Delta delta : deltas) {
            damageFree(() -> replica.apply(delta));
        }
        commit();
        return this;
    }

    /** Takes a write that has this name, or a row that repairs. */
    boolean takes(Delta delta, @Nullable WriteId name) {
        int news = damageFree(() -> replica.apply(delta, name));
        commit();
        return news >= 0;
    }

    /** Does what is to be done about writes with several tries. */
    void settleDuplicates() {
        replica.settleDuplicates();
        commit();
    }

    /** Applies a delta as one that came over the network; false when it is refused, because a boot is retired. */
    boolean takes(Delta delta) {
        int news = damageFree(() -> replica.apply(delta));
        commit();
        return news >= 0;
    }

    public int absorb(PullMessage message) {
        int news = damageFree(() -> replica.absorb(message));
        commit();
        return news;
    }

    /** Whether calls only stage, so that a later {@link #write} makes one batch of them. */
    void holdBack(boolean holds) {
        holdsBack = holds;
    }

    private void commit() {
        if (!holdsBack) {
            write();
        }
    }

    /** Writes what is staged. */
    void write() {
        try (Engine.Batch batch = engine.newBatch()) {
            if (replica.flush(batch)) {
                CrashPoint.tell(crashPoint, node, false);
                engine.write(batch, syncs || replica.mustSync());
                CrashPoint.tell(crashPoint, node, true);
                replica.written();
            }
        }
    }

    Peer strip() {
        replica.strip(Integer.MAX_VALUE);
        write();
        return this;
    }

    public Peer checkpoint() {
        replica.checkpoint();
        commit();
        return this;
    }

    /** Messages as small as they can be, or so large. */
    Peer batching(int bytes) {
        batchBytes = bytes;
        return this;
    }

    /** What it answers to a replica that has this clock. */
    public List<PullMessage> answer(PartitionClock theirs) {
        try (Engine.Snapshot snapshot = engine.snapshot()) {
            return answer(theirs, clock(), snapshot);
        }
    }

    /** What it would answer with this clock and these rows; an answer needs both of the same moment. */
    public List<PullMessage> answer(PartitionClock theirs, DotSet clock, View rows) {
        List<PullMessage> messages = new ArrayList<>();
        PullAnswer.Sender sender = new PullAnswer.Sender(
                node,
                clock,
                votes(),
                replica.reading().retired(),
                replica.reading().unnamed());
        PullAnswer answer = new PullAnswer(rows, sender, theirs, node * 1_000_000L + ++answers, key -> {}, batchBytes);
        for (PullMessage message = answer.next(); message != null; message = answer.next()) {
            messages.add(message);
        }
        return messages;
    }

    /** Pulls from another until nothing is missing; the number of messages. */
    public int pull(Peer from) {
        List<PullMessage> messages = from.answer(asking());
        messages.forEach(this::absorb);
        return messages.size();
    }

    /** Writes what is staged without a sync, and does not live to tell. */
    void writeAndDie() {
        try (Engine.Batch batch = engine.newBatch()) {
            if (replica.flush(batch)) {
                engine.write(batch, false);
            }
        }
    }

    /** Its clock as it goes into a request. */
    public PartitionClock asking() {
        return replica.partitionClock();
    }

    public DotSet clock() {
        return replica.reading().clock();
    }

    public boolean votes() {
        return replica.reading().voting();
    }

    /** The row as it is exported. */
    public Row row(String key) {
        return row(Key.of(key));
    }

    public Row row(Key key) {
        Row row = damageFree(() -> replica.read(key, false));
        if (row == null) {
            throw new AssertionError("a read from the disk answers");
        }
        return row;
    }

    /** The row as it is stored. */
    public Row stored(String key) {
        return stored(Key.of(key));
    }

    public Row stored(Key key) {
        return damageFree(() -> new PartitionStore(PARTITION).row(engine, key));
    }

    /** The leaves of a key as the next change will find them, written or not. */
    List<Leaf> present(Key key) {
        return damageFree(() -> replica.repeat(List.of(new Dot(actor(), 1)), key))
                .delta()
                .leaves();
    }

    /** The values of a key, oldest dot first. */
    public List<String> values(String key) {
        return texts(row(key));
    }

    static List<String> texts(Row row) {
        return row.leaves().stream().map(Peer::text).toList();
    }

    private static String text(Leaf leaf) {
        return new String(leaf.payload().array(), StandardCharsets.UTF_8);
    }

    /** What may meet a damaged row. */
    interface Reading<T extends @Nullable Object> {
        T get() throws DamagedRowException;
    }

    static <T extends @Nullable Object> T damageFree(Reading<T> reading) {
        try {
            return reading.get();
        } catch (DamagedRowException e) {
            throw new AssertionError(e);
        }
    }
}
