package io.dotkv.storage.replica;

import io.dotkv.kernel.Delta;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.Leaf;
import io.dotkv.storage.NamedWrite;
import io.dotkv.storage.PullMessage;
import io.dotkv.storage.WriteName;
import io.dotkv.storage.engine.Engine;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * By which names the events of a change were asked for, while it is being taken; and of which events that were taken the names are
 * still to be found out.
 *
 * <p>A row that repairs another brings events without their names. When the replica asks others for what it lacks, it asks for
 * them once more, to be told their names; until they have, or the node that made the events has
 * answered. Which events these are is in the engine, unless they are very scattered.
 *
 * <p>One thread.
 */
final class Naming {
    /** About a minute: whoever has not told a name by then may not come back. */
    private static final int MOST_TURNS = 60;

    private static final int MOST_BYTES = 16 << 10;

    private final WriteMemory writes;
    private final Map<Dot, WriteName> names = new HashMap<>();
    private final Set<Dot> unnamed = new HashSet<>();
    private DotSet unknown;
    private DotSet stored;
    private int turns;

    /** @param unknown the events whose names are to be found out, as the engine has them */
    Naming(WriteMemory writes, DotSet unknown) {
        this.writes = writes;
        this.unknown = unknown;
        this.stored = unknown;
    }

    /** What comes now is a write with this name, or a row of events whose names are not told. */
    void begin(Delta delta, @Nullable WriteName name) {
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
    void begin(List<Dot> dots, WriteName name) {
        dots.forEach(dot -> names.put(dot, name));
    }

    /** What comes now are rows that were pulled. */
    void begin(PullMessage.Rows rows) {
        for (NamedWrite write : rows.names()) {
            for (int step = 0; step < write.count(); step++) {
                Dot dot = new Dot(write.first().actor(), write.first().counter() + step);
                write.name().ifPresentOrElse(name -> names.put(dot, name), () -> unnamed.add(dot));
            }
        }
    }

    /** The end of an answer to a pull has come, which had the names of all events that the sender's node made. */
    void ended(PullMessage.End end) {
        unknown = unknown.minus(unknown.ofNode(end.node()).intersect(end.clock()));
    }

    /** It has been taken. */
    void end() {
        names.clear();
        unnamed.clear();
    }

    /** The name by which an event was asked for, if it is told. */
    @Nullable
    WriteName nameOf(Dot dot) {
        return names.get(dot);
    }

    /** An event has come that is in the clock now; whether its name was to be found out and is told. */
    boolean taken(Dot dot, Key key, boolean isNew) {
        WriteName name = names.get(dot);
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
    DotSet unknown() {
        return unknown;
    }

    /** Those of them whose names may still come soon. Called about once a second. */
    DotSet awaited() {
        turns = unknown.isEmpty() ? 0 : turns + 1;
        return turns > MOST_TURNS ? DotSet.EMPTY : unknown;
    }

    /** Gives up finding out. */
    void forget() {
        unknown = DotSet.EMPTY;
    }

    void addTo(Engine.Batch batch, EngineKeys keys) {
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
