package io.dotkv.launcher.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.OptionalDouble;

/** How much processor time processes have used, user and system, from {@code /proc}. */
final class ProcessCpu {
    /** Linux reports in hundredths of a second to user space, whatever its own clock. */
    private static final double TICKS_PER_SECOND = 100;

    private static final int USER_TICKS = 11;
    private static final int SYSTEM_TICKS = 12;

    private ProcessCpu() {}

    /** Seconds of all these processes together; empty when one of them cannot be read. */
    static OptionalDouble seconds(Collection<Long> pids) {
        double sum = 0;
        for (long pid : pids) {
            try {
                String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
                sum += ticks(stat) / TICKS_PER_SECOND;
            } catch (IOException | RuntimeException unreadable) {
                return OptionalDouble.empty();
            }
        }
        return OptionalDouble.of(sum);
    }

    /** The name of a process, in parentheses, may hold anything; the fields are counted after it. */
    static long ticks(String stat) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return Long.parseLong(fields[USER_TICKS]) + Long.parseLong(fields[SYSTEM_TICKS]);
    }
}
