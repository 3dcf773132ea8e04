/**
 * What a storage stands on, as a simulation has it: {@link io.dotkv.storage.simulated.ScheduledWorkers} do its work on
 * virtual time, and a {@link io.dotkv.storage.simulated.CrashingEngine} forgets in a crash what it may.
 */
@NullMarked
package io.dotkv.storage.simulated;

import org.jspecify.annotations.NullMarked;
