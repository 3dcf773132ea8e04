/**
 * Whether a history of concurrent operations can be explained by one after the other:
 * {@link io.dotkv.simulation.linearizability.Linearizability} checks
 * {@link io.dotkv.simulation.linearizability.ObservedOperation}s against a
 * {@link io.dotkv.simulation.linearizability.SequentialModel} and gives a
 * {@link io.dotkv.simulation.linearizability.LinearizabilityResult}.
 */
@NullMarked
package io.dotkv.simulation.linearizability;

import org.jspecify.annotations.NullMarked;
