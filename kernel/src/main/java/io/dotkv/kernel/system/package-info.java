/**
 * The ports of the kernel as a running process has them: {@link io.dotkv.kernel.system.SystemClock},
 * {@link io.dotkv.kernel.system.ThreadScheduler} and {@link io.dotkv.kernel.system.DurableFile}. Core code never uses
 * them; the launcher hands them in.
 */
@NullMarked
package io.dotkv.kernel.system;

import org.jspecify.annotations.NullMarked;
