package io.dotkv.simulation.register;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.dotkv.cluster.layout.Formation;
import io.dotkv.cluster.register.paxos.Accepted;
import io.dotkv.cluster.register.state.Acceptors;
import io.dotkv.cluster.register.state.ClusterState;
import io.dotkv.cluster.register.state.StateChange;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.ports.RandomSource;
import io.dotkv.kernel.simulated.SimulatedTime;
import io.dotkv.simulation.linearizability.Linearizability;
import io.dotkv.simulation.linearizability.LinearizabilityResult;
import java.util.ArrayList;
import java.util.List;

/**
 * One short life of a register on virtual time: nodes that are acceptors and proposers, a network and disks that fail,
 * and clients that want changes. First everything goes wrong, at the {@link Rates} that the seed gives; then it heals.
 */
final class RegisterWorld {
    private static final long MILLI = 1_000_000;
    private static final int EVENTS = 24;

    private final RandomSource random;
    private final PlantedFault fault;
    private final SimulatedTime time;
    private final Accepted first;
    private final Lineage lineage;
    private final List<RegisterNode> nodes = new ArrayList<>();
    private final RegisterClients clients;
    private final RegisterNetwork network;
    private Rates rates;
    private boolean wasDiskLost;

    RegisterWorld(RandomSource random, PlantedFault fault) {
        this.random = random;
        this.fault = fault;
        this.time = new SimulatedTime(random.nextLong());
        this.rates = Rates.draw(random);
        int count = 3 + random.nextInt(4);
        int founders = Math.min(count, 2 + random.nextInt(6));
        this.network = new RegisterNetwork(random, time, nodes, count, rates);
        this.first = Accepted.first(firstState(founders, Math.min(founders, 2 + random.nextInt(3))));
        this.lineage = new Lineage(first.state());
        for (int index = 0; index < count; index++) {
            nodes.add(new RegisterNode(name(index), this, first));
        }
        this.clients = new RegisterClients(this, new Wishes(random, nodes, rates.acceptorChanges()));
    }

    private static NodeId name(int index) {
        return new NodeId(Character.toString('a' + index));
    }

    /** Formed by so many, of which not all are acceptors, so that there is somebody to replace one by. */
    private static ClusterState firstState(int founders, int acceptors) {
        List<NodeId> names = new ArrayList<>();
        List<String> instances = new ArrayList<>();
        for (int index = 0; index < founders; index++) {
            names.add(name(index));
            instances.add(RegisterDisk.instanceOf(name(index), 1));
        }
        ClusterState formed =
                ClusterState.first(Formation.first("0".repeat(32), Bytes.wrap(new byte[32]), names, instances, 1, 3));
        return new ClusterState(
                formed.version(),
                formed.clusterId(),
                formed.clusterKey(),
                formed.nextNumber(),
                formed.members(),
                formed.departures(),
                formed.layout(),
                Acceptors.of(formed.acceptors().present().subList(0, acceptors)),
                formed.closings());
    }

    RandomSource random() {
        return random;
    }

    List<RegisterNode> nodes() {
        return nodes;
    }

    PlantedFault fault() {
        return fault;
    }

    RegisterNetwork network() {
        return network;
    }

    Lineage lineage() {
        return lineage;
    }

    Accepted first() {
        return first;
    }

    long nowNanos() {
        return time.monotonicNanos();
    }

    void later(long delayNanos, Runnable work) {
        time.schedule(work, delayNanos);
    }

    private boolean happens(int perThousand) {
        return perThousand > 0 && random.nextInt(1_000) < perThousand;
    }

    boolean crashesNow() {
        return happens(rates.crashes());
    }

    /** Runs it all; throws when something is seen that may not be. */
    void run() {
        nodes.forEach(RegisterNode::start);
        for (int event = 0; event < EVENTS; event++) {
            time.runFor((20 + random.nextInt(120)) * MILLI);
            happen();
        }
        rates = rates.healed();
        network.heal();
        boolean mustAnswer = !wasDiskLost;
        for (RegisterNode node : nodes) {
            if (!node.isUp()) {
                node.start();
            }
        }
        time.runFor(500 * MILLI);
        checkLiveness(mustAnswer);
        checkHistory();
    }

    private void happen() {
        RegisterNode node = nodes.get(random.nextInt(nodes.size()));
        switch (random.nextInt(8)) {
            case 0 -> {
                if (happens(rates.crashes() * 8)) {
                    node.crash();
                }
            }
            case 1 -> {
                if (happens(rates.cuts() * 5)) {
                    network.flip(random.nextInt(nodes.size()), random.nextInt(nodes.size()));
                }
            }
            default -> {
                if (clients.want(node) && random.nextInt(3) == 0) {
                    happen();
                }
            }
        }
    }

    /** A node has crashed: it comes back, perhaps with another disk. */
    void crashed(RegisterNode node) {
        later((5 + random.nextInt(random.nextInt(2) == 0 ? 20 : 400)) * MILLI, () -> {
            if (node.isUp()) {
                return;
            }
            if (happens(rates.lostDisks())) {
                wasDiskLost = true;
                node.loseDisk();
            } else if (happens(rates.oldCopies()) && mayForget()) {
                node.returnToCopy();
            }
            node.start();
        });
    }

    /**
     * What the register is proof against: one disk at a time that was put back, as long as another acceptor can tell
     * what it has forgotten.
     */
    private boolean mayForget() {
        return !lineage.hadOneAcceptor() && nodes.stream().noneMatch(RegisterNode::isForgetful);
    }

    /** A proposer saw its value chosen; some of the others hear of it. */
    void chosen(RegisterNode node, Accepted value) {
        lineage.chosen(value);
        for (RegisterNode other : nodes) {
            if (!other.equals(node) && random.nextInt(3) > 0) {
                network.deliver(node.id(), other.id(), () -> other.learn(value));
            }
        }
    }

    /** As long as the disks of the acceptors are there, a healed register answers, and all that waited is decided. */
    private void checkLiveness(boolean mustAnswer) {
        Wish wish = clients.want(new StateChange.Nothing());
        boolean isAnswered = time.runUntil(() -> wish.outcome() != null, 3_500 * MILLI);
        if (mustAnswer && !isAnswered) {
            fail(
                    "nothing goes wrong any more, and nothing is decided; the newest is %s%n%s",
                    lineage.newestChosen(), nodes);
        }
    }

    private void checkHistory() {
        LinearizabilityResult verdict = Linearizability.check(new StateModel(first.state()), clients.history());
        assertThat(verdict).isEqualTo(new LinearizabilityResult.Linearizable());
    }

    /** How many wishes were decided. */
    long decided() {
        return clients.decided();
    }

    /** Whether the acceptors are others than those that the cluster was formed with. */
    boolean hasOtherAcceptors() {
        return !lineage.newestChosen().acceptors().equals(first.state().acceptors());
    }
}
