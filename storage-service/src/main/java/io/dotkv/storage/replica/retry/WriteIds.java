package io.dotkv.storage.replica.retry;

import io.dotkv.kernel.Delta;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.Leaf;
import io.dotkv.storage.IdentifiedWrite;
import io.dotkv.storage.PullMessage;
import io.dotkv.storage.WriteId;
import io.dotkv.storage.engine.Engine;
import io.dotkv.storage.replica.store.EngineKeys;
import io.dotkv.storage.replica.store.PartitionStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * By which names the events of a change were asked for, while it is being taken; and of which events that were taken
 * the names are still to be found out.
 *
 * <p>A row that repairs another brings events without their names. When the replica asks others for what it lacks, it
 * asks for them once more, to be told their names; until they have, or the node that made the events has answered.
 * Which events these are is in the engine, unless they are very scattered.
 *
 * <p>One thread.
 */
public final class WriteIds {
    /** About a minute: whoever has not told a name by then may not come back. */
    private static final int MOST_TURNS = 60;

    private static final int MOST_BYTES = 16 << 10;
    private static final int MOST_HELD = 100_000;

    private final WriteIdTable writes;
    private final Map<Dot, WriteId> names = new HashMap<>();
    private final Set<Dot> unnamed = new HashSet<>();
    /** By full answer: the names of events that are still to come with its end. */
    private final LinkedHashMap<Long, List<IdentifiedWrite>> held = new LinkedHashMap<>();

    private DotSet unknown;
    private DotSet stored;
    private int heldCount;
    private int turns;

    /** @param unknown the events whose names are to be found out, as the engine has them */
    public WriteIds(WriteIdTable writes, DotSet unknown) {
        this.writes = writes;
        this.unknown = unknown;
        this.stored = unknown;
    }

    /** What comes now is a write with this name, or a row of events whose names are not told. */
    public void begin(Delta delta, @Nullable WriteId name) {
        for (Leaf leaf : delta.leaves()) {
            unnamed.add(leaf.dot());
        }
        for (Dot dot : delta.events()) {
            if (name == null) {
                unnamed.add(dot);
            } else {
                names.put(dot, name);
            }
        }
    }

    /** What comes now is the write of an own client. */
    public void begin(List<Dot> dots, WriteId name) {
        dots.forEach(dot -> names.put(dot, name));
    }

    /** What comes now are rows that were pulled, or the names that follow the rows of a full answer. */
    public void begin(PullMessage.Rows rows, DotSet clock) {
        for (IdentifiedWrite write : rows.names()) {
            if (write.key().isEmpty()) {
                write.dots()
                        .forEach(dot ->
                                write.name().ifPresentOrElse(name -> names.put(dot, name), () -> unnamed.add(dot)));
            } else if (!learnTaken(write, clock) && areFewHeld()) {
                held.computeIfAbsent(rows.answer(), any -> new ArrayList<>()).add(write);
                heldCount++;
            }
        }
    }

    private boolean areFewHeld() {
        while (heldCount >= MOST_HELD && held.size() > 1) {
            heldCount -= held.pollFirstEntry().getValue().size();
        }
        return heldCount < MOST_HELD;
    }

    /**
     * Learns the name of a write, if all its events are in the clock. Of a closed boot that does not tell whether they
     * were applied.
     */
    private boolean learnTaken(IdentifiedWrite write, DotSet clock) {
        List<Dot> dots = write.dots();
        boolean isTaken = write.first().actor().boot()
                        >= clock.floorOf(write.first().actor().node())
                && dots.stream().allMatch(clock::contains);
        if (isTaken && write.name().isPresent()) {
            Key key = write.key().orElseThrow();
            dots.forEach(dot -> writes.learn(write.name().get(), dot, key));
            unknown = unknown.minus(DotSet.of(dots));
        }
        return isTaken;
    }

    /**
     * The end of an answer to a pull has been taken, which had the names of all events that the sender's node made.
     *
     * @param clock the own clock after it
     */
    public void ended(PullMessage.End end, DotSet clock) {
        unknown = unknown.minus(unknown.ofNode(end.node()).intersect(end.clock()));
        List<IdentifiedWrite> waiting = held.remove(end.answer());
        if (waiting != null) {
            heldCount -= waiting.size();
            waiting.forEach(write -> learnTaken(write, clock));
        }
    }

    /** It has been taken. */
    public void end() {
        names.clear();
        unnamed.clear();
    }

    /** The name by which an event was asked for, if it is told. */
    @Nullable
    public WriteId nameOf(Dot dot) {
        return names.get(dot);
    }

    /** An event has come that is in the clock now; whether its name was to be found out and is told. */
    public boolean taken(Dot dot, Key key, boolean isNew) {
        WriteId name = names.get(dot);
        if (name != null) {
            writes.learn(name, dot, key);
            boolean wasUnknown = unknown.contains(dot);
            unknown = wasUnknown ? unknown.minus(DotSet.of(dot)) : unknown;
            return wasUnknown;
        }
        if (isNew && unnamed.contains(dot)) {
            unknown = unknown.with(dot);
        }
        return false;
    }

    /** The events whose names are to be found out. */
    public DotSet unknown() {
        return unknown;
    }

    /** Those of them whose names may still come soon. Called about once a second. */
    public DotSet awaited() {
        turns = unknown.isEmpty() ? 0 : turns + 1;
        return turns > MOST_TURNS ? DotSet.EMPTY : unknown;
    }

    /** Gives up finding out. */
    public void forget() {
        unknown = DotSet.EMPTY;
    }

    public void addTo(Engine.Batch batch, EngineKeys keys) {
        if (unknown.equals(stored)) {
            return;
        }
        byte[] encoded = PartitionStore.encode(unknown);
        if (unknown.isEmpty() || encoded.length > MOST_BYTES) {
            batch.delete(keys.unnamed());
        } else {
            batch.put(keys.unnamed(), encoded);
        }
        stored = unknown;
    }
}
