package io.dotkv.launcher.node;

import io.dotkv.kernel.NodeId;
import io.dotkv.launcher.node.limits.MemoryPlan;
import io.dotkv.replication.ports.ScrubSettings;
import io.dotkv.storage.grpc.codec.ProcessInfo;
import io.dotkv.storage.local.StorageSettings;
import io.dotkv.storage.rocksdb.RocksSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What one process is to be.
 *
 * @param services the layers that run in it
 * @param name the node's name
 * @param listen where all of them listen
 * @param advertise where other nodes reach them
 * @param data the folder for everything durable
 * @param seeds {@code host:port} of nodes to join through
 * @param expect how many nodes must meet to form a cluster
 * @param remote addresses of layers that run elsewhere
 * @param storage how the storage works
 * @param requests limits of requests
 * @param wireCompression how messages to other nodes are compressed
 * @param scrub how the replicas of the node are scrubbed in the background
 * @param memory how the memory is divided
 * @param parentPid the process to end with
 */
record NodeSettings(
        Set<Service> services,
        NodeId name,
        HostPort listen,
        HostPort advertise,
        Path data,
        List<String> seeds,
        int expect,
        Remote remote,
        StorageChoice storage,
        RequestLimits requests,
        WireCompression wireCompression,
        ScrubSettings scrub,
        MemoryPlan memory,
        OptionalLong parentPid) {
    private static final int MIN_KEY_BYTES = 8 << 20;
    private static final int BESIDE_LARGEST_VALUE = 4 << 20;

    NodeSettings {
        services = Set.copyOf(services);
        seeds = List.copyOf(seeds);
    }

    /** The file in a data folder that tells whose storage it holds. */
    static Path identityIn(Path data) {
        return data.resolve("storage").resolve("identity");
    }

    /** What the process tells of itself, so that operators see where nodes differ. */
    ProcessInfo facts() {
        String version = NodeSettings.class.getPackage().getImplementationVersion();
        SortedMap<String, String> shared = new TreeMap<>();
        shared.put("engine", storage.engine().toString());
        shared.put("durability", storage.durability().name().toLowerCase(Locale.ROOT));
        shared.put("compression", storage.compression().name().toLowerCase(Locale.ROOT));
        shared.put("max-siblings", Integer.toString(storage.maxSiblings()));
        if (runs(Service.REPLICATION)) {
            shared.put("max-value-bytes", Integer.toString(requests.maxValueBytes()));
            shared.put(
                    "default-deadline-ms",
                    Long.toString(requests.defaultDeadline().toMillis()));
            shared.put("max-deadline-ms", Long.toString(requests.maxDeadline().toMillis()));
        }
        return new ProcessInfo(version == null ? "" : version, shared);
    }

    boolean runs(Service service) {
        return services.contains(service);
    }

    /** The bytes that a key may hold: a value of the largest size, and others beside it. */
    int maxKeyBytes() {
        return Math.max(MIN_KEY_BYTES, requests.maxValueBytes() + BESIDE_LARGEST_VALUE);
    }

    /** Addresses of layers of this node that run in other processes. */
    record Remote(Optional<HostPort> storage, Optional<HostPort> gossip, Optional<HostPort> cluster) {}

    /** Whether the storage keeps its data on disk or in memory. */
    enum EngineKind {
        ROCKSDB,
        MEMORY;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * How the storage works.
     *
     * @param acceptsCopy whether the data folder, if it is a copy, is known to be the newest there is
     * @param maxSiblings how many concurrent values a key may have
     */
    record StorageChoice(
            EngineKind engine,
            StorageSettings.Durability durability,
            RocksSettings.Compression compression,
            boolean acceptsCopy,
            int maxSiblings) {}

    /** Limits of requests: of the value, and of the time a request gets when its client names none, and at most. */
    record RequestLimits(int maxValueBytes, Duration defaultDeadline, Duration maxDeadline) {}
}
