package io.dotkv.kernel.testkit;

import io.dotkv.kernel.Actor;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Delta;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.HybridTime;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.Row;
import io.dotkv.kernel.ports.RandomSource;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Draws well-formed values: small most of the time, so that they collide, and now and then at the edge of what is
 * allowed.
 */
public final class Samples {
    private static final int EDGE_ONE_IN = 20;

    private Samples() {}

    public static byte[] array(RandomSource random, int length) {
        byte[] array = new byte[length];
        for (int index = 0; index < length; index++) {
            array[index] = (byte) random.nextInt(256);
        }
        return array;
    }

    public static Bytes bytes(RandomSource random, int maxLength) {
        return Bytes.wrap(array(random, random.nextInt(maxLength + 1)));
    }

    public static Key key(RandomSource random) {
        int length = edge(random) ? Key.MAX_BYTES : 1 + random.nextInt(12);
        return new Key(Bytes.wrap(array(random, length)));
    }

    /** One of six actors, rarely one of the highest numbers. */
    public static Actor actor(RandomSource random) {
        return edge(random)
                ? new Actor(Integer.MAX_VALUE, Integer.MAX_VALUE)
                : new Actor(1 + random.nextInt(3), 1 + random.nextInt(2));
    }

    public static Dot dot(RandomSource random) {
        return new Dot(actor(random), edge(random) ? Long.MAX_VALUE - 1 : 1 + random.nextInt(40));
    }

    /** Runs of some actors, now and then above floors. */
    public static DotSet dotSet(RandomSource random) {
        DotSet set = DotSet.EMPTY;
        int floors = random.nextInt(3) == 0 ? random.nextInt(3) : 0;
        for (int floor = 0; floor < floors; floor++) {
            set = set.union(DotSet.allBelow(actor(random)));
        }
        int parts = random.nextInt(12);
        for (int part = 0; part < parts; part++) {
            set = random.nextInt(4) == 0
                    ? set.union(DotSet.upTo(actor(random), random.nextInt(30)))
                    : set.with(dot(random));
        }
        return set;
    }

    public static HybridTime time(RandomSource random) {
        return new HybridTime(random.nextLong());
    }

    /** Leaves in ascending order of dot. */
    public static List<Leaf> leaves(RandomSource random) {
        TreeSet<Dot> dots = new TreeSet<>();
        int count = random.nextInt(4);
        for (int index = 0; index < count; index++) {
            dots.add(dot(random));
        }
        List<Leaf> leaves = new ArrayList<>();
        for (Dot dot : dots) {
            leaves.add(new Leaf(dot, bytes(random, 3), time(random), bytes(random, 40)));
        }
        return leaves;
    }

    /** A row as it may be exported: its context covers its leaves. */
    public static Row row(RandomSource random) {
        return new Row(leaves(random), dotSet(random)).fill(DotSet.EMPTY);
    }

    public static Delta delta(RandomSource random) {
        Row row = row(random);
        List<Dot> events = new ArrayList<>();
        DotSet context = row.context();
        int count = random.nextInt(3);
        for (int index = 0; index < count; index++) {
            Dot event = dot(random);
            events.add(event);
            context = context.with(event);
        }
        return new Delta(key(random), row.leaves(), context, events);
    }

    private static boolean edge(RandomSource random) {
        return random.nextInt(EDGE_ONE_IN) == 0;
    }
}
