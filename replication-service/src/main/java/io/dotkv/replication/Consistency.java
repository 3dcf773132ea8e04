package io.dotkv.replication;

/**
 * How many replicas of a key's partition must take part in a request. Counted over the replicas of the layout, never
 * over those that happen to be alive: otherwise two requests could both reach their level without a replica in common.
 */
public enum Consistency {
    /** One replica. */
    ONE,
    /** Two replicas. */
    TWO,
    /** A majority of the replicas. */
    QUORUM,
    /** All replicas. */
    ALL;

    /** The number of replicas that must take part; more than there are when the level cannot be reached at all. */
    public int required(int replicas) {
        return switch (this) {
            case ONE -> 1;
            case TWO -> 2;
            case QUORUM -> replicas / 2 + 1;
            case ALL -> replicas;
        };
    }
}
