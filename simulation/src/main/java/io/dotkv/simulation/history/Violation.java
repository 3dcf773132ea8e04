package io.dotkv.simulation.history;

/**
 * Something that must hold and did not.
 *
 * @param invariant the name of its class, or of the rule that no class watches
 * @param sentence what must hold
 * @param how what happened instead
 */
public record Violation(String invariant, String sentence, String how) {
    /** Events follow each other without end while virtual time does not go on, or one of them does not end. */
    public static Violation standsStill(String how) {
        return new Violation("TimeGoesOn", "Every event ends, and virtual time goes on.", how);
    }

    @Override
    public String toString() {
        return invariant + ": " + sentence + " But " + how + ".";
    }
}
