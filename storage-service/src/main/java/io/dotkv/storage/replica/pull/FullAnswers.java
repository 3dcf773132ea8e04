package io.dotkv.storage.replica.pull;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.Key;
import io.dotkv.storage.PullMessage;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The full answers to pulls that are under way: how far each has been taken, and what follows from that.
 *
 * <p>An answer is whole when its ranges were taken from the first key to the last in order, each in this life of the
 * process: what was applied before a crash may be lost, and the ranges of two answers must not be taken for those of
 * one.
 *
 * <p>Between a range and the end, the replica does not have the sender's clock yet, but it has the sender's state of
 * every key in the range. So a value that the sender covered and that did not come with the range is dead, though
 * neither clock nor row here can tell: for a key that neither side had there is no row. If such a value came in
 * meanwhile, the clock taken at the end would keep it alive for ever.
 *
 * <p>One thread.
 */
final class FullAnswers {
    private static final int REMEMBERED = 64;

    private final Map<Long, Taken> underWay = new LinkedHashMap<>();

    /**
     * The ranges up to and including a key were taken, all of them when it is empty, from a sender that covered this.
     */
    private record Taken(Optional<Bytes> upTo, DotSet covered) {
        boolean has(Key key) {
            return upTo.isEmpty() || key.bytes().compareTo(upTo.get()) <= 0;
        }
    }

    /** A range has been joined. */
    void tookRange(long answer, PullMessage.KeyRange range) {
        Taken before = underWay.get(answer);
        Optional<Bytes> expected = before == null ? Optional.of(Bytes.EMPTY) : before.upTo;
        if (!expected.equals(Optional.of(range.after()))) {
            return;
        }
        underWay.put(answer, new Taken(range.upTo(), range.covered()));
        if (underWay.size() > REMEMBERED) {
            underWay.remove(underWay.keySet().iterator().next());
        }
    }

    /** Whether every range of the answer has been taken. It is then over, one way or the other. */
    boolean tookAll(long answer) {
        Taken taken = underWay.remove(answer);
        return taken != null && taken.upTo.isEmpty();
    }

    /** Gives all of them up: none will be whole, and nobody's clock is taken. */
    void giveUp() {
        underWay.clear();
    }

    boolean areNone() {
        return underWay.isEmpty();
    }

    /** What is covered for a key by the ranges that were taken, beyond what clock and row say. */
    DotSet covered(Key key) {
        DotSet covered = DotSet.EMPTY;
        for (Taken taken : underWay.values()) {
            if (taken.has(key)) {
                covered = covered.union(taken.covered);
            }
        }
        return covered;
    }
}
