package io.dotkv.storage.replica;

import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.types.ImpossibleChangeException;
import java.util.List;

/**
 * How large an update may leave a key. What comes from other replicas is taken whatever its size.
 *
 * @param leaves at most so many
 * @param leafBytes of their paths and payloads together
 */
public record KeyLimits(int leaves, int leafBytes) {
    /** Refuses an update that makes a key grow beyond a limit; one that makes it smaller is always allowed. */
    void check(List<Leaf> before, List<Leaf> after) throws ImpossibleChangeException {
        int count = after.size();
        if (count > leaves && count > before.size()) {
            throw new ImpossibleChangeException("the key would have " + count
                    + " elements, fields and shares, and may have " + leaves + ". Remove some, or use several keys");
        }
        long size = sizeOf(after);
        if (size > leafBytes && size > sizeOf(before)) {
            throw new ImpossibleChangeException("the key would have " + size + " bytes, and may have " + leafBytes
                    + ". Remove something, or use several keys");
        }
    }

    private static long sizeOf(List<Leaf> leaves) {
        long size = 0;
        for (Leaf leaf : leaves) {
            size += leaf.path().length() + leaf.payload().length();
        }
        return size;
    }
}
