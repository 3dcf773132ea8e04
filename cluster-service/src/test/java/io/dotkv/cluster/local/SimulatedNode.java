package io.dotkv.cluster.local;

import io.dotkv.cluster.Addresses;
import io.dotkv.cluster.Agreement;
import io.dotkv.cluster.ClusterPorts;
import io.dotkv.cluster.ClusterSettings;
import io.dotkv.cluster.ClusterStore.Document;
import io.dotkv.cluster.ClusterView;
import io.dotkv.cluster.Health;
import io.dotkv.cluster.Member;
import io.dotkv.cluster.MemberFormat;
import io.dotkv.cluster.layout.Formation;
import io.dotkv.gossip.GenerationStore;
import io.dotkv.gossip.GossipPorts;
import io.dotkv.gossip.GossipSettings;
import io.dotkv.gossip.LocalGossip;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.encoding.MalformedException;
import io.dotkv.kernel.ports.RandomSource;
import io.dotkv.kernel.ports.Scheduler;
import io.dotkv.kernel.simulated.SimulatedTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** One node of a {@link SimulatedCluster}: its disk outlives its crashes. */
public final class SimulatedNode {
    private final NodeId id;
    private String address;
    private final List<String> seeds;
    private final int expect;
    private final SimulatedTime time;
    private final SimulatedNetwork network;
    private final RandomSource random;
    private final Consumer<SimulatedNode> onChange;
    private final MemberFormat format;
    private final UnaryOperator<ClusterSettings> adjust;
    private final List<String> fatal = new ArrayList<>();
    private CopyableStore disk = new CopyableStore();
    private GenerationStore generations = GenerationStore.inMemory();
    private @Nullable Life life;

    private record Life(
            StallingProcess process, LocalGossip gossip, LocalCluster cluster, AtomicReference<ClusterView> view) {}

    SimulatedNode(
            String name,
            String address,
            List<String> seeds,
            int expect,
            SimulatedCluster cluster,
            Consumer<SimulatedNode> onChange) {
        this.id = new NodeId(name);
        this.address = address;
        this.seeds = seeds;
        this.expect = expect;
        this.time = cluster.time();
        this.network = cluster.network();
        this.random = cluster.random().fork();
        this.onChange = onChange;
        this.format = cluster.format();
        this.adjust = cluster.adjustment();
    }

    public NodeId id() {
        return id;
    }

    String address() {
        return address;
    }

    /** From its next start it has another address. */
    void moveTo(String newAddress) {
        address = newAddress;
    }

    public boolean isUp() {
        return life != null;
    }

    LocalGossip gossip() {
        return alive().gossip;
    }

    LocalCluster cluster() {
        return alive().cluster;
    }

    private Life alive() {
        if (life == null) {
            throw new IllegalStateException(id + " is down");
        }
        return life;
    }

    /** The newest view that it has shown. */
    ClusterView view() {
        return alive().view.get();
    }

    public Optional<Agreement> agreement() {
        return isUp() ? view().agreement() : Optional.empty();
    }

    StallingProcess process() {
        return alive().process;
    }

    Health healthOf(SimulatedNode other) {
        return found(other).map(Member::health).orElse(Health.LEFT);
    }

    Member recordOf(SimulatedNode other) {
        return found(other).orElseThrow();
    }

    /* The members of a view are in order of name. */
    private Optional<Member> found(SimulatedNode other) {
        List<Member> members = view().members();
        int low = 0;
        int high = members.size() - 1;
        while (low <= high) {
            int middle = (low + high) / 2;
            int order = members.get(middle).node().compareTo(other.id);
            if (order == 0) {
                return Optional.of(members.get(middle));
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return Optional.empty();
    }

    /** What its cluster was formed with, as its disk has it. */
    public Optional<Formation> formation() {
        try {
            return DurableState.decode(disk.load(Document.MEMBERS).orElseThrow().content())
                    .formation();
        } catch (MalformedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What lets its cluster go on from its disk alone. */
    ClusterRecovery recovery() {
        return new ClusterRecovery(disk);
    }

    /** A copy of its disk as it is now. */
    Map<Document, Bytes> copyOfDisk() {
        return disk.copy();
    }

    /** Puts an older copy of its disk back. */
    void putBack(Map<Document, Bytes> copy) {
        disk.putBack(copy);
    }

    /** Why it stopped, each time it did. */
    public List<String> fatal() {
        return List.copyOf(fatal);
    }

    public void start() {
        StallingProcess process = new StallingProcess(time);
        network.listen(address, this);
        try {
            LocalGossip gossip = new LocalGossip(
                    GossipSettings.defaults(id.name()),
                    new GossipPorts(network.gossip(this), generations, time, process, random.fork()));
            Addresses addresses =
                    new Addresses(Optional.empty(), Optional.of(address), Optional.of(address), Optional.empty());
            LocalCluster cluster = new LocalCluster(
                    adjust.apply(ClusterSettings.defaults(id, addresses, seeds, expect)),
                    ports(gossip, process),
                    this::stopped);
            AtomicReference<ClusterView> view =
                    new AtomicReference<>(new ClusterView(id, expect, Optional.empty(), List.of()));
            life = new Life(process, gossip, cluster, view);
            cluster.watch(newest -> {
                view.set(newest);
                if (life != null && life.process.equals(process)) {
                    onChange.accept(this);
                }
            });
            gossip.start();
            cluster.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ClusterPorts ports(LocalGossip gossip, Scheduler process) {
        RandomSource secrets = random.fork();
        IntFunction<byte[]> secureBytes = count -> {
            byte[] bytes = new byte[count];
            for (int i = 0; i < count; i++) {
                bytes[i] = (byte) secrets.nextInt(256);
            }
            return bytes;
        };
        return new ClusterPorts(disk, gossip, network.cluster(this), format, time, process, random.fork(), secureBytes);
    }

    private void stopped(String sentence) {
        fatal.add(sentence);
        crash();
    }

    public void crash() {
        if (life != null) {
            life.process.kill();
            life = null;
        }
    }

    /** No save succeeds from now on. */
    void breakDisk() {
        disk.breakDown();
    }

    void loseDisk() {
        disk = new CopyableStore();
        generations = GenerationStore.inMemory();
    }

    @Override
    public String toString() {
        return id.name();
    }
}
