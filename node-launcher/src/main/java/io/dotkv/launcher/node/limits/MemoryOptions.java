package io.dotkv.launcher.node.limits;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How much memory a node takes, and for what. */
public final class MemoryOptions {
    private static final int MIB = 1 << 20;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command = CommandSpec.create();

    @Option(
            names = "--memory-mib",
            paramLabel = "MIB",
            description = "Memory limit of the process in MiB, heap included; at least 512, more with larger "
                    + "values. Default: the container's limit or a quarter of the machine, at most 1024.")
    private @Nullable Integer memoryMib;

    @Option(
            names = "--block-cache-mib",
            paramLabel = "MIB",
            description = "Part of it for the block cache, in MiB. Default: the remainder.")
    private @Nullable Integer blockCacheMib;

    @Option(
            names = "--memtable-mib",
            paramLabel = "MIB",
            description = "Part of it for write buffers (memtables), in MiB. Default: a twelfth, at most " + "256.")
    private @Nullable Integer memtableMib;

    /** The plan that the options make, or a usage error when the parts do not fit. */
    public MemoryPlan plan(int maxValueBytes) {
        MemoryPlan.Wishes wishes = new MemoryPlan.Wishes(
                bytes("--memory-mib", memoryMib),
                bytes("--block-cache-mib", blockCacheMib),
                bytes("--memtable-mib", memtableMib));
        try {
            return MemoryPlan.of(
                    wishes,
                    OwnMemory.usual(),
                    OwnMemory.total(),
                    Runtime.getRuntime().maxMemory(),
                    maxValueBytes);
        } catch (MemoryPlan.TooSmallException e) {
            throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()));
        }
    }

    private Optional<Long> bytes(String option, @Nullable Integer mib) {
        if (mib != null && mib < 1) {
            throw new ParameterException(command.commandLine(), option + " takes 1 or more");
        }
        return Optional.ofNullable(mib).map(given -> (long) given * MIB);
    }
}
