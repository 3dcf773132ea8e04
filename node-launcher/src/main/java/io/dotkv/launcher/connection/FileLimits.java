package io.dotkv.launcher.connection;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * How the files that the process may open at a time are divided, so that connections never take those that the storage
 * needs.
 *
 * @param total how many files the process may open, {@code ulimit -n}
 */
public record FileLimits(long total) {
    /** Below this a node does not start. */
    public static final int LEAST = 192;

    private static final int MOST_ENGINE_FILES = 512;
    private static final int MOST_CONNECTIONS = 20_000;
    private static final int OWN_FILES = 128;

    /** Those of this process; without a limit where the system does not tell one. */
    public static FileLimits ofProcess() {
        return new FileLimits(
                ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                        ? unix.getMaxFileDescriptorCount()
                        : Long.MAX_VALUE);
    }

    /** Files that the storage engine keeps open, at most: a quarter of all, up to 512. */
    public int engineFiles() {
        return (int) Math.min(MOST_ENGINE_FILES, total / 4);
    }

    /**
     * Connections that are taken, at most: all but the engine's files and a reserve of an eighth, or 128; up to 20,000.
     */
    public int connections() {
        long reserve = Math.max(OWN_FILES, total / 8);
        return Math.clamp(total - engineFiles() - reserve, 1, MOST_CONNECTIONS);
    }
}
