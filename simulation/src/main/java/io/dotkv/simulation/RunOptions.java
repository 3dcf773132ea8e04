package io.dotkv.simulation;

import io.dotkv.simulation.machine.FaultHooks;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * What is not drawn from the seed of a run. A seed replays only under the options that it ran with.
 *
 * @param nodes how many nodes; drawn from the seed when empty
 * @param dataLoss whether disks may lose what they were told to keep: by a loss of power, by being lost, by coming back
 *     old
 * @param fittings what is put between the parts of each node
 * @param trace is told each line of the trace
 */
public record RunOptions(OptionalInt nodes, boolean dataLoss, FaultHooks fittings, Optional<Consumer<String>> trace) {
    /** Everything drawn from the seed, with all faults of network, processes and clocks. */
    public static RunOptions defaults() {
        return new RunOptions(OptionalInt.empty(), false, FaultHooks.NONE, Optional.empty());
    }

    public RunOptions withNodes(int count) {
        return new RunOptions(OptionalInt.of(count), dataLoss, fittings, trace);
    }

    public RunOptions withDataLoss() {
        return new RunOptions(nodes, true, fittings, trace);
    }

    public RunOptions withFittings(FaultHooks other) {
        return new RunOptions(nodes, dataLoss, other, trace);
    }

    public RunOptions withTrace(Consumer<String> reader) {
        return new RunOptions(nodes, dataLoss, fittings, Optional.of(reader));
    }
}
