package io.dotkv.simulation.register;

/** A mistake in the register that the simulation has to find: what it is, and within how many seeds at most. */
enum PlantedFault {
    NONE(0),
    /** An acceptor does not keep its promises on disk. */
    FORGETS_PROMISES(6_000),
    /** An acceptor accepts below its promise. */
    ACCEPTS_BELOW_PROMISE(500),
    /** An acceptor answers before what it says is on disk. */
    ANSWERS_BEFORE_DURABLE(15_000),
    /** A node whose disk was lost goes on as the acceptor that it was. */
    LOST_DISK_KEEPS_INSTANCE(2_000),
    /** An acceptor answers after a start without having met the others. */
    OLD_COPY_ANSWERS_AT_ONCE(1_000),
    /** An acceptor meets the others after a start, and takes nothing back from them. */
    TAKES_NOTHING_BACK(1_000),
    /** A majority of the new acceptors is enough while they are being changed. */
    NEW_ACCEPTORS_ALONE(2_000),
    /** The former acceptors are dropped from a value that is not seen to be chosen. */
    DROPS_FORMER_EARLY(20_000),
    /** A proposer uses the ballots of its process before the restart again. */
    REUSES_BALLOTS(2_000),
    /** A proposer goes on from what it knew, and not from the newest value that it is told of. */
    IGNORES_NEWEST(100);

    private final int seeds;

    PlantedFault(int seeds) {
        this.seeds = seeds;
    }

    int seeds() {
        return seeds;
    }
}
