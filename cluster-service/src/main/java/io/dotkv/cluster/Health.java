package io.dotkv.cluster;

/** What a member is believed to be doing. In ascending order of badness: at equal incarnation the worse one wins. */
public enum Health {
    /** It answers probes. */
    ALIVE,
    /** It missed probes and will be declared dead unless it refutes. */
    SUSPECT,
    /** It was declared dead; it may come back at any time. */
    DEAD,
    /** It left on its own wish. */
    LEFT
}
