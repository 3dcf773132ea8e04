package io.dotkv.replication;

import io.dotkv.cluster.ClusterView;
import io.dotkv.cluster.Formation;
import io.dotkv.cluster.Health;
import io.dotkv.cluster.Layout;
import io.dotkv.cluster.Member;
import io.dotkv.kernel.NodeId;
import io.dotkv.storage.Assumed;
import io.dotkv.storage.Mandate;
import io.dotkv.storage.Outcome;
import io.dotkv.storage.Refusal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that the own storage knows which node of which cluster it works for and what it holds: when the cluster has
 * formed, after every change of the layout, and when the storage has started anew.
 *
 * <p>The first mandate of a process makes a new actor, whose boot number must be higher than every one before, also when
 * the disk was lost and only the peers know. Therefore it waits until another member is alive, or for a grace period; and the
 * boot that was taken is then made known to the peers.
 *
 * <p>Each event returns the effects to carry out, in order. One thread at a time.
 */
final class Enlistment {
    private static final long FIRST_RETRY_NANOS = 100_000_000;
    private static final long LAST_RETRY_NANOS = 5_000_000_000L;

    private final long meetGraceNanos;
    private @Nullable ClusterView view;
    private long graceEndsNanos;
    private boolean met;
    private boolean asking;
    private long askedPlacement;
    private long placement;
    private int boot;
    private long retryNanos = FIRST_RETRY_NANOS;
    private String trouble = "";

    Enlistment(long meetGraceNanos) {
        this.meetGraceNanos = meetGraceNanos;
    }

    /** What the shell is to do. */
    sealed interface Effect {
        /** Hand the mandate to the own storage. */
        record Assume(Mandate mandate) implements Effect {}

        /** Make the boot known to the cluster. */
        record RecordBoot(int boot) implements Effect {}

        /** Call {@link Enlistment#wake} in so many nanoseconds. */
        record WakeIn(long delayNanos) implements Effect {}

        /** Tell the operator. */
        record Note(String sentence, boolean isTrouble) implements Effect {}
    }

    /** Whether the storage works under a mandate. */
    boolean isInForce() {
        return placement > 0;
    }

    /** The cluster has changed. */
    List<Effect> viewed(ClusterView newer, long nowNanos) {
        if (view == null) {
            graceEndsNanos = nowNanos + meetGraceNanos;
        }
        view = newer;
        newer.member(newer.self()).ifPresent(self -> boot = Math.max(boot, self.boot()));
        return proceed(nowNanos);
    }

    /** A wait is over. */
    List<Effect> wake(long nowNanos) {
        return proceed(nowNanos);
    }

    /** The storage says that it does not know who it is: it is another process than before. */
    List<Effect> forgotten(long nowNanos) {
        placement = 0;
        return proceed(nowNanos);
    }

    /** The storage has answered a mandate. */
    List<Effect> assumed(Outcome<Assumed> outcome, long nowNanos) {
        asking = false;
        return switch (outcome) {
            case Outcome.Done<Assumed>(Assumed assumed) -> inForce(assumed, nowNanos);
            case Outcome.Refused<Assumed>(Refusal refusal) -> retry(refusal.reason() + ", " + refusal.detail());
            case Outcome.Unknown<Assumed>(String reason) -> retry(reason);
        };
    }

    private List<Effect> inForce(Assumed assumed, long nowNanos) {
        placement = askedPlacement;
        retryNanos = FIRST_RETRY_NANOS;
        trouble = "";
        List<Effect> effects = new ArrayList<>();
        effects.add(new Effect.Note(
                "The storage of this node works as actor " + assumed.actor() + " under layout version " + placement
                        + "; " + assumed.notVoting().size() + " of its partitions do not vote yet.",
                false));
        if (assumed.actor().boot() > boot) {
            boot = assumed.actor().boot();
            effects.add(new Effect.RecordBoot(boot));
        }
        effects.addAll(proceed(nowNanos));
        return effects;
    }

    private List<Effect> retry(String why) {
        List<Effect> effects = new ArrayList<>(2);
        if (!why.equals(trouble)) {
            effects.add(new Effect.Note(
                    "The storage of this node did not take its mandate (" + why
                            + "). Writes go through other nodes meanwhile; this is tried again until it does.",
                    true));
            trouble = why;
        }
        effects.add(new Effect.WakeIn(retryNanos));
        retryNanos = Math.min(2 * retryNanos, LAST_RETRY_NANOS);
        return effects;
    }

    private List<Effect> proceed(long nowNanos) {
        if (view == null || asking || view.formation().isEmpty()) {
            return List.of();
        }
        ClusterView current = view;
        Formation formation = view.formation().get();
        if (formation.numberOf(current.self()).isEmpty() || formation.layout().version() == placement) {
            return List.of();
        }
        met = met
                || formation.members().size() == 1
                || current.members().stream().anyMatch(this::isOtherAlive);
        if (!met && graceEndsNanos - nowNanos > 0) {
            return List.of(new Effect.WakeIn(graceEndsNanos - nowNanos));
        }
        met = true;
        asking = true;
        askedPlacement = formation.layout().version();
        return List.of(new Effect.Assume(mandate(current.self(), formation)));
    }

    private boolean isOtherAlive(Member member) {
        return view != null && !member.node().equals(view.self()) && member.health() == Health.ALIVE;
    }

    private Mandate mandate(NodeId self, Formation formation) {
        Layout layout = formation.layout();
        int replicas = layout.replicas();
        return new Mandate(
                formation.clusterId(),
                self,
                formation.numberOf(self).orElseThrow(),
                boot + 1,
                boot > 0,
                layout.version(),
                layout.partitions(),
                layout.heldBy(self),
                replicas - Consistency.QUORUM.required(replicas) + 1);
    }
}
