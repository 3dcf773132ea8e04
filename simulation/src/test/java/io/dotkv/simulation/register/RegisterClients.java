package io.dotkv.simulation.register;

import io.dotkv.cluster.register.paxos.ProposerEffect;
import io.dotkv.cluster.register.state.StateChange;
import io.dotkv.cluster.register.state.StateChange.Outcome;
import io.dotkv.kernel.ports.RandomSource;
import io.dotkv.simulation.linearizability.ObservedOperation;
import java.util.ArrayList;
import java.util.List;

/**
 * The clients of a {@link RegisterWorld}: each has one wish, and brings it to any node, and then perhaps to another.
 */
final class RegisterClients {
    private static final long MILLI = 1_000_000;
    private static final int MOST_TRIES = 2;
    private static final int MOST_OPEN = 5;

    private final RegisterWorld world;
    private final RandomSource random;
    private final Wishes wanted;
    private final List<Wish> wishes = new ArrayList<>();
    private long wishIds;

    RegisterClients(RegisterWorld world, Wishes wanted) {
        this.world = world;
        this.random = world.random();
        this.wanted = wanted;
    }

    /** Somebody wants something of a node; false when too much has no answer yet. */
    boolean want(RegisterNode node) {
        // Every wish without an answer doubles what the check of the history may have to try.
        if (wishes.stream().filter(wish -> wish.outcome() == null).count() >= MOST_OPEN) {
            return false;
        }
        want(wanted.draw(node, world.lineage().newestChosen()));
        return true;
    }

    /** Somebody wants this. */
    Wish want(StateChange change) {
        Wish wish = new Wish(change);
        wishes.add(wish);
        attempt(wish);
        return wish;
    }

    private void attempt(Wish wish) {
        if (wish.outcome() != null || wish.tryAgain() > MOST_TRIES) {
            return;
        }
        RegisterNode node = world.nodes().get(random.nextInt(world.nodes().size()));
        if (!node.isUp()) {
            world.later(100 * MILLI, () -> attempt(wish));
            return;
        }
        wish.ask(world.nowNanos());
        node.submit(++wishIds, wish.change(), result -> {
            switch (result) {
                case ProposerEffect.Result.Decided decided -> wish.answered(decided, world.nowNanos());
                case ProposerEffect.Result.Unknown() -> {}
                case ProposerEffect.Result.NotDone() -> wish.notDone();
            }
            if (wish.outcome() == null) {
                attempt(wish);
            }
        });
        world.later(1_000 * MILLI, () -> attempt(wish));
    }

    /** What everybody wanted and was told. */
    List<ObservedOperation<String, StateChange, Outcome>> history() {
        return wishes.stream().flatMap(wish -> wish.asOperations().stream()).toList();
    }

    /** How many wishes were decided. */
    long decided() {
        return wishes.stream().filter(wish -> wish.outcome() != null).count();
    }
}
