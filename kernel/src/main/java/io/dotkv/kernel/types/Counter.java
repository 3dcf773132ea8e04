package io.dotkv.kernel.types;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.encoding.ByteReader;
import io.dotkv.kernel.encoding.ByteWriter;
import io.dotkv.kernel.encoding.MalformedException;
import java.math.BigInteger;
import java.util.List;

/**
 * A counter: each actor that took part has one leaf with the sum of its own amounts, and the value is the sum over
 * actors.
 *
 * <p>An actor's leaf covers all dots that the actor took before, not only the one it replaces: a replica that missed an
 * increment in between would otherwise count the amounts before it twice.
 *
 * <p>A reset removes the leaves that it sees. An increment concurrent with it writes the actor's whole sum anew, so all
 * of that sum survives the reset.
 */
final class Counter {
    private static final BigInteger MAX = BigInteger.valueOf(Long.MAX_VALUE);
    private static final BigInteger MIN = BigInteger.valueOf(Long.MIN_VALUE);

    private Counter() {}

    static void increase(Draft draft, Place place, long amount) throws ImpossibleChangeException {
        Bytes path = place.path();
        ExactContext.Part own =
                leaf -> leaf.path().equals(path) && leaf.dot().actor().equals(draft.actor());
        long sum = amount;
        for (Leaf leaf : draft.leaves(own)) {
            sum = add(sum, leaf);
        }
        draft.write(path, encode(sum), ExactContext.own(own));
    }

    private static long add(long amount, Leaf leaf) throws ImpossibleChangeException {
        try {
            return Math.addExact(amount, decode(leaf.payload()));
        } catch (ArithmeticException e) {
            throw new ImpossibleChangeException("the counter would leave the range of 64 bits");
        } catch (MalformedException e) {
            throw new ImpossibleChangeException("the counter is not readable: " + e.getMessage());
        }
    }

    /** The sum, at most the largest and at least the smallest number of 64 bits. */
    static long value(List<Leaf> leaves) throws MalformedException {
        BigInteger sum = BigInteger.ZERO;
        for (Leaf leaf : leaves) {
            sum = sum.add(BigInteger.valueOf(decode(leaf.payload())));
        }
        return sum.min(MAX).max(MIN).longValueExact();
    }

    /** Zigzag varint: small amounts of either sign take few bytes. */
    private static Bytes encode(long sum) {
        ByteWriter writer = new ByteWriter(10);
        writer.writeVarint((sum << 1) ^ (sum >> 63));
        return Bytes.wrap(writer.toByteArray());
    }

    private static long decode(Bytes payload) throws MalformedException {
        ByteReader reader = new ByteReader(payload.array());
        long zigzag = reader.readVarint();
        reader.expectEnd();
        return (zigzag >>> 1) ^ -(zigzag & 1);
    }
}
