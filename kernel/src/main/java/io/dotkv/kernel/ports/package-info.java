/**
 * The ports to time and randomness, which cores get from outside: {@link io.dotkv.kernel.ports.Clock}, {@link
 * io.dotkv.kernel.ports.Scheduler}, {@link io.dotkv.kernel.ports.RandomSource}.
 */
@NullMarked
package io.dotkv.kernel.ports;

import org.jspecify.annotations.NullMarked;
