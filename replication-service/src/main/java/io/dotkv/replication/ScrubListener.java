package io.dotkv.replication;

/** Whoever ordered a scrub and hears of it. */
@FunctionalInterface
public interface ScrubListener {
    /** Hears how far it is, several times a second; whether it is to go on. Does not block. */
    boolean heard(ScrubReport soFar);
}
