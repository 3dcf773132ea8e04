package io.dotkv.simulation.machine;

import io.dotkv.cluster.Addresses;
import io.dotkv.cluster.Cluster;
import io.dotkv.cluster.ClusterPorts;
import io.dotkv.cluster.ClusterSettings;
import io.dotkv.cluster.ClusterView;
import io.dotkv.cluster.grpc.ProtoMemberFormat;
import io.dotkv.cluster.local.LocalCluster;
import io.dotkv.gossip.GossipPorts;
import io.dotkv.gossip.GossipSettings;
import io.dotkv.gossip.LocalGossip;
import io.dotkv.kernel.Actor;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.ports.Clock;
import io.dotkv.kernel.ports.RandomSource;
import io.dotkv.replication.local.LocalReplication;
import io.dotkv.replication.ports.ReplicationPorts;
import io.dotkv.replication.ports.StorageDirectory;
import io.dotkv.storage.Storage;
import io.dotkv.storage.local.LocalStorage;
import io.dotkv.storage.local.StoragePorts;
import io.dotkv.storage.simulated.ScheduledWorkers;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What runs on a node from the start of a process to its end: all layers, put together as the launcher does it. It
 * begins on what the disk has, and is over when its {@link NodeProcess} dies.
 */
final class NodeLife {
    private final SimulatedNode node;
    private final SimulationContext context;
    private final NodeProcess endpoint;
    private final LocalStorage storage;
    private final Storage offered;
    private final LocalGossip gossip;
    private final LocalCluster cluster;
    private final Cluster seen;
    private final LocalReplication replication;
    private final long beganNanos;
    private @Nullable ClusterView view;
    private @Nullable Actor actor;

    /** @param failed is told why the process cannot go on */
    NodeLife(
            SimulatedNode node,
            SimulationContext context,
            NodeProcess endpoint,
            MountedDisk mounted,
            Consumer<Throwable> failed)
            throws IOException {
        NodeId id = node.id();
        Clock clock = node.clock();
        RandomSource random = node.random();
        this.node = node;
        this.context = context;
        this.endpoint = endpoint;
        this.beganNanos = context.time().monotonicNanos();
        this.storage = new LocalStorage(
                context.fittings().engine(id, mounted.engine()),
                mounted.identities(),
                context.profile().storage(),
                new StoragePorts(
                        clock,
                        random.fork(),
                        node.disk().machineBoot(),
                        new ScheduledWorkers(endpoint.scheduler(), node.disk()),
                        failed));
        this.offered = new ObservedStorage(context.fittings().storage(id, storage), node, endpoint, context);
        PeerTransports transports = new PeerTransports(context.network(), endpoint);
        this.gossip = new LocalGossip(
                GossipSettings.defaults(id.name()),
                new GossipPorts(transports, mounted.generations(), clock, endpoint.scheduler(), random.fork()));
        RandomSource secrets = random.fork();
        this.cluster = new LocalCluster(
                clusterSettings(),
                new ClusterPorts(
                        mounted.cluster(),
                        gossip,
                        context.fittings().transport(id, transports),
                        new ProtoMemberFormat(),
                        clock,
                        endpoint.scheduler(),
                        random.fork(),
                        count -> bytes(secrets, count)),
                why -> failed.accept(new DiskFault(why)));
        this.seen = context.fittings().cluster(id, cluster);
        this.replication = new LocalReplication(
                seen,
                Optional.of(offered),
                directory(),
                transports,
                new ReplicationPorts(
                        clock,
                        endpoint.scheduler(),
                        random.fork(),
                        context.profile().replication(),
                        why -> failed.accept(new IllegalStateException(why))));
        endpoint.serve(new NodeProcess.Services(
                offered,
                gossip,
                cluster,
                seen,
                new ObservedReplication(context.fittings().replication(id, replication), node, endpoint, context),
                replication,
                clock));
    }

    /** Begins to talk to others. */
    void begin() {
        var _ = seen.watch(changed -> {
            view = changed;
            changed.member(node.id()).ifPresent(self -> node.isInstance(self.instance()));
            context.viewed(node, changed);
        });
        gossip.start();
        cluster.start();
    }

    NodeProcess endpoint() {
        return endpoint;
    }

    /** The storage that it offers. */
    Storage storage() {
        return offered;
    }

    LocalCluster cluster() {
        return cluster;
    }

    LocalReplication replication() {
        return replication;
    }

    /** The newest view that it has shown. */
    Optional<ClusterView> view() {
        return Optional.ofNullable(view);
    }

    /** The storage issues dots as this actor from now on. */
    void worksAs(Actor assumed) {
        actor = assumed;
        context.assumed(endpoint, assumed);
    }

    /** Whether its storage issues dots. */
    boolean hasActor() {
        return actor != null;
    }

    /** For how long it has run. */
    long ageNanos() {
        return context.time().monotonicNanos() - beganNanos;
    }

    /** Closes all layers, as in a graceful end. */
    void close() {
        replication.close();
        gossip.close();
        storage.close();
    }

    private ClusterSettings clusterSettings() {
        Addresses addresses = new Addresses(
                Optional.of(node.host().address()),
                Optional.of(node.host().address()),
                Optional.of(node.host().address()),
                Optional.of(node.host().address()));
        ClusterSettings defaults = ClusterSettings.defaults(
                node.id(), addresses, context.seeds(), context.profile().nodes());
        return new ClusterSettings(
                defaults.self(),
                defaults.addresses(),
                defaults.seeds(),
                defaults.expect(),
                defaults.tickNanos(),
                defaults.probeIntervalNanos(),
                defaults.probeTimeoutNanos(),
                defaults.helpers(),
                defaults.suspicionNanos(),
                defaults.lifeguard(),
                defaults.exchangeIntervalNanos(),
                defaults.exchangeTimeoutNanos(),
                defaults.reconnectNanos(),
                defaults.forgetNanos(),
                context.profile().partitions(),
                context.profile().replicas());
    }

    private static byte[] bytes(RandomSource random, int count) {
        byte[] bytes = new byte[count];
        for (int at = 0; at < count; at++) {
            bytes[at] = (byte) random.nextInt(256);
        }
        return bytes;
    }

    private StorageDirectory directory() {
        Map<NodeId, Storage> storages = new TreeMap<>();
        return member -> Optional.of(storages.computeIfAbsent(
                member.node(),
                id -> new SimulatedStorage(
                        context.network(), endpoint, context.node(id).host())));
    }
}
