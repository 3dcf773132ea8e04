package io.dotkv.cluster.register.paxos;

import java.util.Comparator;

/**
 * The number of an attempt to change the register. The life makes it unique: it is drawn at random by each process, so
 * that no ballot is used twice, whatever a proposer has forgotten.
 *
 * @param round raised above every round that the proposer has seen
 * @param life 64 random bits of the proposer's process
 */
public record Ballot(long round, long life) implements Comparable<Ballot> {
    /** The ballot of the first value, lower than that of any proposer. */
    public static final Ballot ZERO = new Ballot(0, 0);

    private static final Comparator<Ballot> ORDER =
            Comparator.comparingLong(Ballot::round).thenComparingLong(Ballot::life);

    public Ballot {
        if (round < 0) {
            throw new IllegalArgumentException("the round of a ballot is 0 or more, not " + round);
        }
    }

    @Override
    public int compareTo(Ballot other) {
        return ORDER.compare(this, other);
    }

    static Ballot max(Ballot one, Ballot other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    @Override
    public String toString() {
        return round + "/" + Long.toHexString(life);
    }
}
