package io.dotkv.kernel;

import java.util.List;

/**
 * All that was agreed on about former boots.
 *
 * @param version of the agreement that it is taken from; what was learned from a newer one holds against it
 * @param nodes the nodes of which boots are closed or being closed
 */
public record Retirements(long version, List<Retirement> nodes) {
    /** Nothing was agreed on. */
    public static final Retirements NONE = new Retirements(0, List.of());

    public Retirements {
        nodes = List.copyOf(nodes);
    }
}
