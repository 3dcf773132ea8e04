package io.dotkv.simulation;

/** When faults have ended, every member gets its boot, whoever is a member no more stops, and all that was asked for is done. */
final class NodesAreReady implements Invariant {
    @Override
    public String sentence() {
        return "In the end all members work with a boot, and nobody else works.";
    }

    @Override
    public void rested(Rest rest, Verdict verdict) {
        rest.unready().forEach(verdict::violated);
    }
}
