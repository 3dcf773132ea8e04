package io.dotkv.launcher.node;

import io.dotkv.kernel.NodeId;
import io.dotkv.launcher.client.Authority;
import io.dotkv.launcher.node.limits.MemoryOptions;
import io.dotkv.replication.ports.ScrubSettings;
import io.dotkv.storage.engine.EngineException;
import io.dotkv.storage.identity.FileIdentityStore;
import io.dotkv.storage.identity.Identity;
import io.dotkv.storage.local.StorageSettings;
import io.dotkv.storage.rocksdb.RocksSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code dotkv node}: runs layers of one node until it is told to stop. */
@Command(
        name = "node",
        description = {
            "Runs a node with all layers, or some of them.",
            "Without options it is a single-node database that listens on localhost:3001 and stores its "
                    + "data in ./dotkv-data."
        },
        footer = {
            "",
            "Every option can come from the environment (--data from DOTKV_DATA) and from a file of options, one to a",
            "line: dotkv node @FILE. The command line takes precedence over the environment; the last "
                    + "occurrence wins."
        })
public final class NodeCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(NodeCommand.class);
    private static final int MIB = 1 << 20;
    private static final int MAX_SIBLINGS = 10_000;
    private static final int MAX_VALUE_BYTES = 16 * MIB;

    @Spec
    private CommandSpec command = CommandSpec.create();

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "Node name, unique in the cluster, never reused. Default: the name stored in --data, "
                    + "or n<port>.")
    private @Nullable String name;

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            defaultValue = "localhost:3001",
            converter = HostPort.Converter.class,
            description = "Listen address of all layers: a host name, an IP address, or *, 0.0.0.0 or [::] for "
                    + "all interfaces. Default: ${DEFAULT-VALUE}.")
    private HostPort listen = new HostPort("localhost", 3001);

    @Option(
            names = "--advertise",
            paramLabel = "HOST:PORT",
            converter = HostPort.Reachable.class,
            description = "Address under which other nodes reach this node. Default: the listen address.")
    private @Nullable HostPort advertise;

    @Option(
            names = "--data",
            paramLabel = "FOLDER",
            defaultValue = "dotkv-data",
            description = "Data folder. Default: ./${DEFAULT-VALUE}.")
    private Path data = Path.of("dotkv-data");

    @Option(
            names = "--seeds",
            split = ",",
            paramLabel = "HOST:PORT",
            description = "Nodes to join through. One that answers is enough; the node itself may be listed.")
    private List<String> seeds = List.of();

    @Option(
            names = "--expect",
            paramLabel = "NODES",
            description = "Number of nodes that form the cluster; the same on every node. Default: 1 without seeds.")
    private @Nullable Integer expect;

    @Mixin
    private LayerOptions layers = new LayerOptions();

    @Option(
            names = "--engine",
            paramLabel = "ENGINE",
            defaultValue = "rocksdb",
            description = "Storage engine: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}. memory loses "
                    + "all data when the process ends.")
    private NodeSettings.EngineKind engine = NodeSettings.EngineKind.ROCKSDB;

    @Option(
            names = "--durability",
            paramLabel = "WHEN",
            defaultValue = "sync",
            description = "When a write is acknowledged: sync, after it is on disk; periodic, before that, so "
                    + "that a power loss may lose the last second. Default: ${DEFAULT-VALUE}.")
    private StorageSettings.Durability durability = StorageSettings.Durability.SYNC;

    @Option(
            names = "--compression",
            paramLabel = "METHOD",
            defaultValue = "lz4",
            description = "Compression of data on disk: none, lz4, zstd. Default: ${DEFAULT-VALUE}.")
    private RocksSettings.Compression compression = RocksSettings.Compression.LZ4;

    @Option(
            names = "--wire-compression",
            paramLabel = "METHOD",
            defaultValue = "none",
            description = "Compression of messages to other nodes: ${COMPLETION-CANDIDATES}. Costs CPU; useful "
                    + "on slow networks. Default: ${DEFAULT-VALUE}.")
    private WireCompression wireCompression = WireCompression.NONE;

    @Mixin
    private MemoryOptions memory = new MemoryOptions();

    @Option(
            names = "--accept-copy",
            description = "Accept a copied data folder as current: it was copied while the node was stopped, "
                    + "and nothing newer exists. For one start. Otherwise a copy catches up from the other "
                    + "nodes before it votes.")
    private boolean acceptCopy;

    @Option(
            names = "--max-value-bytes",
            paramLabel = "BYTES",
            defaultValue = "1048576",
            description = "Maximum value size in bytes, up to 16777216. Default: ${DEFAULT-VALUE}.")
    private int maxValueBytes = MIB;

    @Option(
            names = "--max-siblings",
            paramLabel = "COUNT",
            defaultValue = "100",
            description = "Maximum number of siblings per key, up to 10000; a put that would add another is "
                    + "refused. Default: ${DEFAULT-VALUE}.")
    private int maxSiblings = 100;

    @Option(
            names = "--default-deadline-ms",
            paramLabel = "MS",
            defaultValue = "5000",
            description = "Deadline of requests that have none. Default: ${DEFAULT-VALUE}.")
    private int defaultDeadlineMillis = 5000;

    @Option(
            names = "--max-deadline-ms",
            paramLabel = "MS",
            defaultValue = "60000",
            description = "Maximum deadline of a request. Default: ${DEFAULT-VALUE}.")
    private int maxDeadlineMillis = 60_000;

    @Option(
            names = "--scrub-period-hours",
            paramLabel = "HOURS",
            defaultValue = "168",
            description = "Period of the background scrub of each partition, in hours; 0 disables it. Default: "
                    + "${DEFAULT-VALUE}.")
    private int scrubPeriodHours = 168;

    @Option(
            names = "--scrub-kib-per-second",
            paramLabel = "KIB",
            defaultValue = "4096",
            description = "Read limit of the background scrub, in KiB per second. Default: ${DEFAULT-VALUE}.")
    private int scrubKibPerSecond = 4096;

    @Option(names = "--parent-pid", paramLabel = "PID", description = "Stop when this process ends.")
    private @Nullable Long parentPid;

    @Override
    public Integer call() throws IOException, InterruptedException {
        return Node.run(settings());
    }

    /** The settings that the options make, or a usage error. */
    NodeSettings settings() {
        Set<Service> running = layers.running();
        boolean member = running.contains(Service.CLUSTER);
        refuse(!seeds.isEmpty() && !member, "--seeds is for the process that runs the cluster layer");
        refuse(expect != null && !member, "--expect is for the process that runs the cluster layer");
        refuse(
                !seeds.isEmpty() && expect == null,
                "--seeds needs --expect, the number of nodes that form the cluster, the same on every node");
        int expected = expect == null ? 1 : expect;
        refuse(expected < 1 || expected > 1000, "--expect takes 1 to 1000 nodes, not " + expected);
        refuse(expected > 1 && seeds.isEmpty(), "--expect " + expected + " needs --seeds: where are the other nodes?");
        seeds.forEach(this::checkAddress);
        refuse(maxValueBytes < 1 || maxValueBytes > MAX_VALUE_BYTES, "--max-value-bytes takes 1 to " + MAX_VALUE_BYTES);
        refuse(maxSiblings < 1 || maxSiblings > MAX_SIBLINGS, "--max-siblings takes 1 to " + MAX_SIBLINGS);
        refuse(
                scrubPeriodHours < 0 || scrubPeriodHours > 100_000 || scrubKibPerSecond < 1,
                "--scrub-period-hours takes 0 to 100000, and --scrub-kib-per-second 1 or more");
        refuse(
                defaultDeadlineMillis < 1 || maxDeadlineMillis < defaultDeadlineMillis,
                "--default-deadline-ms takes 1 up to --max-deadline-ms");
        return new NodeSettings(
                running,
                nodeName(),
                listen,
                advertised(),
                data,
                seeds,
                expected,
                layers.remote(),
                new NodeSettings.StorageChoice(engine, durability, compression, acceptCopy, maxSiblings),
                new NodeSettings.RequestLimits(
                        maxValueBytes, Duration.ofMillis(defaultDeadlineMillis), Duration.ofMillis(maxDeadlineMillis)),
                wireCompression,
                new ScrubSettings(Duration.ofHours(scrubPeriodHours).toNanos(), scrubKibPerSecond * 1024L),
                memory.plan(maxValueBytes),
                parentPid == null ? OptionalLong.empty() : OptionalLong.of(parentPid));
    }

    private NodeId nodeName() {
        Optional<String> owner = ownerOfData();
        String chosen = name == null ? owner.orElse("n" + listen.port()) : name;
        owner.ifPresent(node -> refuse(
                !node.equals(chosen),
                "this storage belongs to node " + node + " and was assigned to node " + chosen
                        + "; omit --name, or give each node its own --data folder"));
        try {
            return new NodeId(chosen);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), "--name: " + e.getMessage());
        }
    }

    /**
     * The node whose data is in the folder: it keeps its name when it listens elsewhere. A storage whose cluster layer
     * runs elsewhere works for a node of another name than its own process, and is told so by that layer.
     */
    private Optional<String> ownerOfData() {
        boolean isWholeMember =
                layers.running().contains(Service.STORAGE) && layers.running().contains(Service.CLUSTER);
        if (!isWholeMember || engine == NodeSettings.EngineKind.MEMORY) {
            return Optional.empty();
        }
        try {
            return new FileIdentityStore(NodeSettings.identityIn(data), false)
                    .load()
                    .map(Identity::node);
        } catch (EngineException unreadable) {
            LOG.debug("the owner of the data is checked again when the storage starts", unreadable);
            return Optional.empty();
        }
    }

    private HostPort advertised() {
        if (advertise != null) {
            return advertise;
        }
        refuse(
                listen.isWildcard() && !seeds.isEmpty(),
                "--listen " + listen + " needs --advertise, the address under which other nodes reach this node");
        refuse(
                listen.port() == 0 && !seeds.isEmpty(),
                "--listen " + listen + " lets the system choose a port that other nodes cannot know; choose a port");
        return listen.isWildcard() ? new HostPort("localhost", listen.port()) : listen;
    }

    private void checkAddress(String seed) {
        try {
            var _ = Authority.parse(seed).reachable();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), "--seeds: " + e.getMessage());
        }
    }

    private void refuse(boolean wrong, String sentence) {
        if (wrong) {
            throw new ParameterException(command.commandLine(), sentence);
        }
    }
}
