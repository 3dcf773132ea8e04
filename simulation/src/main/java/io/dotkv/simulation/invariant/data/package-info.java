/** What must hold of the keys and values of a run. */
@NullMarked
package io.dotkv.simulation.invariant.data;

import org.jspecify.annotations.NullMarked;
