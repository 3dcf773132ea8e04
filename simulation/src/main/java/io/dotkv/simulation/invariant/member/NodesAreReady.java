package io.dotkv.simulation.invariant.member;

import io.dotkv.simulation.history.FinalState;
import io.dotkv.simulation.invariant.Invariant;

/**
 * When faults have ended, every member gets its boot, whoever is a member no more stops, and all that was asked for is
 * done.
 */
public final class NodesAreReady implements Invariant {
    @Override
    public String sentence() {
        return "In the end all members work with a boot, and nobody else works.";
    }

    @Override
    public void rested(FinalState rest, Verdict verdict) {
        rest.unready().forEach(verdict::violated);
    }
}
