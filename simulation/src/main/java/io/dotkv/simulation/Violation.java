package io.dotkv.simulation;

/**
 * Something that must hold and did not.
 *
 * @param invariant the name of its class
 * @param sentence what must hold
 * @param how what happened instead
 */
public record Violation(String invariant, String sentence, String how) {
    @Override
    public String toString() {
        return invariant + ": " + sentence + " But " + how + ".";
    }
}
