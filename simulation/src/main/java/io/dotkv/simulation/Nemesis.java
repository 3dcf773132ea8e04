package io.dotkv.simulation;

import io.dotkv.cluster.ClusterView;
import io.dotkv.cluster.register.state.AcceptorId;
import io.dotkv.cluster.register.state.Acceptors;
import io.dotkv.kernel.ports.RandomSource;
import io.dotkv.simulation.machine.SimulatedDisk;
import io.dotkv.simulation.machine.SimulatedNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Makes things go wrong: each kind of fault of a run's {@link RunProfile} comes at random times, and goes after a
 * while.
 */
final class Nemesis {
    private final World world;
    private final RandomSource random;
    private final Map<String, SimulatedDisk.Copy> copies = new TreeMap<>();

    Nemesis(World world) {
        this.world = world;
        this.random = world.random().fork();
    }

    void begin() {
        world.shape().faults().forEach(this::later);
        MemberChanges changes = world.shape().members();
        if (!changes.isNone()) {
            world.lateNodes()
                    .forEach(node -> operator().bring(node, world.shape().faultNanos()));
            changes.departures().forEach(this::later);
        }
    }

    private void later(Fault fault, long eachNanos) {
        world.time()
                .schedule(
                        () -> {
                            if (world.isFaulty()) {
                                strike(fault);
                                later(fault, eachNanos);
                            }
                        },
                        Long.remainderUnsigned(random.nextLong(), 2 * eachNanos) + 1);
    }

    private void strike(Fault fault) {
        SimulatedNode node = fault.takesMembersOut() ? anyThatMayGo() : anyNode();
        world.trace().event(node.id().name(), "is struck by " + fault);
        switch (fault) {
            case KILL -> node.kill();
            case DEATH_AT_WRITE -> node.disk().killAtWrite(1 + random.nextInt(10));
            case STOP -> node.stop();
            case PAUSE -> pause(node);
            case PARTITION -> divide();
            case DEAF_OR_MUTE -> isolateOneWay(node);
            case FLAPPING -> flap(node, anyNode(), 1 + random.nextInt(20));
            case RESET -> world.network().reset(node.host(), anyNode().host());
            case CLOCK_JUMP -> jump(node);
            case SLOW_DISK -> {
                node.disk().slowDown(random.nextInt(500) * World.MILLI);
                soon(5_000, () -> node.disk().slowDown(0));
            }
            case FAILING_DISK -> trouble(node, SimulatedDisk.Trouble.FAILING);
            case FULL_DISK -> trouble(node, SimulatedDisk.Trouble.FULL);
            case POWER_LOSS -> damage(node, SimulatedDisk::losePower);
            case LOST_DISK -> damage(node, SimulatedDisk::lose);
            case OLD_DISK -> putBackOldDisk(node);
            case LEAVE -> takeOut(node, operator()::retire);
            case REMOVE -> takeOut(node, operator()::remove);
        }
    }

    private Operator operator() {
        return world.operator().orElseThrow();
    }

    private SimulatedNode anyNode() {
        return world.nodes().get(random.nextInt(world.nodes().size()));
    }

    private SimulatedNode anyThatMayGo() {
        int first = world.shape().nodes() - (world.shape().members().founderGoes() ? 1 : 0);
        return world.nodes().get(first + random.nextInt(world.nodes().size() - first));
    }

    /** Does something within so many milliseconds. */
    private void soon(int millis, Runnable task) {
        world.time().schedule(task, random.nextInt(millis) * World.MILLI);
    }

    private void pause(SimulatedNode node) {
        if (node.isUp()) {
            int most = random.nextInt(3) == 0 ? 10_000 : 1_000;
            node.endpoint().pause(random.nextInt(most) * World.MILLI);
        }
    }

    private void divide() {
        boolean[] side = new boolean[world.nodes().size()];
        for (int at = 0; at < side.length; at++) {
            side[at] = random.nextInt(2) == 0;
        }
        List<SimulatedNode> nodes = world.nodes();
        for (int from = 0; from < side.length; from++) {
            for (int to = 0; to < side.length; to++) {
                if (side[from] != side[to]) {
                    cutForAWhile(nodes.get(from), nodes.get(to));
                }
            }
        }
    }

    private void isolateOneWay(SimulatedNode node) {
        boolean deaf = random.nextInt(2) == 0;
        for (SimulatedNode other : world.nodes()) {
            if (other != node) {
                cutForAWhile(deaf ? other : node, deaf ? node : other);
            }
        }
    }

    private void cutForAWhile(SimulatedNode from, SimulatedNode to) {
        world.network().cut(from.host(), to.host());
        soon(random.nextInt(4) == 0 ? 20_000 : 5_000, () -> world.network().mend(from.host(), to.host()));
    }

    private void flap(SimulatedNode one, SimulatedNode other, int times) {
        if (times == 0 || one == other || !world.isFaulty()) {
            return;
        }
        world.network().cut(one.host(), other.host());
        world.network().cut(other.host(), one.host());
        soon(600, () -> {
            world.network().mend(one.host(), other.host());
            world.network().mend(other.host(), one.host());
            soon(600, () -> flap(one, other, times - 1));
        });
    }

    private void jump(SimulatedNode node) {
        int most = random.nextInt(3) == 0 ? 3_600_000 : 5_000;
        node.clock().jump(random.nextInt(2 * most) - most);
    }

    private void trouble(SimulatedNode node, SimulatedDisk.Trouble trouble) {
        node.disk().become(trouble);
        soon(3_000, () -> node.disk().become(SimulatedDisk.Trouble.NONE));
    }

    /**
     * One disk at a time, and only while everybody else is whole: more than W - 1 lost copies, or a minority of the
     * acceptors, are more than is promised.
     */
    private void damage(SimulatedNode node, Consumer<SimulatedDisk> how) {
        if (isWholeBut(node) && !world.operator().map(Operator::isTakingOut).orElse(false)) {
            node.kill();
            how.accept(node.disk());
        }
    }

    /** An acceptor that goes is one less, as one whose disk was lost: not both at a time. */
    private void takeOut(SimulatedNode node, Consumer<SimulatedNode> how) {
        if (world.shape().faults().keySet().stream().noneMatch(Fault::losesData) || isWholeBut(node)) {
            how.accept(node);
        }
    }

    private boolean isWholeBut(SimulatedNode one) {
        return world.nodes().stream()
                .filter(node -> node != one && node.isMember())
                .allMatch(node -> node.isWhole() && knowsLiveAcceptors(node, one));
    }

    /** Whether all acceptors that a node knows of, but for one node, are nodes that run, and a majority without it. */
    private boolean knowsLiveAcceptors(SimulatedNode node, SimulatedNode one) {
        Optional<Acceptors> acceptors = node.view()
                .flatMap(ClusterView::agreement)
                .map(agreement -> agreement.state().acceptors());
        if (acceptors.isEmpty() || acceptors.get().isChanging()) {
            return false;
        }
        List<AcceptorId> present = acceptors.get().present();
        List<AcceptorId> others = present.stream()
                .filter(acceptor -> world.node(acceptor.node()) != one)
                .toList();
        return 2 * others.size() > present.size()
                && others.stream()
                        .allMatch(acceptor -> world.node(acceptor.node()).isAcceptor(acceptor));
    }

    private void putBackOldDisk(SimulatedNode node) {
        SimulatedDisk.Copy copy = copies.remove(node.id().name());
        if (copy == null) {
            copies.put(node.id().name(), node.disk().copy());
        } else {
            boolean engineAlone = random.nextInt(2) == 0;
            damage(node, disk -> {
                if (!engineAlone) {
                    disk.putBack(copy);
                } else if (!disk.putBackEngine(copy)) {
                    copies.put(node.id().name(), copy);
                }
            });
        }
    }
}
