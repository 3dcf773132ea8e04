package io.dotkv.launcher.cli.option;

import io.dotkv.proto.replication.v1.Consistency;
import java.util.Locale;

/** How many replicas must take part in a request. */
public enum ConsistencyOption {
    /** One replica. */
    ONE(Consistency.ONE),
    /** Two replicas. */
    TWO(Consistency.TWO),
    /** A majority of the replicas. */
    QUORUM(Consistency.QUORUM),
    /** All replicas. */
    ALL(Consistency.ALL);

    private final Consistency message;

    ConsistencyOption(Consistency message) {
        this.message = message;
    }

    /** The level as it travels. */
    public Consistency message() {
        return message;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
