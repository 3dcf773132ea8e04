package io.dotkv.storage.replica.store;

import io.dotkv.kernel.Actor;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.Retirement;
import io.dotkv.kernel.Retirements;
import io.dotkv.kernel.encoding.ByteReader;
import io.dotkv.kernel.encoding.ByteWriter;
import io.dotkv.kernel.encoding.Encoding;
import io.dotkv.kernel.encoding.MalformedException;
import io.dotkv.storage.PartitionClock;
import io.dotkv.storage.engine.Cursor;
import io.dotkv.storage.engine.Engine;
import io.dotkv.storage.engine.EngineException;
import io.dotkv.storage.engine.View;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Where a replica stands with the closing of former boots: of each node at most one standing, which is a promise to
 * take no dot of these boots beyond the ends. It is durable before anybody is told of it.
 *
 * <p>The rules and why they are so: {@code docs/decisions/0013-closing-actors.md}.
 *
 * <p>One thread.
 */
public final class RetiredBoots {
    private final PartitionId partition;
    private final SortedMap<Integer, Standing> standings;
    private final TreeSet<Integer> changed = new TreeSet<>();
    private Retirements learned = Retirements.NONE;

    /**
     * A promise.
     *
     * @param first the actor of the first boot that is not concerned
     * @param attempt which closing it is for
     * @param version of the agreement that told of it
     * @param committed whether all replicas had promised, as far as is known here
     * @param ends all that is taken of these boots
     */
    public record Standing(Actor first, long attempt, long version, boolean committed, DotSet ends) {
        /** Whether the clock has exactly the ends of these boots, one by one. */
        public boolean isWhole(DotSet clock) {
            return clock.before(first).equals(ends);
        }

        /** Whether the clock has all dots of these boots, issued or not. */
        public boolean isClosed(DotSet clock) {
            return clock.floorOf(first.node()) >= first.boot();
        }

        public PartitionClock.Promise promise() {
            return new PartitionClock.Promise(first, attempt);
        }
    }

    public RetiredBoots(PartitionId partition, PartitionStore store, View view) {
        this.partition = partition;
        this.standings = store.standings(view);
    }

    /** Told to others when they are durable. */
    public List<Standing> all() {
        return standings.isEmpty() ? List.of() : List.copyOf(standings.values());
    }

    /** Whether this replica has promised to take no more of an actor than is agreed on. */
    public boolean closes(Actor actor) {
        Standing standing = standings.get(actor.node());
        return standing != null && standing.first().boot() > actor.boot();
    }

    public boolean areNone() {
        return standings.isEmpty();
    }

    /** Whether events that are new here may be taken: none of a retired boot is beyond what was promised. */
    public boolean admits(DotSet news) {
        for (Standing standing : standings.values()) {
            // Floors are agreed on; what they cover is not listed.
            if (!news.before(standing.first()).minus(standing.ends()).actors().isEmpty()) {
                return false;
            }
        }
        return true;
    }

    /**
     * Takes what was agreed on. Nothing is promised about boots with events whose names are still to be found out: when
     * all have promised, their log records go, and the names with them.
     */
    @SuppressWarnings("ReferenceEquality")
    public void learn(Retirements agreed, DotSet clock, DotSet unnamed) {
        if (agreed == learned && agreed.nodes().isEmpty() && standings.isEmpty()) {
            return;
        }
        learned = agreed;
        TreeSet<Integer> gone = new TreeSet<>(standings.keySet());
        for (Retirement retirement : agreed.nodes()) {
            if (retirement.attempt().filter(this::concerns).isPresent()) {
                gone.remove(retirement.node());
                learn(retirement, retirement.attempt().get(), agreed.version(), clock, unnamed);
            }
        }
        for (int node : gone) {
            // The attempt was given up, or its floor was raised.
            Standing standing = standings.get(node);
            if (standing != null && standing.version() < agreed.version()) {
                standings.remove(node);
                changed.add(node);
            }
        }
    }

    private boolean concerns(Retirement.Attempt attempt) {
        return attempt.ends().containsKey(partition);
    }

    private void learn(Retirement retirement, Retirement.Attempt attempt, long version, DotSet clock, DotSet unnamed) {
        Standing before = standings.get(retirement.node());
        if (before != null && before.version() >= version && before.attempt() != attempt.id()) {
            return;
        }
        if (before != null && before.attempt() == attempt.id()) {
            if (attempt.committed() && !before.committed()) {
                put(new Standing(before.first(), before.attempt(), version, true, before.ends()));
            }
            return;
        }
        Standing standing = new Standing(
                new Actor(retirement.node(), attempt.below()),
                attempt.id(),
                version,
                attempt.committed(),
                attempt.ends().getOrDefault(partition, DotSet.EMPTY));
        boolean mayPromise = standing.isWhole(clock)
                && unnamed.before(standing.first()).actors().isEmpty();
        if (attempt.committed() || mayPromise) {
            put(standing);
        } else if (before != null) {
            standings.remove(retirement.node());
            changed.add(retirement.node());
        }
    }

    private void put(Standing standing) {
        standings.put(standing.first().node(), standing);
        changed.add(standing.first().node());
    }

    /** The committed ones that can be closed now. */
    public List<Standing> closable(DotSet clock) {
        return standings.values().stream()
                .filter(standing -> standing.committed() && !standing.isClosed(clock) && standing.isWhole(clock))
                .toList();
    }

    /**
     * Whether a clock has events of boots that were closed without it, or beyond the ends of a closing that is
     * committed.
     */
    public static boolean isBeyond(DotSet clock, PartitionId partition, Retirements agreed) {
        return agreed.nodes().stream()
                .anyMatch(node -> isBelowFloor(clock, node)
                        || node.attempt()
                                .filter(attempt -> isBeyond(clock, partition, node.node(), attempt))
                                .isPresent());
    }

    private static boolean isBelowFloor(DotSet clock, Retirement node) {
        return clock.floorOf(node.node()) < node.floor()
                && !clock.before(node.first()).actors().isEmpty();
    }

    private static boolean isBeyond(DotSet clock, PartitionId partition, int node, Retirement.Attempt attempt) {
        DotSet ends = attempt.ends().get(partition);
        if (ends == null || !attempt.committed() || clock.floorOf(node) >= attempt.below()) {
            return false;
        }
        DotSet former = clock.before(new Actor(node, attempt.below()));
        return !former.minus(ends).actors().isEmpty();
    }

    /** Whether there is something to write, which is to be synced. */
    public boolean isChanged() {
        return !changed.isEmpty();
    }

    public void addTo(Engine.Batch batch, EngineKeys keys) {
        for (int node : changed) {
            Standing standing = standings.get(node);
            if (standing == null) {
                batch.delete(keys.retired(node));
            } else {
                batch.put(keys.retired(node), encode(standing));
            }
        }
        changed.clear();
    }

    private static byte[] encode(Standing standing) {
        ByteWriter writer = new ByteWriter(64);
        writer.writeVarint(standing.first().node());
        writer.writeVarint(standing.first().boot());
        writer.writeLong(standing.attempt());
        writer.writeVarint(standing.version());
        writer.writeByte(standing.committed() ? 1 : 0);
        Encoding.writeDotSet(writer, standing.ends());
        writer.writeChecksum();
        return writer.toByteArray();
    }

    /** The standings in a view, by node. */
    static SortedMap<Integer, Standing> read(Cursor cursor) {
        SortedMap<Integer, Standing> standings = new TreeMap<>();
        while (cursor.next()) {
            try {
                ByteReader reader = ByteReader.checked(cursor.value());
                Actor first = new Actor(reader.readSize(Integer.MAX_VALUE), reader.readSize(Integer.MAX_VALUE));
                standings.put(
                        first.node(),
                        new Standing(
                                first,
                                reader.readLong(),
                                reader.readVarint(),
                                reader.readByte() == 1,
                                Encoding.readDotSet(reader)));
                reader.expectEnd();
            } catch (MalformedException e) {
                throw new EngineException("a promise about retired boots is damaged: " + e.getMessage(), e);
            }
        }
        return standings;
    }
}
