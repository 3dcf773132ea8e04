package io.dotkv.storage;

import com.google.common.hash.HashFunction;
import com.google.common.hash.Hashing;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.PartitionId;

/**
 * Cuts the key space into partitions: a key's partition is the top bits of the first 64 bits of the 128-bit MurmurHash3
 * (x64 variant, seed 0) of its bytes, read as a little-endian number. Any client can compute it.
 *
 * @param partitions how many there are, a power of two
 */
public record Partitioning(int partitions) {
    private static final HashFunction HASH = Hashing.murmur3_128();

    public Partitioning {
        if (partitions < 1 || partitions > PartitionId.MAX_PARTITIONS || Integer.bitCount(partitions) != 1) {
            throw new IllegalArgumentException("the number of partitions is a power of two up to "
                    + PartitionId.MAX_PARTITIONS + ", not " + partitions);
        }
    }

    public PartitionId partitionOf(Key key) {
        if (partitions == 1) {
            return new PartitionId(0);
        }
        long hash = HASH.hashBytes(key.bytes().array()).asLong();
        return new PartitionId((int) (hash >>> (64 - Integer.numberOfTrailingZeros(partitions))));
    }
}
