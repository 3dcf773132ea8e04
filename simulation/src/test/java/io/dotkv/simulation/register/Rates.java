package io.dotkv.simulation.register;

import io.dotkv.kernel.ports.RandomSource;

/**
 * How often what goes wrong in one run, drawn from its seed: many runs have only some of the faults, so that one does
 * not hide what another would show. Rates are per thousand.
 *
 * @param loss of messages
 * @param repeats of messages
 * @param mostDelayMillis of a message
 * @param cuts of one direction between two nodes, at each event of the world
 * @param crashes before each durable write, after it, and before each accept that a proposer sends
 * @param lostDisks of restarts
 * @param oldCopies of restarts, where the disk is as it was at some earlier write
 * @param acceptorChanges of the clients' wishes
 */
record Rates(
        int loss,
        int repeats,
        int mostDelayMillis,
        int cuts,
        int crashes,
        int lostDisks,
        int oldCopies,
        int acceptorChanges) {
    static Rates draw(RandomSource random) {
        return new Rates(
                random.nextInt(4) * 80,
                random.nextInt(2) * 60,
                random.nextInt(4) == 0 ? 400 : 25,
                random.nextInt(2) * 150,
                random.nextInt(4) * 20,
                random.nextInt(3) == 0 ? 300 : 0,
                random.nextInt(2) * 700,
                random.nextInt(3) * 450);
    }

    /** Nothing goes wrong any more. */
    Rates healed() {
        return new Rates(0, 0, 25, 0, 0, 0, 0, 0);
    }
}
