package io.dotkv.cluster.layout;

import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.PartitionId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

/** A {@link Layout} that names members by their numbers, which is how it is agreed on and stored. Immutable. */
public final class NumberedLayout {
    private final long version;
    private final int[][] replicaSets;
    private final int highestNumber;

    /**
     * @param replicaSets for each partition the numbers of its holders; not copied, and changed by nobody from now on
     */
    public NumberedLayout(long version, int[][] replicaSets) {
        if (version < 1) {
            throw new IllegalArgumentException("the version of a layout is 1 or more, not " + version);
        }
        if (Integer.bitCount(replicaSets.length) != 1 || replicaSets.length > PartitionId.MAX_PARTITIONS) {
            throw new IllegalArgumentException("the number of partitions is a power of two up to "
                    + PartitionId.MAX_PARTITIONS + ", not " + replicaSets.length);
        }
        for (int[] set : replicaSets) {
            if (set.length < 1
                    || set.length > Formation.MAX_REPLICAS
                    || Arrays.stream(set).anyMatch(n -> n < 1)) {
                throw new IllegalArgumentException("a partition has 1 to " + Formation.MAX_REPLICAS
                        + " replicas on numbered members, not " + Arrays.toString(set));
            }
        }
        this.version = version;
        this.replicaSets = replicaSets;
        this.highestNumber = numbers().max().orElseThrow();
    }

    /** The same layout by numbers. */
    public static NumberedLayout of(Layout layout, ToIntFunction<NodeId> numberOf) {
        int[][] sets = new int[layout.partitions()][];
        for (int partition = 0; partition < sets.length; partition++) {
            sets[partition] = layout.replicaSets().get(partition).stream()
                    .mapToInt(numberOf)
                    .toArray();
        }
        return new NumberedLayout(layout.version(), sets);
    }

    /** The same layout by names. */
    public Layout named(IntFunction<NodeId> nameOf) {
        List<List<NodeId>> sets = new ArrayList<>(replicaSets.length);
        for (int[] set : replicaSets) {
            sets.add(Arrays.stream(set).mapToObj(nameOf).toList());
        }
        return new Layout(version, sets);
    }

    /** The placement number, from 1. */
    public long version() {
        return version;
    }

    public int partitions() {
        return replicaSets.length;
    }

    /** The numbers of the members that hold a partition, not to be changed. */
    public int[] replicasOf(int partition) {
        return replicaSets[partition];
    }

    /** The numbers of all members that hold anything, each once. */
    public IntStream numbers() {
        return Arrays.stream(replicaSets).flatMapToInt(Arrays::stream).distinct();
    }

    /** The highest of them. */
    public int highestNumber() {
        return highestNumber;
    }

    @Override
    public boolean equals(Object other) {
        return other == this
                || (other instanceof NumberedLayout layout
                        && version == layout.version
                        && Arrays.deepEquals(replicaSets, layout.replicaSets));
    }

    @Override
    public int hashCode() {
        return Long.hashCode(version) * 31 + replicaSets.length;
    }

    @Override
    public String toString() {
        return "layout " + version + " of " + replicaSets.length + " partitions";
    }
}
