package io.dotkv.storage.replica.retry;

import io.dotkv.kernel.Actor;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.encoding.MalformedException;
import io.dotkv.kernel.types.Addition;
import io.dotkv.storage.WriteId;
import io.dotkv.storage.engine.Cursor;
import io.dotkv.storage.engine.Engine;
import io.dotkv.storage.engine.EngineException;
import io.dotkv.storage.replica.store.EngineKeys;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The names of the writes that a replica has taken lately, with the events that they got: in the engine, written in the
 * batch of the events. So a retry is recognised after any restart.
 *
 * <p>Records belong to generations. A new one begins when the present one is {@value #GENERATION_MINUTES} minutes old;
 * then the one before the present is dropped as a range. So a record lasts for one to two of these times, or longer
 * when the process was restarted meanwhile, and what is looked up is looked up in two places.
 *
 * <p>One thread.
 */
public final class WriteIdTable {
    public static final int GENERATION_MINUTES = 20;

    private static final long GENERATION_NANOS = TimeUnit.MINUTES.toNanos(GENERATION_MINUTES);
    private static final int MOST_DUPLICATES = 10_000;
    private static final int MOST_RUNS = 200;

    private final EngineKeys keys;
    private final Engine engine;
    private final Map<WriteId, WriteRecord> staged = new LinkedHashMap<>();
    private final Map<WriteId, Duplicate> duplicates = new LinkedHashMap<>();
    private final Map<Key, Set<WriteId>> ofKey = new HashMap<>();
    private final Map<WriteId, Key> unsettled = new LinkedHashMap<>();
    private final List<WriteId> newDuplicates = new ArrayList<>();
    private int generation;
    private int epoch;
    private boolean isEpochNew;
    private long beganNanos = Long.MIN_VALUE;
    private boolean turns;
    /** The name that was looked for in vain last: it is looked for again when its write is taken. */
    private @Nullable WriteId absent;

    /** A write that got the events of several tries: for which key, and since which generation that is known. */
    private record Duplicate(Key key, int generation) {}

    public WriteIdTable(EngineKeys keys, Engine engine) {
        this.keys = keys;
        this.engine = engine;
        byte[] known = engine.get(keys.generation());
        this.generation = known == null ? 1 : EngineKeys.generationOf(known);
        this.epoch = known == null ? 1 : EngineKeys.epochOf(known);
        try (Cursor cursor = engine.scan(keys.duplicates(0), keys.duplicatesEnd())) {
            while (cursor.next() && duplicates.size() < MOST_DUPLICATES) {
                addDuplicate(
                        EngineKeys.idOfWrite(cursor.key()),
                        new Key(Bytes.wrap(cursor.value())),
                        EngineKeys.generationOfDuplicate(cursor.key()));
            }
        }
    }

    private void addDuplicate(WriteId name, Key key, int since) {
        duplicates.put(name, new Duplicate(key, since));
        ofKey.computeIfAbsent(key, any -> new LinkedHashSet<>()).add(name);
        unsettled.put(name, key);
    }

    /**
     * The replica may have lost writes, and among them that it has given additions back. So what it noted of its own
     * additions counts no more.
     */
    public void distrustAdditions() {
        epoch++;
        isEpochNew = true;
    }

    /** What is known of a write. */
    public WriteRecord find(WriteId name) {
        WriteRecord record = staged.get(name);
        if (record == null && !Objects.equals(name, absent)) {
            record = stored(keys.write(generation, name));
            record = record == null ? stored(keys.write(generation - 1, name)) : record;
            absent = record == null ? name : absent;
        }
        return record == null ? WriteRecord.NONE : record;
    }

    private @Nullable WriteRecord stored(byte[] place) {
        byte[] encoded = engine.get(place);
        return encoded == null ? null : decode(encoded);
    }

    static WriteRecord decode(byte[] encoded) {
        try {
            return WriteRecord.decode(encoded);
        } catch (MalformedException e) {
            throw new EngineException("the record of a write is damaged: " + e.getMessage(), e);
        }
    }

    /** An event of the write has been applied here, now or before. */
    void learn(WriteId name, Dot dot, Key key) {
        WriteRecord known = find(name);
        if (known.has(dot)) {
            return;
        }
        WriteRecord more = known.with(dot).withKey(key.bytes());
        change(name, more);
        if (more.tries().size() > 1 && !duplicates.containsKey(name) && duplicates.size() < MOST_DUPLICATES) {
            addDuplicate(name, key, generation);
            newDuplicates.add(name);
        }
    }

    /** The own node has taken the write, whose events have been learnt. */
    public void took(WriteId name, List<Addition> additions) {
        change(name, find(name).withAdditions(additions, epoch));
    }

    /** What the try of an actor, whose events have been learnt, may have replaced; itself among it. */
    public void replaced(WriteId name, Actor actor, DotSet past) {
        change(name, find(name).withPast(actor, atMost(past)));
    }

    /**
     * A set of events, or when it has many gaps more than it: that must not cost much, and of what is in it by mistake
     * both tries stay.
     */
    private static DotSet atMost(DotSet past) {
        int numbers = 0;
        List<long[]> runs = new ArrayList<>();
        for (Actor actor : past.actors()) {
            numbers += past.runsOf(actor).length;
            runs.add(new long[] {1, past.highest(actor)});
        }
        return numbers <= MOST_RUNS ? past : DotSet.ofRuns(past.floors(), past.actors(), runs);
    }

    /** The own additions of a write that may be given back. */
    public List<Addition> additions(WriteRecord record) {
        return record.epoch() == epoch ? record.additions() : List.of();
    }

    /** Another state of a record that is known. */
    public void change(WriteId name, WriteRecord record) {
        absent = null;
        staged.put(name, record);
        Duplicate duplicate = duplicates.get(name);
        if (duplicate != null) {
            unsettled.put(name, duplicate.key);
        }
    }

    /** The writes that got events of several tries and of which something may be to be done, by key. */
    public Map<Key, List<WriteId>> unsettled() {
        Map<Key, List<WriteId>> byKey = new LinkedHashMap<>();
        unsettled.forEach((name, key) ->
                byKey.computeIfAbsent(key, any -> new ArrayList<>()).add(name));
        return byKey;
    }

    /** All is done about a write that can be done before it or its row changes. */
    public void settled(WriteId name) {
        unsettled.remove(name);
    }

    /** The row of a key changes. */
    public void unsettle(Key key) {
        ofKey.getOrDefault(key, Set.of()).forEach(name -> unsettled.put(name, key));
    }

    public boolean isEmpty() {
        return staged.isEmpty() && !turns;
    }

    /**
     * Begins a new generation with the next batch when that is due. Called now and then, with nothing staged; whether
     * one begins.
     */
    public boolean turnIfDue(long nowNanos) {
        if (beganNanos == Long.MIN_VALUE) {
            beganNanos = nowNanos;
        }
        if (nowNanos - beganNanos < GENERATION_NANOS) {
            return false;
        }
        beganNanos = nowNanos;
        try (Cursor cursor = engine.scan(keys.write(0), keys.duplicatesEnd())) {
            turns = cursor.next();
        }
        return turns;
    }

    public void addTo(Engine.Batch batch) {
        if (turns) {
            batch.deleteRange(keys.write(0), keys.write(generation));
            batch.deleteRange(keys.duplicates(0), keys.duplicates(generation));
            forgetDuplicates();
            generation++;
        }
        if (turns || isEpochNew) {
            batch.put(keys.generation(), EngineKeys.encodeGeneration(generation, epoch));
        }
        staged.forEach((name, record) -> batch.put(keys.write(generation, name), record.encode()));
        for (WriteId name : newDuplicates) {
            Duplicate duplicate = duplicates.get(name);
            if (duplicate != null) {
                batch.put(
                        keys.duplicate(duplicate.generation, name),
                        duplicate.key.bytes().array());
            }
        }
    }

    private void forgetDuplicates() {
        duplicates.values().removeIf(duplicate -> duplicate.generation < generation);
        unsettled.keySet().retainAll(duplicates.keySet());
        ofKey.values().forEach(names -> names.retainAll(duplicates.keySet()));
        ofKey.values().removeIf(Set::isEmpty);
    }

    /** The last batch is written. */
    public void written() {
        staged.clear();
        newDuplicates.clear();
        turns = false;
        isEpochNew = false;
    }
}
