package io.dotkv.storage;

import com.google.common.hash.HashFunction;
import com.google.common.hash.Hashing;
import io.dotkv.kernel.Actor;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.Key;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Remembers which dots each of the newest mutations got, which follow each other, so that a retry with the same request id is the same write. Also
 * learns from deltas that other replicas coordinated, so that a retry through another coordinator is recognised.
 *
 * <p>A request is the same only for the same key: a dot says nothing about another key, nor about another partition. Of id and
 * key a hash of 128 bits is kept, so that long ones cost no more than short ones.
 *
 * <p>Bounded; lives in memory: a retry that arrives after a restart of every replica that knew it is a new write. One thread.
 */
final class RequestWindow {
    /*
     * A ring of entries, the oldest of which is overwritten, and a table of open addressing that finds them: at most half full,
     * searched from the hash on, and mended after a removal by moving back what follows. All of it in arrays of numbers that are
     * made once: as objects the entries would live just long enough to be copied into the old generation, and be garbage there.
     */
    private static final HashFunction HASH = Hashing.murmur3_128();
    private static final int FREE = -1;

    private final long[] firstHalves;
    private final long[] secondHalves;
    private final long[] actors;
    private final long[] counters;
    private final int[] lengths;
    private final int[] table;
    private int next;
    private int count;

    /** @param capacity at least 1 */
    RequestWindow(int capacity) {
        firstHalves = new long[capacity];
        secondHalves = new long[capacity];
        actors = new long[capacity];
        counters = new long[capacity];
        lengths = new int[capacity];
        table = new int[Integer.highestOneBit(capacity) * 4];
        Arrays.fill(table, FREE);
    }

    /** Names a mutation in the window. */
    record Name(long firstHalf, long secondHalf) {
        /** The name of a request for a key, or null when the request has no id: it is then never a retry. */
        static @Nullable Name of(String requestId, Key key) {
            if (requestId.isEmpty()) {
                return null;
            }
            byte[] hash = HASH.newHasher()
                    .putInt(requestId.length())
                    .putUnencodedChars(requestId)
                    .putBytes(key.bytes().array())
                    .hash()
                    .asBytes();
            ByteBuffer halves = ByteBuffer.wrap(hash);
            return new Name(halves.getLong(), halves.getLong());
        }
    }

    /** The dots of the mutation, in order; none when it is not known. */
    List<Dot> find(@Nullable Name name) {
        if (name == null) {
            return List.of();
        }
        int entry = table[placeOf(name)];
        if (entry == FREE) {
            return List.of();
        }
        Actor actor = new Actor((int) (actors[entry] >>> Integer.SIZE), (int) actors[entry]);
        List<Dot> dots = new ArrayList<>(lengths[entry]);
        for (int index = 0; index < lengths[entry]; index++) {
            dots.add(new Dot(actor, counters[entry] + index));
        }
        return dots;
    }

    /** @param dots at least one; of those that do not follow the first one, as they always do, nothing is remembered */
    void remember(@Nullable Name name, List<Dot> dots) {
        if (name == null) {
            return;
        }
        Dot dot = dots.getFirst();
        int place = placeOf(name);
        if (table[place] == FREE) {
            if (count == counters.length) {
                forgetOldest();
                place = placeOf(name);
            }
            table[place] = next;
            next = (next + 1) % counters.length;
            count++;
        }
        int entry = table[place];
        firstHalves[entry] = name.firstHalf;
        secondHalves[entry] = name.secondHalf;
        actors[entry] = (long) dot.actor().node() << Integer.SIZE | dot.actor().boot();
        counters[entry] = dot.counter();
        lengths[entry] = lengthOfRun(dots);
    }

    private static int lengthOfRun(List<Dot> dots) {
        int length = 1;
        while (length < dots.size()
                && dots.get(length).actor().equals(dots.getFirst().actor())
                && dots.get(length).counter() == dots.getFirst().counter() + length) {
            length++;
        }
        return length;
    }

    /** Where the table has the name, or would have it. */
    private int placeOf(Name name) {
        int place = homeOf(name.firstHalf);
        while (table[place] != FREE
                && (firstHalves[table[place]] != name.firstHalf || secondHalves[table[place]] != name.secondHalf)) {
            place = after(place);
        }
        return place;
    }

    private void forgetOldest() {
        int hole = placeOf(new Name(firstHalves[next], secondHalves[next]));
        table[hole] = FREE;
        count--;
        for (int place = after(hole); table[place] != FREE; place = after(place)) {
            int fromHome = distance(homeOf(firstHalves[table[place]]), place);
            if (fromHome >= distance(hole, place)) {
                table[hole] = table[place];
                table[place] = FREE;
                hole = place;
            }
        }
    }

    private int homeOf(long firstHalf) {
        return (int) firstHalf & (table.length - 1);
    }

    private int after(int place) {
        return (place + 1) & (table.length - 1);
    }

    private int distance(int from, int to) {
        return (to - from) & (table.length - 1);
    }
}
