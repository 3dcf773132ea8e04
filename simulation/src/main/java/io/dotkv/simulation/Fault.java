package io.dotkv.simulation;

/** What can go wrong in a run, beside the weather of its network. */
enum Fault {
    /** A process is ended at once. */
    KILL,
    /** A process dies at one of its next writes to the disk. */
    DEATH_AT_WRITE,
    /** A node is stopped in good order. */
    STOP,
    /** A process does nothing for a while. */
    PAUSE,
    /** The nodes are divided into two parts that do not hear each other. */
    PARTITION,
    /** One node is heard by the others and hears nothing, or the other way round. */
    DEAF_OR_MUTE,
    /** The way between two nodes is cut and mended again and again. */
    FLAPPING,
    /** The connections between two nodes break. */
    RESET,
    /** The wall clock of a node is set. */
    CLOCK_JUMP,
    /** A disk is slow for a while. */
    SLOW_DISK,
    /** Writes to a disk fail for a while. */
    FAILING_DISK,
    /** A disk is full for a while. */
    FULL_DISK,
    /** A machine loses power, and with it what was not synced. */
    POWER_LOSS,
    /** A disk is replaced by an empty one. */
    LOST_DISK,
    /** A disk comes back as it was some time ago, or the engine's files alone do. */
    OLD_DISK,
    /** A member is told to leave for good. */
    LEAVE,
    /** A member is stopped, and removed by another. */
    REMOVE;

    /** Whether what a disk was told to keep may be gone afterwards. */
    boolean losesData() {
        return this == POWER_LOSS || this == LOST_DISK || this == OLD_DISK;
    }

    /** Whether a member goes for good. */
    boolean takesMembersOut() {
        return this == LEAVE || this == REMOVE;
    }
}
