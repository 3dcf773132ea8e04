package io.dotkv.replication.world;

import io.dotkv.cluster.Addresses;
import io.dotkv.cluster.Agreement;
import io.dotkv.cluster.Cluster;
import io.dotkv.cluster.ClusterView;
import io.dotkv.cluster.Health;
import io.dotkv.cluster.Member;
import io.dotkv.cluster.layout.Formation;
import io.dotkv.cluster.register.state.ClusterState;
import io.dotkv.cluster.register.state.MemberChange;
import io.dotkv.cluster.register.state.RegisteredMember;
import io.dotkv.cluster.register.state.RetirementChange;
import io.dotkv.cluster.register.state.StateChange;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.ports.Clock;
import io.dotkv.kernel.ports.RandomSource;
import io.dotkv.kernel.ports.Scheduler;
import io.dotkv.kernel.ports.Subscription;
import io.dotkv.kernel.simulated.SimulatedTime;
import io.dotkv.replication.Consistency;
import io.dotkv.replication.ContextToken;
import io.dotkv.replication.Operation;
import io.dotkv.replication.ReadResult;
import io.dotkv.replication.WriteResult;
import io.dotkv.replication.local.LocalReplication;
import io.dotkv.replication.ports.ReplicationPorts;
import io.dotkv.replication.ports.ReplicationSettings;
import io.dotkv.replication.ports.ScrubSettings;
import io.dotkv.replication.ports.StorageDirectory;
import io.dotkv.storage.Storage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A cluster of nodes named a, b, c and so on, in one thread on virtual time, over a network whose delays and losses are
 * drawn from a seed. Nodes can be crashed, which loses what is not durable, and restarted.
 */
public final class World {
    /** Virtual nanoseconds in a millisecond. */
    public static final long MILLIS = 1_000_000;

    private static final int REPLICAS = 3;

    private final SimulatedTime time;
    private final RandomSource random;
    private final History history = new History();
    private final List<Node> nodes = new ArrayList<>();
    private final Optional<Storages> storages;
    private ClusterState agreed;
    private int lossPercent;
    private int requests;

    /** Makes the storages of nodes. */
    public interface Storages {
        /** A storage of a new process of a node, which does all its work on that process. */
        Storage open(NodeId node, Clock clock, Scheduler process);
    }

    /** A cluster of so many nodes with storage, all started. */
    public World(RandomSource random, int count, int partitions) {
        this(random, count, partitions, Optional.empty());
    }

    /** A cluster of so many nodes with such storages, or with {@link FakeStorage}s, all started. */
    public World(RandomSource random, int count, int partitions, Optional<Storages> storages) {
        this.storages = storages;
        this.random = random;
        this.time = new SimulatedTime(random.nextLong());
        List<NodeId> members = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            Node node = new Node(new NodeId(String.valueOf((char) ('a' + index))));
            nodes.add(node);
            members.add(node.id);
        }
        byte[] clusterKey = new byte[32];
        clusterKey[0] = 1;
        agreed = ClusterState.first(Formation.first(
                "00112233445566778899aabbccddeeff",
                Bytes.wrap(clusterKey),
                members,
                members.stream().map(NodeId::name).toList(),
                partitions,
                REPLICAS));
        nodes.forEach(Node::start);
        time.runFor(1000 * MILLIS);
    }

    /** One node: a storage and a replication layer. */
    public final class Node {
        private final NodeId id;
        private final FakeStorage.Disk disk = new FakeStorage.Disk();
        private SimulatedTime.SimulatedProcess process = time.process();
        private @Nullable FakeStorage storage;
        private @Nullable Storage offered;
        private @Nullable LocalReplication replication;
        private @Nullable Consumer<ClusterView> watcher;
        private boolean up;
        private boolean cut;

        private Node(NodeId id) {
            this.id = id;
        }

        /** The name. */
        public NodeId id() {
            return id;
        }

        /** The storage of the present process. */
        public FakeStorage storage() {
            if (storage == null) {
                throw new IllegalStateException(id + " was never started");
            }
            return storage;
        }

        /** The storage of the present process, of whatever kind. */
        public Storage offered() {
            if (offered == null) {
                throw new IllegalStateException(id + " was never started");
            }
            return offered;
        }

        /** The replication layer of the present process. */
        public LocalReplication replication() {
            if (replication == null) {
                throw new IllegalStateException(id + " was never started");
            }
            return replication;
        }

        /** Whether a process runs. */
        public boolean isUp() {
            return up;
        }

        /** Starts a process on what the disk has. */
        public void start() {
            up = true;
            process = time.process();
            Storage fresh = storages.map(maker -> maker.open(id, time, process))
                    .orElseGet(() -> new FakeStorage(disk, time, process, history));
            storage = fresh instanceof FakeStorage fake ? fake : null;
            offered = fresh;
            replication = new LocalReplication(
                    new View(this),
                    Optional.of(fresh),
                    directory(this),
                    member -> prompt(this, node(member.node())),
                    new ReplicationPorts(time, process, random.fork(), settings(), why -> {}));
            spread();
        }

        /** Ends the process at once. */
        public void crash() {
            up = false;
            process.kill();
            spread();
        }

        /** Cuts the node off the others, or joins it again; nobody notices but by silence. */
        public void cut(boolean off) {
            cut = off;
        }
    }

    /** The cluster layer of a node, which knows all at once. */
    private final class View implements Cluster {
        private final Node node;

        View(Node node) {
            this.node = node;
        }

        @Override
        public CompletionStage<ClusterView> view() {
            return CompletableFuture.completedFuture(viewOf(node.id));
        }

        @Override
        public Subscription watch(Consumer<ClusterView> listener) {
            node.watcher = listener;
            listener.accept(viewOf(node.id));
            return () -> node.watcher = null;
        }

        @Override
        public CompletionStage<AgreedBoot> boot(BootRequest request) {
            RegisteredMember before = agreed.member(node.id).orElseThrow();
            StateChange change = new MemberChange.Boot(
                    node.id, before.instance(), before.boot(), request.life(), request.storageId(), request.above());
            agreed = ((StateChange.Outcome.Changed) change.apply(agreed)).state();
            spread();
            RegisteredMember after = agreed.member(node.id).orElseThrow();
            return CompletableFuture.completedFuture(new AgreedBoot(after.boot(), after.formerLife()));
        }

        @Override
        public CompletionStage<Void> agreeOn(String clusterId, RetirementChange change) {
            if (change.apply(agreed) instanceof StateChange.Outcome.Changed(ClusterState state, int answer)) {
                agreed = state;
                spread();
                return CompletableFuture.completedFuture(null);
            }
            return CompletableFuture.failedFuture(new AssertionError(change + " was refused"));
        }

        @Override
        public CompletionStage<Departed> remove(NodeId node, boolean force) {
            throw new AssertionError("nobody removes anybody");
        }

        @Override
        public CompletionStage<Departed> leaveForGood(boolean force) {
            throw new AssertionError("nobody leaves");
        }
    }

    /** A replication layer without a storage of its own, on the view of a node. */
    public LocalReplication coordinatorBeside(Node node) {
        return new LocalReplication(
                new Cluster() {
                    @Override
                    public CompletionStage<ClusterView> view() {
                        return CompletableFuture.completedFuture(viewOf(node.id));
                    }

                    @Override
                    public Subscription watch(Consumer<ClusterView> listener) {
                        listener.accept(viewOf(node.id));
                        return () -> {};
                    }

                    @Override
                    public CompletionStage<AgreedBoot> boot(BootRequest request) {
                        throw new AssertionError("it has no storage");
                    }

                    @Override
                    public CompletionStage<Void> agreeOn(String clusterId, RetirementChange change) {
                        throw new AssertionError("it has no storage");
                    }

                    @Override
                    public CompletionStage<Departed> remove(NodeId removed, boolean force) {
                        throw new AssertionError("nobody removes anybody");
                    }

                    @Override
                    public CompletionStage<Departed> leaveForGood(boolean force) {
                        throw new AssertionError("nobody leaves");
                    }
                },
                Optional.empty(),
                member -> Optional.of(new Wire(this, node, node(member.node()))),
                member -> prompt(node, node(member.node())),
                new ReplicationPorts(time, node.process, random.fork(), settings(), why -> {}));
    }

    private Function<NodeId, Storage> wires(Node from) {
        Map<NodeId, Storage> wires = new TreeMap<>();
        return to -> wires.computeIfAbsent(to, name -> new Wire(this, from, node(name)));
    }

    private StorageDirectory directory(Node from) {
        Function<NodeId, Storage> wires = wires(from);
        return member -> Optional.of(wires.apply(member.node()));
    }

    private ClusterView viewOf(NodeId self) {
        List<Member> members = new ArrayList<>();
        for (Node node : nodes) {
            members.add(new Member(
                    node.id,
                    1,
                    node.up ? Health.ALIVE : Health.DEAD,
                    new Addresses(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty()),
                    node.id.name(),
                    0,
                    "",
                    "",
                    0));
        }
        return new ClusterView(self, nodes.size(), Optional.of(Agreement.of(agreed)), members);
    }

    private void spread() {
        for (Node node : nodes) {
            Consumer<ClusterView> watcher = node.watcher;
            if (node.up && watcher != null) {
                var _ = node.process.schedule(() -> watcher.accept(viewOf(node.id)), random.nextInt(50) * MILLIS);
            }
        }
    }

    private static ReplicationSettings settings() {
        ReplicationSettings defaults = ReplicationSettings.DEFAULTS;
        return new ReplicationSettings(
                new ReplicationSettings.Requests(
                        200,
                        defaults.requests().maxBytes(),
                        4,
                        defaults.requests().pageBytes(),
                        64),
                new ReplicationSettings.Calls(1000, defaults.calls().maxBytes()),
                new ReplicationSettings.Timing(defaults.timing().hedgeNanos(), 2000 * MILLIS, 500 * MILLIS),
                new ReplicationSettings.Pulls(5000 * MILLIS, 500 * MILLIS, 10_000 * MILLIS, 2),
                ScrubSettings.DEFAULT);
    }

    /** Virtual time. */
    public SimulatedTime time() {
        return time;
    }

    public History history() {
        return history;
    }

    public Agreement agreement() {
        return Agreement.of(agreed);
    }

    public List<Node> nodes() {
        return nodes;
    }

    public Node node(int index) {
        return nodes.get(index);
    }

    private Node node(NodeId id) {
        return nodes.stream().filter(node -> node.id.equals(id)).findFirst().orElseThrow();
    }

    /** From now on so many of a hundred messages are lost. */
    public void lose(int percent) {
        lossPercent = percent;
    }

    boolean isConnected(Node from, Node to) {
        return from.up && to.up;
    }

    /** Carries a request to the process that runs there now. */
    void send(Node from, Node to, Consumer<Storage> request) {
        SimulatedTime.SimulatedProcess there = to.process;
        if (isLost(from, to)) {
            return;
        }
        var _ = there.schedule(() -> request.accept(to.offered()), delayNanos());
    }

    private void prompt(Node from, Node to) {
        if (to.up) {
            send(from, to, any -> to.replication().pullNow());
        }
    }

    /** Carries an answer back to the process that asked. */
    void answer(Node from, Node to, Runnable answer) {
        if (!isLost(from, to)) {
            var _ = to.process.schedule(answer, delayNanos());
        }
    }

    /** What happens at the asking process when no answer comes. */
    void breakLater(Node from, Runnable broken) {
        var _ = from.process.schedule(broken, (200 + random.nextInt(2000)) * MILLIS);
    }

    private boolean isLost(Node from, Node to) {
        return from.cut || to.cut || random.nextInt(100) < lossPercent;
    }

    private long delayNanos() {
        return (1 + random.nextInt(random.nextInt(20) == 0 ? 300 : 10)) * MILLIS / 10;
    }

    /** Puts through a node and waits for the result. */
    public WriteResult put(Node through, String key, String value, Optional<ContextToken> context, Consistency level) {
        return await(through.replication()
                .write(write(key, Optional.of(Bytes.utf8(value)), context, level, "request-" + requests++)));
    }

    /** Deletes through a node and waits for the result. */
    public WriteResult delete(Node through, String key, Optional<ContextToken> context, Consistency level) {
        return await(
                through.replication().write(write(key, Optional.empty(), context, level, "request-" + requests++)));
    }

    /** Reads through a node and waits for the result. */
    public ReadResult get(Node through, String key, Consistency level) {
        return await(through.replication().read(new Operation.Read(Key.of(key), level, in(3000))));
    }

    /** A write whose time ends in three seconds. */
    public Operation.Write write(
            String key, Optional<Bytes> payload, Optional<ContextToken> context, Consistency level, String requestId) {
        return new Operation.Write(Key.of(key), payload, context, level, requestId, in(3000));
    }

    /** The monotonic time in so many milliseconds. */
    public long in(long millis) {
        return time.monotonicNanos() + millis * MILLIS;
    }

    /** Lets time pass until the result is there. */
    public <T> T await(CompletionStage<T> stage) {
        CompletableFuture<T> result = stage.toCompletableFuture();
        if (!time.runUntil(result::isDone, 70_000 * MILLIS)) {
            throw new AssertionError("no result in time");
        }
        return result.join();
    }
}
