package io.dotkv.launcher.node;

import io.dotkv.cluster.Addresses;
import io.dotkv.cluster.Cluster;
import io.dotkv.cluster.ClusterPorts;
import io.dotkv.cluster.ClusterSettings;
import io.dotkv.cluster.grpc.ClusterGrpcService;
import io.dotkv.cluster.grpc.GrpcClusterTransport;
import io.dotkv.cluster.grpc.ProtoMemberFormat;
import io.dotkv.cluster.grpc.RemoteCluster;
import io.dotkv.cluster.local.LocalCluster;
import io.dotkv.cluster.system.FileClusterStore;
import io.dotkv.gossip.Gossip;
import io.dotkv.gossip.GossipPorts;
import io.dotkv.gossip.GossipSettings;
import io.dotkv.gossip.LocalGossip;
import io.dotkv.gossip.grpc.GossipGrpcService;
import io.dotkv.gossip.grpc.GrpcGossipTransport;
import io.dotkv.gossip.grpc.RemoteGossip;
import io.dotkv.gossip.system.FileGenerationStore;
import io.dotkv.launcher.connection.FileLimits;
import io.dotkv.launcher.node.limits.MemoryPlan;
import io.dotkv.replication.grpc.CoordinatorHeader;
import io.dotkv.replication.grpc.GrpcPullPrompt;
import io.dotkv.replication.grpc.ReplicationGrpcService;
import io.dotkv.replication.grpc.ReplicationGrpcSettings;
import io.dotkv.replication.grpc.codec.RequestIds;
import io.dotkv.replication.local.LocalReplication;
import io.dotkv.replication.ports.ReplicationPorts;
import io.dotkv.replication.ports.ReplicationSettings;
import io.dotkv.storage.Storage;
import io.dotkv.storage.engine.Engine;
import io.dotkv.storage.engine.MemoryEngine;
import io.dotkv.storage.grpc.StorageGrpcService;
import io.dotkv.storage.grpc.exchange.ExchangeSettings;
import io.dotkv.storage.grpc.exchange.MemoryQuotas;
import io.dotkv.storage.identity.FileIdentityStore;
import io.dotkv.storage.identity.IdentityStore;
import io.dotkv.storage.identity.MemoryIdentityStore;
import io.dotkv.storage.local.LocalStorage;
import io.dotkv.storage.local.StoragePorts;
import io.dotkv.storage.local.StorageSettings;
import io.dotkv.storage.rocksdb.RocksEngine;
import io.dotkv.storage.rocksdb.RocksSettings;
import io.dotkv.storage.system.ThreadWorkers;
import io.grpc.BindableService;
import io.grpc.ServerInterceptors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The layers of one process, wired by their constructors from the ground up. A layer that another one needs is the
 * local form when it runs here and its gRPC client when it runs elsewhere.
 */
final class Layers {
    private static final Logger LOG = LoggerFactory.getLogger(Layers.class);

    /* Which part of the heap each may fill: together well below the whole, since what one holds the next one holds as
     * well. */
    private static final int REQUESTS = 5;
    private static final int PER_REPLICA = 10;
    private static final int QUEUES = 10;
    private static final int STREAM = 32;
    private static final int PIPELINE_ANSWERS = 20;

    private final NodeSettings settings;
    private final Ports ports;
    private final Consumer<Throwable> fatal;
    private final ExchangeSettings exchange;
    private final PeerStorages peers;
    private final List<BindableService> services = new ArrayList<>();
    private @Nullable LocalStorage storage;
    private @Nullable LocalGossip gossip;
    private @Nullable FileClusterStore clusterStore;
    private @Nullable LocalCluster cluster;
    private @Nullable RemoteCluster remoteCluster;
    private @Nullable LocalReplication replication;

    /** @param fatal is told when the process cannot go on */
    Layers(NodeSettings settings, Ports ports, Consumer<Throwable> fatal) {
        this.settings = settings;
        this.ports = ports;
        this.fatal = fatal;
        this.exchange =
                ExchangeSettings.DEFAULT.withBytesInFlight(settings.memory().ofHeap(STREAM));
        this.peers = new PeerStorages(ports.channels(), ports::exchange, exchange);
    }

    /** Builds the layers. They answer calls, but begin nothing yet. */
    void build() throws IOException {
        if (settings.runs(Service.STORAGE)) {
            buildStorage();
        }
        if (settings.runs(Service.GOSSIP)) {
            buildGossip();
        }
        if (settings.runs(Service.CLUSTER)) {
            buildCluster();
        }
        if (settings.runs(Service.REPLICATION)) {
            buildReplication();
        }
    }

    /** Begins to work, once other nodes can call. */
    void start() {
        if (gossip != null) {
            gossip.start();
        }
        if (cluster != null) {
            cluster.start();
        }
        if (remoteCluster != null) {
            remoteCluster.start();
        }
    }

    /** The services to offer. */
    List<BindableService> services() {
        return services;
    }

    @Nullable
    LocalReplication replication() {
        return replication;
    }

    private void buildStorage() {
        NodeSettings.StorageChoice choice = settings.storage();
        Path folder = settings.data().resolve("storage");
        boolean inMemory = choice.engine() == NodeSettings.EngineKind.MEMORY;
        Engine engine = inMemory
                ? new MemoryEngine()
                : RocksEngine.open(new RocksSettings(
                        folder.resolve("rocksdb"),
                        settings.memory().blockCache(),
                        settings.memory().memtables(),
                        FileLimits.ofProcess().engineFiles(),
                        choice.compression()));
        IdentityStore identity = inMemory
                ? new MemoryIdentityStore()
                : new FileIdentityStore(NodeSettings.identityIn(settings.data()), choice.acceptsCopy());
        StorageSettings usual = StorageSettings.defaults(
                choice.durability(), Runtime.getRuntime().availableProcessors());
        LocalStorage local = new LocalStorage(
                engine,
                identity,
                usual.withKeyLimits(usual.keyLimits()
                                .withSiblings(choice.maxSiblings())
                                .withLeafBytes(settings.maxKeyBytes()))
                        .withQueueBytes(settings.memory().ofHeap(QUEUES) / usual.shards()),
                new StoragePorts(ports.clock(), ports.random(), Ports.machineBoot(), new ThreadWorkers(), fatal));
        storage = local;
        services.add(new StorageGrpcService(local, ports.exchange(), exchange, settings.facts(), memoryShares()));
    }

    private MemoryQuotas memoryShares() {
        MemoryPlan plan = settings.memory();
        return new MemoryQuotas(plan.limit(), plan.heap(), plan.blockCache(), plan.memtables(), plan.network());
    }

    private void buildGossip() throws IOException {
        LocalGossip local = new LocalGossip(
                GossipSettings.defaults(settings.name().name()),
                new GossipPorts(
                        new GrpcGossipTransport(ports.channels()::to),
                        new FileGenerationStore(settings.data()),
                        ports.clock(),
                        ports.scheduler(),
                        ports.random()));
        gossip = local;
        services.add(new GossipGrpcService(local));
    }

    private void buildCluster() throws IOException {
        Gossip news = gossip != null
                ? gossip
                : new RemoteGossip(
                        ports.channels().to(addressOf(settings.remote().gossip())), ports.scheduler(), ports.random());
        FileClusterStore store = new FileClusterStore(
                settings.data().resolve("cluster"), settings.storage().acceptsCopy());
        store.lock();
        clusterStore = store;
        LocalCluster local = new LocalCluster(
                ClusterSettings.defaults(settings.name(), addresses(), settings.seeds(), settings.expect()),
                new ClusterPorts(
                        store,
                        news,
                        new GrpcClusterTransport(ports.channels()::to, ports.resolver()),
                        new ProtoMemberFormat(),
                        ports.clock(),
                        ports.scheduler(),
                        ports.random(),
                        ports::secureBytes),
                reason -> fatal.accept(new IllegalStateException(reason)));
        cluster = local;
        services.add(new ClusterGrpcService(local, local, ports.clock()));
    }

    private void buildReplication() {
        Cluster members = cluster != null ? cluster : attach();
        Optional<Storage> own = storage != null
                ? Optional.of(storage)
                : settings.remote()
                        .storage()
                        .map(address -> peers.at(settings.name().name(), address.toString()));
        LocalReplication local = new LocalReplication(
                members,
                own,
                peers,
                new GrpcPullPrompt(ports.channels()::to),
                new ReplicationPorts(
                        ports.clock(),
                        ports.scheduler(),
                        ports.random(),
                        replicationSettings(),
                        why -> fatal.accept(new IllegalStateException(why))));
        replication = local;
        NodeSettings.RequestLimits limits = settings.requests();
        BindableService service = new ReplicationGrpcService(
                local,
                local,
                ports.clock(),
                new RequestIds(ports.random()),
                new ReplicationGrpcSettings(
                        limits.defaultDeadline().toNanos(),
                        limits.maxDeadline().toNanos(),
                        limits.maxValueBytes(),
                        ReplicationGrpcSettings.defaults().pipelineInFlight(),
                        settings.memory().ofHeap(PIPELINE_ANSWERS)));
        CoordinatorHeader header = new CoordinatorHeader(settings.name().name(), ports.clock(), ports.scheduler());
        services.add(() -> ServerInterceptors.intercept(service, header));
    }

    private Cluster attach() {
        RemoteCluster attached = new RemoteCluster(
                ports.channels().to(addressOf(settings.remote().cluster())),
                ports.clock(),
                ports.scheduler(),
                ports.random());
        remoteCluster = attached;
        return attached;
    }

    private Addresses addresses() {
        String here = settings.advertise().toString();
        return new Addresses(
                settings.runs(Service.STORAGE)
                        ? Optional.of(here)
                        : settings.remote().storage().map(HostPort::toString),
                settings.runs(Service.GOSSIP)
                        ? Optional.of(here)
                        : settings.remote().gossip().map(HostPort::toString),
                Optional.of(here),
                settings.runs(Service.REPLICATION) ? Optional.of(here) : Optional.empty());
    }

    private static String addressOf(Optional<HostPort> address) {
        return address.orElseThrow().toString();
    }

    /** Tells the other members that this node leaves. */
    void leave() {
        if (cluster != null) {
            cluster.close();
        }
    }

    /** Ends what does not depend on the network any more, from the top down. */
    void close() {
        if (replication != null) {
            replication.close();
        }
        if (remoteCluster != null) {
            remoteCluster.close();
        }
        peers.close();
        if (gossip != null) {
            gossip.close();
        }
        try {
            if (clusterStore != null) {
                clusterStore.close();
            }
        } catch (IOException e) {
            LOG.warn("the folder of the cluster layer could not be released", e);
        }
        if (storage != null) {
            storage.close();
        }
    }

    private ReplicationSettings replicationSettings() {
        ReplicationSettings defaults = ReplicationSettings.DEFAULTS;
        return defaults.with(settings.scrub())
                .with(defaults.requests().withMaxBytes(settings.memory().ofHeap(REQUESTS)))
                .with(defaults.calls().withMaxBytes(settings.memory().ofHeap(PER_REPLICA)));
    }
}
