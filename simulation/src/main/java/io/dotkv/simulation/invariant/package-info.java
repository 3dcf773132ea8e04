/**
 * What must hold in a run: {@link io.dotkv.simulation.invariant.Invariant}s, of data in {@link
 * io.dotkv.simulation.invariant.data}, of members in {@link io.dotkv.simulation.invariant.member}.
 */
@NullMarked
package io.dotkv.simulation.invariant;

import org.jspecify.annotations.NullMarked;
