/**
 * The ports of the kernel as a simulation has them: {@link io.dotkv.kernel.simulated.SimulatedTime} is a clock and any
 * number of schedulers on one queue, so that time only moves when told to. Randomness is {@link
 * io.dotkv.kernel.ports.SeededRandom} here as everywhere.
 */
@NullMarked
package io.dotkv.kernel.simulated;

import org.jspecify.annotations.NullMarked;
