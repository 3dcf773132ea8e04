/**
 * Whole clusters in one thread on virtual time, from one seed: the real code of all layers over a network, disks and
 * clocks that fail. The public types: {@link io.dotkv.simulation.Run} carries a seed out under
 * {@link io.dotkv.simulation.RunOptions} and gives a {@link io.dotkv.simulation.RunResult}, which has a
 * {@link io.dotkv.simulation.history.Violation} for each invariant that did not hold;
 * {@link io.dotkv.simulation.system.WatchedRun} does the same, and gives up a run that hangs;
 * {@link io.dotkv.simulation.KnownSeeds} failed once; {@link io.dotkv.simulation.machine.FaultHooks} let tests plant
 * faults.
 *
 * <p>Inside, in the order in which a run meets them: {@code RunProfile} is drawn, a {@code World} is made of
 * {@code SimulatedNode}s on a {@code SimulatedNetwork}, each with a {@code SimulatedDisk} and a {@code SimulatedClock};
 * {@code SimulatedClient}s work and a {@code Nemesis} disturbs; a {@code History} is kept, every {@code Invariant} is
 * told, and in the end a {@code FinalState} is looked at.
 */
@NullMarked
package io.dotkv.simulation;

import org.jspecify.annotations.NullMarked;
