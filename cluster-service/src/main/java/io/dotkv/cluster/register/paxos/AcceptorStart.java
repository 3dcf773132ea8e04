package io.dotkv.cluster.register.paxos;

import java.util.Comparator;

/**
 * One start of an acceptor's process. What an acceptor said in an earlier start than the newest known counts no more:
 * it may have forgotten it since.
 *
 * @param number counts the starts of a disk; durable before it is used
 * @param life 64 random bits, which tell apart two starts of one number, as a disk that was put back from a copy has
 *     them
 */
public record AcceptorStart(long number, long life) implements Comparable<AcceptorStart> {
    /** That of an instance that is new, the same for all. */
    static final AcceptorStart FIRST = new AcceptorStart(1, 0);

    private static final Comparator<AcceptorStart> ORDER =
            Comparator.comparingLong(AcceptorStart::number).thenComparingLong(AcceptorStart::life);

    public AcceptorStart {
        if (number < 1) {
            throw new IllegalArgumentException("starts are counted from 1, not " + number);
        }
    }

    @Override
    public int compareTo(AcceptorStart other) {
        return ORDER.compare(this, other);
    }

    static AcceptorStart max(AcceptorStart one, AcceptorStart other) {
        return one.compareTo(other) >= 0 ? one : other;
    }
}
