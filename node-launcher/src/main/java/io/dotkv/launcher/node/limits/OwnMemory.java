package io.dotkv.launcher.node.limits;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The memory of this process: what there is, and giving back what it does not need any more. */
public final class OwnMemory {
    private static final Logger LOG = LoggerFactory.getLogger(OwnMemory.class);
    private static final String BY_SCRIPT = "dotkv.memoryMib";
    private static final long UNKNOWN = 1L << 40;

    /** Less than this is not worth a collection. */
    private static final long WORTH_BYTES = 32L << 20;

    private long collectionsBefore;

    /** The memory of the container, or without one of the machine. */
    public static long total() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
                ? system.getTotalMemorySize()
                : UNKNOWN;
    }

    /** What a node takes when nobody says how much: the start script has made the heap for it. */
    public static long usual() {
        long mib = Long.getLong(BY_SCRIPT, 0);
        return mib > 0 ? mib << 20 : Math.min(MemoryPlan.DEFAULT_LIMIT, total() / 4);
    }

    /**
     * Called now and then: has the heap collected and shrunk when nothing has filled it since the last call, and much
     * of it is unused. A busy node collects by itself, and would only get the memory again.
     */
    public void giveBack() {
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        long collections = collections();
        boolean isIdle = collections == collectionsBefore;
        if (isIdle && heap.getCommitted() - heap.getInit() > WORTH_BYTES) {
            ManagementFactory.getMemoryMXBean().gc();
            LOG.debug("the heap was collected while nothing happened, and had {} bytes before", heap.getCommitted());
        }
        collectionsBefore = collections();
    }

    private static long collections() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(collector -> Math.max(0, collector.getCollectionCount()))
                .sum();
    }
}
