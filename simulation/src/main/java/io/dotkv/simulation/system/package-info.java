/** The shell of the simulation: the one place where a run meets threads and real time. */
@NullMarked
package io.dotkv.simulation.system;

import org.jspecify.annotations.NullMarked;
