package io.dotkv.simulation;

import io.dotkv.cluster.Cluster;
import io.dotkv.cluster.NotAgreedException;
import io.dotkv.cluster.register.state.StateChange.Refusal;
import io.dotkv.kernel.ports.RandomSource;
import io.dotkv.kernel.simulated.SimulatedTime.SimulatedProcess;
import io.dotkv.simulation.machine.NodeProcess;
import io.dotkv.simulation.machine.SimulatedClock;
import io.dotkv.simulation.machine.SimulatedNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Who runs the cluster: brings nodes into it once it has formed, and takes them out for good, by their own wish or,
 * when they were stopped, by that of another node; each wish is repeated until it is agreed. What was taken out is
 * started again on its old disk. Its wishes go over the network like those of clients.
 */
final class Operator {
    private static final long PATIENCE_NANOS = 12 * World.SECOND;
    private static final long PAUSE_NANOS = World.SECOND;

    private final World world;
    private final RandomSource random;
    private final NodeProcess endpoint;
    /** Who is still to come. */
    private final Set<String> coming = new TreeSet<>();
    /** Who is being taken out, with what is still to be done in words. */
    private final Map<String, String> going = new TreeMap<>();

    Operator(World world) {
        this.world = world;
        this.random = world.random().fork();
        SimulatedProcess process = world.time().process();
        SimulatedClock clock = new SimulatedClock(world.time(), random.nextInt(1_000_000), 0);
        this.endpoint = new NodeProcess(world.network().addHost("operator"), process, clock, clock.measuring(process));
    }

    /** What is still to be done, in words. */
    List<String> open() {
        List<String> open = new ArrayList<>(going.values());
        coming.forEach(name -> open.add(name + " is still to come"));
        return open;
    }

    /** Whether some member is being taken out. */
    boolean isTakingOut() {
        return !going.isEmpty();
    }

    /** Starts a node that is none of the founders within so many nanoseconds, but not before the cluster has formed. */
    void bring(SimulatedNode node, long withinNanos) {
        coming.add(node.id().name());
        endpoint.in(Long.remainderUnsigned(random.nextLong(), withinNanos), () -> startOnceFormed(node));
    }

    private void startOnceFormed(SimulatedNode node) {
        boolean hasFormed = world.nodes().stream()
                .flatMap(other -> other.view().stream())
                .anyMatch(view -> view.agreement().isPresent());
        if (hasFormed) {
            coming.remove(node.id().name());
            world.trace().event(node.id().name(), "comes to the cluster");
            node.release();
        } else {
            endpoint.in(PAUSE_NANOS, () -> startOnceFormed(node));
        }
    }

    /** Has a node that runs leave for good. */
    void retire(SimulatedNode node) {
        if (isFree(node) && node.isUp()) {
            begin(node, "is to leave for good");
            askToLeave(node);
        }
    }

    private void askToLeave(SimulatedNode node) {
        if (node.departure().isPresent()) {
            done(node, "has left for good");
            return;
        }
        ask(node, node, members -> members.leaveForGood(true), () -> askToLeave(node));
    }

    /** Stops a node and has another one remove it. */
    void remove(SimulatedNode node) {
        if (isFree(node)) {
            begin(node, "is to be removed");
            node.withhold();
            if (random.nextInt(2) == 0) {
                node.kill();
            } else {
                node.stop();
            }
            askToRemove(node);
        }
    }

    private void askToRemove(SimulatedNode node) {
        List<SimulatedNode> others = world.nodes().stream()
                .filter(other -> other != node && other.isUp())
                .toList();
        if (others.isEmpty()) {
            endpoint.in(PAUSE_NANOS, () -> askToRemove(node));
            return;
        }
        SimulatedNode asked = others.get(random.nextInt(others.size()));
        ask(node, asked, members -> members.remove(node.id(), true), () -> askToRemove(node));
    }

    private boolean isFree(SimulatedNode node) {
        return !coming.contains(node.id().name())
                && !going.containsKey(node.id().name())
                && node.departure().isEmpty();
    }

    private void begin(SimulatedNode node, String what) {
        going.put(node.id().name(), node.id() + " " + what);
        world.trace().event(node.id().name(), what);
    }

    private void done(SimulatedNode node, String what) {
        going.remove(node.id().name());
        world.trace().event(node.id().name(), what);
    }

    /** What is asked of a node. */
    private interface Wish {
        CompletionStage<Cluster.Departed> of(Cluster members);
    }

    private void ask(SimulatedNode node, SimulatedNode asked, Wish wish, Runnable again) {
        world.network()
                .call(
                        endpoint,
                        asked.host().address(),
                        "wish that " + node.id() + " goes",
                        PATIENCE_NANOS,
                        true,
                        there -> wish.of(there.members()))
                .whenComplete((departed, failure) -> {
                    if (failure == null) {
                        world.departed(departed);
                        over(node, "is a member no more, says " + asked.id() + "; it was number " + departed.number());
                    } else if (isNoMember(failure)) {
                        over(node, "is no member, says " + asked.id());
                    } else {
                        endpoint.in(PAUSE_NANOS, again);
                    }
                });
    }

    /** A node that was withheld is started again after a while. */
    private void over(SimulatedNode node, String how) {
        world.trace().event(node.id().name(), how);
        endpoint.in(random.nextInt(5_000) * World.MILLI, () -> {
            done(node, "may be started");
            node.release();
        });
    }

    private static boolean isNoMember(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return refusal(cause)
                .filter(reason -> reason == Refusal.NOT_A_MEMBER || reason == Refusal.DEPARTED)
                .isPresent();
    }

    private static Optional<Refusal> refusal(@Nullable Throwable failure) {
        return failure instanceof NotAgreedException notAgreed ? notAgreed.refusal() : Optional.empty();
    }
}
