/** The checker is itself checked. */
@NullMarked
package io.dotkv.simulation.linearizability;

import org.jspecify.annotations.NullMarked;
