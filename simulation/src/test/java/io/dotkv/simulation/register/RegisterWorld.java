package io.dotkv.simulation.register;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.dotkv.cluster.Formation;
import io.dotkv.cluster.register.Accepted;
import io.dotkv.cluster.register.Acceptors;
import io.dotkv.cluster.register.Answer;
import io.dotkv.cluster.register.Change;
import io.dotkv.cluster.register.Change.Outcome;
import io.dotkv.cluster.register.ClusterState;
import io.dotkv.cluster.register.Effect;
import io.dotkv.cluster.register.Question;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.RandomSource;
import io.dotkv.kernel.simulated.SimulatedTime;
import io.dotkv.simulation.linearizability.Linearizability;
import io.dotkv.simulation.linearizability.Operation;
import io.dotkv.simulation.linearizability.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * One short life of a register on virtual time: nodes that are acceptors and proposers, a network and disks that fail, and
 * clients that want changes. First everything goes wrong, at the {@link Rates} that the seed gives; then it heals.
 */
final class RegisterWorld {
    private static final long MILLI = 1_000_000;
    private static final int EVENTS = 24;
    private static final int MOST_TRIES = 2;
    private static final int MOST_OPEN = 5;

    private final RandomSource random;
    private final PlantedFault fault;
    private final SimulatedTime time;
    private final Accepted first;
    private final Lineage lineage;
    private final List<RegisterNode> nodes = new ArrayList<>();
    private final List<Wish> wishes = new ArrayList<>();
    private final Wishes wanted;
    private final boolean[][] cut;
    private Rates rates;
    private long wishIds;
    private boolean wasDiskLost;

    RegisterWorld(RandomSource random, PlantedFault fault) {
        this.random = random;
        this.fault = fault;
        this.time = new SimulatedTime(random.nextLong());
        this.rates = Rates.draw(random);
        int count = 3 + random.nextInt(4);
        int founders = Math.min(count, 2 + random.nextInt(6));
        this.cut = new boolean[count][count];
        this.first = Accepted.first(firstState(founders, Math.min(founders, 2 + random.nextInt(3))));
        this.lineage = new Lineage(first.state());
        for (int index = 0; index < count; index++) {
            nodes.add(new RegisterNode(name(index), this, first));
        }
        this.wanted = new Wishes(random, nodes, rates.acceptorChanges());
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
            instances.add(RegisterNode.instanceOf(name(index), 1));
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
                Acceptors.of(formed.acceptors().present().subList(0, acceptors)));
    }

    RandomSource random() {
        return random;
    }

    PlantedFault fault() {
        return fault;
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
        for (boolean[] row : cut) {
            Arrays.fill(row, false);
        }
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
                    cut[random.nextInt(nodes.size())][random.nextInt(nodes.size())] ^= true;
                }
            }
            default -> {
                // Every wish without an answer doubles what the check of the history may have to try.
                if (wishes.stream().filter(wish -> wish.outcome() == null).count() >= MOST_OPEN) {
                    return;
                }
                Wish wish = new Wish(wanted.draw(node, lineage.newestChosen()));
                wishes.add(wish);
                attempt(wish);
                if (random.nextInt(3) == 0) {
                    happen();
                }
            }
        }
    }

    private void attempt(Wish wish) {
        if (wish.outcome() != null || wish.tryAgain() > MOST_TRIES) {
            return;
        }
        RegisterNode node = nodes.get(random.nextInt(nodes.size()));
        if (!node.isUp()) {
            later(100 * MILLI, () -> attempt(wish));
            return;
        }
        wish.ask(nowNanos());
        node.submit(++wishIds, wish.change(), result -> {
            switch (result) {
                case Effect.Result.Decided decided -> wish.answered(decided, nowNanos());
                case Effect.Result.Unknown() -> {}
                case Effect.Result.NotDone() -> wish.notDone();
            }
            if (wish.outcome() == null) {
                attempt(wish);
            }
        });
        later(1_000 * MILLI, () -> attempt(wish));
    }

    /** Carries a question to its node and the answer back, or not. */
    void ask(RegisterNode from, Question question, Consumer<Answer> back) {
        int target = indexOf(question.to().node());
        int asking = indexOf(from.id());
        deliver(
                asking,
                target,
                () -> nodes.get(target).answer(question, answer -> deliver(target, asking, () -> back.accept(answer))));
    }

    private static int indexOf(NodeId id) {
        return id.name().charAt(0) - 'a';
    }

    private void deliver(int from, int to, Runnable arrival) {
        if (from == to) {
            time.schedule(arrival, 0);
            return;
        }
        int copies = happens(rates.repeats()) ? 2 : 1;
        for (int copy = 0; copy < copies; copy++) {
            if (!happens(rates.loss())) {
                long delayNanos = MILLI + random.nextInt(rates.mostDelayMillis() * 1_000) * 1_000L;
                time.schedule(
                        () -> {
                            if (!cut[from][to]) {
                                arrival.run();
                            }
                        },
                        delayNanos);
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
     * What the register is proof against: one disk at a time that was put back, as long as another acceptor can tell what it
     * has forgotten.
     */
    private boolean mayForget() {
        return !lineage.hadOneAcceptor() && nodes.stream().noneMatch(RegisterNode::isForgetful);
    }

    /** A proposer saw its value chosen; some of the others hear of it. */
    void chosen(RegisterNode node, Accepted value) {
        lineage.chosen(value);
        for (RegisterNode other : nodes) {
            if (!other.equals(node) && random.nextInt(3) > 0) {
                deliver(indexOf(node.id()), indexOf(other.id()), () -> other.learn(value));
            }
        }
    }

    /** As long as the disks of the acceptors are there, a healed register answers, and all that waited is decided. */
    private void checkLiveness(boolean mustAnswer) {
        Wish wish = new Wish(new Change.Nothing());
        wishes.add(wish);
        attempt(wish);
        boolean isAnswered = time.runUntil(() -> wish.outcome() != null, 3_500 * MILLI);
        if (mustAnswer && !isAnswered) {
            fail(
                    "nothing goes wrong any more, and nothing is decided; the newest is %s%n%s",
                    lineage.newestChosen(), nodes);
        }
    }

    private void checkHistory() {
        List<Operation<String, Change, Outcome>> history = new ArrayList<>();
        for (Wish wish : wishes) {
            history.addAll(wish.asOperations());
        }
        Verdict verdict = Linearizability.check(new StateModel(first.state()), history);
        assertThat(verdict).isEqualTo(new Verdict.Linearizable());
    }

    /** How many wishes were decided. */
    long decided() {
        return wishes.stream().filter(wish -> wish.outcome() != null).count();
    }

    /** Whether the acceptors are others than those that the cluster was formed with. */
    boolean hasOtherAcceptors() {
        return !lineage.newestChosen().acceptors().equals(first.state().acceptors());
    }
}
