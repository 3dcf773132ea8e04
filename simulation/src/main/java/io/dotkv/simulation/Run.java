package io.dotkv.simulation;

import io.dotkv.cluster.register.state.AcceptorReplacement;
import io.dotkv.kernel.ports.RandomSource;
import io.dotkv.kernel.ports.SeededRandom;
import io.dotkv.simulation.history.FinalState;
import io.dotkv.simulation.history.Violation;
import io.dotkv.simulation.invariant.Invariant;
import io.dotkv.simulation.invariant.data.ReplicasAreEqual;
import io.dotkv.simulation.invariant.data.WritesCountOnce;
import io.dotkv.simulation.invariant.member.AgreementsAreEqual;
import io.dotkv.simulation.invariant.member.ClocksCarryLiveActors;
import io.dotkv.simulation.invariant.member.MembersAgree;
import io.dotkv.simulation.invariant.member.NoLiveNodeIsDead;
import io.dotkv.simulation.invariant.member.NodesAreReady;
import io.dotkv.simulation.machine.SimulatedNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * One cluster from its first start to its rest: clients work on it while faults come; then faults end, and everything
 * must be found as promised. All of it follows from one number.
 */
public final class Run {
    private static final long FORMING_NANOS = 60 * World.SECOND;
    private static final long LAST_REQUESTS_NANOS = 20 * World.SECOND;
    private static final long REST_NANOS = 240 * World.SECOND;
    /** What was begun while there were faults, such as the wait for a probe that was lost, is over after this. */
    private static final long SETTLE_NANOS = 5 * World.SECOND;

    private static final long QUIET_NANOS = 5 * World.SECOND;
    private static final long LOOK_NANOS = World.SECOND / 2;
    /** In one virtual second. Thirty nodes have some thousands; a run with so many goes in circles. */
    private static final long MOST_TASKS = 1_000_000;

    private final long seed;
    private final RunProfile shape;
    private final World world;
    private final List<SimulatedClient> clients = new ArrayList<>();
    private final AtomicLong tasks;
    private long secondBeganNanos;
    private long tasksBeforeSecond;

    private Run(long seed, RunOptions options, AtomicLong tasks) {
        this.seed = seed;
        this.tasks = tasks;
        RandomSource random = new SeededRandom(seed);
        this.shape = RunProfile.draw(random.fork(), options);
        this.world = new World(seed, random, shape, options);
        for (int number = 1; number <= shape.clients(); number++) {
            clients.add(new SimulatedClient("c" + number, world));
        }
    }

    /** Runs a seed. */
    public static RunResult of(long seed, RunOptions options) {
        return of(seed, options, new AtomicLong());
    }

    /**
     * Runs a seed.
     *
     * @param tasks counts the tasks that have run, for whoever watches from another thread
     */
    public static RunResult of(long seed, RunOptions options, AtomicLong tasks) {
        return new Run(seed, options, tasks).run();
    }

    /** What is said of a run that somebody gave up because the event after so many tasks did not end. */
    public static RunResult givenUp(long seed, RunOptions options, long tasks, String how) {
        String shape = RunProfile.draw(new SeededRandom(seed).fork(), options).toString();
        return new RunResult(
                seed, shape, List.of(Violation.standsStill(how)), 0, 0, tasks, 0, 0, 0, RunResult.Retried.NONE);
    }

    private RunResult run() {
        try {
            world.trace().event("", shape.toString());
            begin();
            disturb();
            rest();
        } catch (RuntimeException | StackOverflowError | AssertionError e) {
            world.defect("an event ended with " + e + " at " + e.getStackTrace()[0]);
        }
        return new RunResult(
                seed,
                shape.toString(),
                world.violations(),
                world.trace().hash(),
                world.trace().events(),
                tasks.get(),
                world.time().monotonicNanos(),
                clients.stream().mapToLong(SimulatedClient::acknowledged).sum(),
                clients.stream().mapToLong(SimulatedClient::answered).sum(),
                world.retries().count(world.history().doubled()));
    }

    private void begin() {
        for (SimulatedNode node : world.founders()) {
            world.time().schedule(node::start, world.random().nextInt(2_000) * World.MILLI);
        }
        if (shape.calmStart()) {
            until(() -> haveSettled(world.founders()), FORMING_NANOS);
        }
        clients.forEach(SimulatedClient::begin);
    }

    private void disturb() {
        new Nemesis(world).begin();
        pass(shape.faultNanos());
        world.calmDown();
        clients.forEach(SimulatedClient::end);
        until(() -> clients.stream().allMatch(SimulatedClient::isIdle), LAST_REQUESTS_NANOS);
    }

    private void rest() {
        pass(SETTLE_NANOS);
        long end = world.time().monotonicNanos() + REST_NANOS;
        FinalState rest = look();
        while (!isAtRest(rest) && world.time().monotonicNanos() < end && !world.isViolated()) {
            pass(LOOK_NANOS);
            rest = look();
        }
        if (isAtRest(rest)) {
            world.quiet();
            pass(QUIET_NANOS);
            rest = FinalStateReader.read(world, this::pass, true);
        }
        if (!world.isViolated()) {
            world.rested(rest);
        }
    }

    private static boolean haveSettled(List<SimulatedNode> nodes) {
        return nodes.stream()
                .filter(node -> node.departure().isEmpty())
                .allMatch(node -> node.isUp()
                        && !node.endpoint().wasPausedWithin(SETTLE_NANOS)
                        && node.replication().status().ready()
                        && node.replication().status().enlisted());
    }

    private FinalState look() {
        return FinalStateReader.read(world, this::pass, false);
    }

    /** Whether nothing is left to be done. */
    private boolean isAtRest(FinalState rest) {
        boolean[] found = {false};
        Invariant.Verdict note = how -> found[0] = true;
        for (Invariant invariant : List.of(
                new ReplicasAreEqual(),
                new MembersAgree(),
                new AgreementsAreEqual(),
                new NodesAreReady(),
                new ClocksCarryLiveActors(),
                new NoLiveNodeIsDead())) {
            invariant.rested(rest, note);
        }
        if (!found[0]) {
            new WritesCountOnce(world.history()).rested(rest, note);
        }
        return !found[0] && haveSettled(world.nodes()) && acceptorsAreInOrder(rest);
    }

    /** Whether no change of the acceptors is to come: those come a while after all is well. */
    private static boolean acceptorsAreInOrder(FinalState rest) {
        return rest.views().values().stream()
                .allMatch(view -> view.agreement()
                        .filter(known -> AcceptorReplacement.wanted(known.state(), rest.views()::containsKey)
                                .isEmpty())
                        .isPresent());
    }

    /** Lets so much time pass, unless something is violated. */
    private void pass(long nanos) {
        until(() -> false, nanos);
    }

    private void until(BooleanSupplier condition, long limitNanos) {
        world.time()
                .runUntil(
                        () -> {
                            countTask();
                            return world.isViolated() || condition.getAsBoolean();
                        },
                        limitNanos);
    }

    private void countTask() {
        long now = world.time().monotonicNanos();
        long ran = tasks.incrementAndGet();
        if (now - secondBeganNanos >= World.SECOND) {
            secondBeganNanos = now;
            tasksBeforeSecond = ran;
        } else if (ran - tasksBeforeSecond > MOST_TASKS) {
            world.standsStill("more than " + MOST_TASKS + " events ran in one second of virtual time, up to "
                    + now / World.MILLI + " ms after the start");
        }
    }
}
