package io.dotkv.storage.replica;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.types.ImpossibleChangeException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How large a put or an update may leave a key. What comes from other replicas is taken whatever its size, since
 * replicas that refuse it would never become equal: so a key may have up to as many times its limit as it has replicas.
 * What makes a key that is over its limit no larger is always allowed.
 *
 * @param siblings concurrent values at most. Default 100
 * @param leaves values, elements, fields and shares at most. Default 10,000
 * @param leafBytes of their paths and payloads together. Default 8 MiB
 */
public record KeyLimits(int siblings, int leaves, int leafBytes) {
    public static final KeyLimits DEFAULT = new KeyLimits(100, 10_000, 8 << 20);

    private static final String RESOLVE =
            "Read it, merge the values and put the result with the context of that read, or delete the key";

    public KeyLimits withSiblings(int most) {
        return new KeyLimits(most, leaves, leafBytes);
    }

    public KeyLimits withLeafBytes(int most) {
        return new KeyLimits(siblings, leaves, most);
    }

    /** Why a put is refused that replaces what the context covers; null when it is not. */
    @Nullable
    String refusalOfPut(List<Leaf> before, DotSet context, Bytes payload) {
        int values = 1;
        int replaced = 0;
        long bytes = payload.length();
        for (Leaf leaf : before) {
            boolean isPlain = leaf.path().isEmpty();
            if (isPlain && context.contains(leaf.dot())) {
                replaced++;
            } else {
                values += isPlain ? 1 : 0;
                bytes += leaf.sizeBytes();
            }
        }
        if (values > siblings && replaced == 0) {
            return "the key has " + (values - 1) + " concurrent values, and the limit is " + siblings + ". " + RESOLVE;
        }
        return bytes > leafBytes && bytes > Leaf.sizeBytes(before)
                ? "the key would have " + values + " concurrent values of " + bytes
                        + " bytes in total, and the limit is " + leafBytes + " bytes. " + RESOLVE
                : null;
    }

    /** Refuses an update that makes a key grow beyond a limit; one that makes it smaller is always allowed. */
    void check(List<Leaf> before, List<Leaf> after) throws ImpossibleChangeException {
        int count = after.size();
        if (count > leaves && count > before.size()) {
            throw new ImpossibleChangeException(
                    "the key would have " + count + " elements, fields and shares, and the limit is " + leaves
                            + ". Remove some, or use several keys");
        }
        long size = Leaf.sizeBytes(after);
        if (size > leafBytes && size > Leaf.sizeBytes(before)) {
            throw new ImpossibleChangeException("the key would have " + size + " bytes, and the limit is " + leafBytes
                    + ". Remove something, or use several keys");
        }
    }
}
