package io.dotkv.kernel;

/** One of the fixed slices of the key space, numbered from 0. */
public record PartitionId(int number) implements Comparable<PartitionId> {
    /** The largest number of partitions a cluster can have. */
    public static final int MAX_PARTITIONS = 65_536;

    public PartitionId {
        if (number < 0 || number >= MAX_PARTITIONS) {
            throw new IllegalArgumentException("no such partition: " + number);
        }
    }

    @Override
    public int compareTo(PartitionId other) {
        return Integer.compare(number, other.number);
    }

    @Override
    public String toString() {
        return Integer.toString(number);
    }
}
