package io.dotkv.simulation;

import io.dotkv.cluster.Addresses;
import io.dotkv.cluster.Cluster;
import io.dotkv.cluster.ClusterPorts;
import io.dotkv.cluster.ClusterSettings;
import io.dotkv.cluster.ClusterView;
import io.dotkv.cluster.LocalCluster;
import io.dotkv.cluster.grpc.ProtoMemberFormat;
import io.dotkv.gossip.GossipPorts;
import io.dotkv.gossip.GossipSettings;
import io.dotkv.gossip.LocalGossip;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.RandomSource;
import io.dotkv.kernel.simulated.SimulatedTime.SimulatedProcess;
import io.dotkv.replication.LocalReplication;
import io.dotkv.replication.StorageDirectory;
import io.dotkv.replication.Surroundings;
import io.dotkv.storage.Environment;
import io.dotkv.storage.LocalStorage;
import io.dotkv.storage.Outcome;
import io.dotkv.storage.PartitionClock;
import io.dotkv.storage.Storage;
import io.dotkv.storage.engine.EngineException;
import io.dotkv.storage.simulated.ScheduledWorkers;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One node: a machine with a disk and a clock, on which one process after the other runs all layers. Ends and starts are
 * called from outside of its processes, or by the disk at a write.
 */
final class SimulatedNode {
    private static final long DRAIN_NANOS = 5_000_000_000L;

    private final NodeId id;
    private final Host host;
    private final World world;
    private final RandomSource random;
    private final SimulatedDisk disk;
    private final SimulatedClock clock;
    private @Nullable Life life;
    private boolean stopping;

    /** What runs while a process lives. */
    private static final class Life {
        private final Endpoint endpoint;
        private final LocalStorage storage;
        private final Storage offered;
        private final LocalGossip gossip;
        private final LocalCluster cluster;
        private final Cluster seen;
        private final LocalReplication replication;
        private @Nullable ClusterView view;

        Life(
                Endpoint endpoint,
                LocalStorage storage,
                Storage offered,
                LocalGossip gossip,
                LocalCluster cluster,
                Cluster seen,
                LocalReplication replication) {
            this.endpoint = endpoint;
            this.storage = storage;
            this.offered = offered;
            this.gossip = gossip;
            this.cluster = cluster;
            this.seen = seen;
            this.replication = replication;
        }
    }

    SimulatedNode(NodeId id, World world, SimulatedDisk disk, SimulatedClock clock, RandomSource random) {
        this.id = id;
        this.world = world;
        this.host = world.network().addHost(id.name());
        this.disk = disk;
        this.clock = clock;
        this.random = random;
    }

    NodeId id() {
        return id;
    }

    Host host() {
        return host;
    }

    SimulatedDisk disk() {
        return disk;
    }

    SimulatedClock clock() {
        return clock;
    }

    boolean isUp() {
        return life != null;
    }

    /** Whether it is on its way to a graceful end. */
    boolean isStopping() {
        return stopping;
    }

    /** Whether it runs and all its replicas vote. */
    boolean isWhole() {
        return life != null
                && storage().clocks(Set.of()).toCompletableFuture().getNow(Outcome.unknown("it takes long"))
                        instanceof Outcome.Done<List<PartitionClock>>(List<PartitionClock> clocks)
                && clocks.stream().allMatch(PartitionClock::voting);
    }

    private Life living() {
        if (life == null) {
            throw new IllegalStateException(id + " is down");
        }
        return life;
    }

    /** The storage that it offers. */
    Storage storage() {
        return living().offered;
    }

    LocalReplication replication() {
        return living().replication;
    }

    Endpoint endpoint() {
        return living().endpoint;
    }

    /** The newest view that it has shown. */
    Optional<ClusterView> view() {
        return Optional.ofNullable(life).map(living -> living.view);
    }

    /** Begins a process on what the disk has; a process that cannot begin is tried again later. */
    void start() {
        if (life != null) {
            return;
        }
        SimulatedProcess process = world.time().process();
        Endpoint endpoint =
                new Endpoint(host, process, clock, world.fittings().scheduler(id, clock.measuring(process)));
        try {
            Life begun = build(endpoint, disk.mount(endpoint, () -> end("died at a write")));
            life = begun;
            host.run(endpoint);
            world.trace().event(id.name(), "starts");
            begun.seen.watch(view -> viewed(begun, view));
            begun.gossip.start();
            begun.cluster.start();
        } catch (IOException | EngineException e) {
            endpoint.die();
            world.trace().event(id.name(), "cannot start: " + e.getMessage());
            world.restartLater(this);
        }
    }

    private Life build(Endpoint endpoint, MountedDisk mounted) throws IOException {
        LocalStorage storage = new LocalStorage(
                world.fittings().engine(id, mounted.engine()),
                mounted.identities(),
                world.shape().storage(),
                new Environment(
                        clock,
                        random.fork(),
                        disk.machineBoot(),
                        new ScheduledWorkers(endpoint.scheduler(), disk),
                        failure -> failed(endpoint, failure)));
        Storage offered = new ObservedStorage(world.fittings().storage(id, storage), this, endpoint, world);
        PeerTransports transports = new PeerTransports(world.network(), endpoint);
        LocalGossip gossip = new LocalGossip(
                GossipSettings.defaults(id.name()),
                new GossipPorts(transports, mounted.generations(), clock, endpoint.scheduler(), random.fork()));
        RandomSource secrets = random.fork();
        LocalCluster cluster = new LocalCluster(
                clusterSettings(),
                new ClusterPorts(
                        mounted.cluster(),
                        gossip,
                        world.fittings().transport(id, transports),
                        new ProtoMemberFormat(),
                        clock,
                        endpoint.scheduler(),
                        random.fork(),
                        count -> bytes(secrets, count)),
                why -> failed(endpoint, new DiskFault(why)));
        Cluster seen = world.fittings().cluster(id, cluster);
        LocalReplication replication = new LocalReplication(
                seen,
                Optional.of(offered),
                directory(endpoint),
                new Surroundings(
                        clock,
                        endpoint.scheduler(),
                        random.fork(),
                        world.shape().replication()));
        endpoint.serve(new Endpoint.Services(
                offered,
                gossip,
                cluster,
                new ObservedReplication(world.fittings().replication(id, replication), this, endpoint, world),
                clock));
        return new Life(endpoint, storage, offered, gossip, cluster, seen, replication);
    }

    private ClusterSettings clusterSettings() {
        Addresses addresses = new Addresses(
                Optional.of(host.address()),
                Optional.of(host.address()),
                Optional.of(host.address()),
                Optional.of(host.address()));
        ClusterSettings defaults = ClusterSettings.defaults(
                id, addresses, world.seeds(), world.shape().nodes());
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
                world.shape().partitions(),
                world.shape().replicas());
    }

    private static byte[] bytes(RandomSource random, int count) {
        byte[] bytes = new byte[count];
        for (int at = 0; at < count; at++) {
            bytes[at] = (byte) random.nextInt(256);
        }
        return bytes;
    }

    private StorageDirectory directory(Endpoint endpoint) {
        Map<NodeId, Storage> storages = new TreeMap<>();
        return member -> Optional.of(storages.computeIfAbsent(
                member.node(),
                node -> new SimulatedStorage(
                        world.network(), endpoint, world.node(node).host())));
    }

    private void viewed(Life of, ClusterView view) {
        of.view = view;
        world.viewed(this, view);
    }

    /** The process has found out that it cannot go on. */
    private void failed(Endpoint endpoint, Throwable failure) {
        if (!(failure instanceof DiskFault)) {
            world.defect(id + " failed by a defect: " + failure);
        }
        endpoint.in(random.nextInt(200) * World.MILLI, () -> end("failed: " + failure.getMessage()));
    }

    /** Ends the process at once, as a signal does that cannot be caught. */
    void kill() {
        if (life != null) {
            end("is killed");
        }
    }

    /** Ends the process; it is started again later. */
    private void end(String how) {
        Life ending = life;
        if (ending == null) {
            return;
        }
        world.trace().event(id.name(), how);
        life = null;
        stopping = false;
        host.run(null);
        ending.endpoint.die();
        world.network().ended(ending.endpoint);
        world.restartLater(this);
    }

    /** Ends the process as an operator does: what was taken is finished, the others are told, the storage is closed. */
    void stop() {
        Life ending = life;
        if (ending == null || stopping) {
            return;
        }
        stopping = true;
        world.trace().event(id.name(), "is told to stop");
        boolean[] left = {false};
        Runnable leave = () -> {
            if (!left[0]) {
                left[0] = true;
                ending.cluster.leave().whenComplete((done, failure) -> close(ending));
            }
        };
        ending.endpoint.scheduler().schedule(leave, DRAIN_NANOS);
        ending.endpoint
                .scheduler()
                .execute(() -> ending.replication.drain().whenComplete((done, failure) -> leave.run()));
    }

    private void close(Life ending) {
        if (!ending.endpoint.isAlive()) {
            return;
        }
        ending.replication.close();
        ending.gossip.close();
        ending.storage.close();
        end("has stopped");
    }
}
