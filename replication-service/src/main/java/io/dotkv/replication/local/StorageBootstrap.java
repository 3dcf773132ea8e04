package io.dotkv.replication.local;

import io.dotkv.cluster.Agreement;
import io.dotkv.cluster.Cluster.AgreedBoot;
import io.dotkv.cluster.Cluster.BootRequest;
import io.dotkv.cluster.ClusterView;
import io.dotkv.cluster.Health;
import io.dotkv.cluster.Member;
import io.dotkv.cluster.layout.Layout;
import io.dotkv.cluster.register.state.RegisteredMember;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.Retirements;
import io.dotkv.replication.retire.AgreedRetirements;
import io.dotkv.replication.route.Topology;
import io.dotkv.storage.Assignment;
import io.dotkv.storage.AssignmentAck;
import io.dotkv.storage.Outcome;
import io.dotkv.storage.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that the own storage knows which node of which cluster it works for and what it holds: when the cluster
 * has formed, after every change of the layout, and when the storage has started anew.
 *
 * <p>The first mandate of a storage process lets it serve reads and take what others have written. Then the cluster is
 * asked to agree on its boot, by the life that is on its disk by now; with that it coordinates writes, too. The first
 * mandate waits until another member is alive, or for a grace period: the others may know that the disk is not the
 * newest of this node.
 *
 * <p>Each event returns the effects to carry out, in order. One thread at a time.
 */
public final class StorageBootstrap {
    private static final long FIRST_RETRY_NANOS = 100_000_000;
    private static final long LAST_RETRY_NANOS = 5_000_000_000L;

    private final long meetGraceNanos;
    private @Nullable ClusterView view;
    private long graceEndsNanos;
    private boolean met;
    private boolean asking;
    private boolean askingBoot;
    private long askedPlacement;
    private long placement;
    private Retirements asked = Retirements.NONE;
    private Retirements known = Retirements.NONE;
    private @Nullable BootRequest process;
    private @Nullable AgreedBoot boot;
    private boolean hasActor;
    private long retryNanos = FIRST_RETRY_NANOS;
    private String trouble = "";

    StorageBootstrap(long meetGraceNanos) {
        this.meetGraceNanos = meetGraceNanos;
    }

    /** What the shell is to do. */
    sealed interface Effect {
        /** Hand the mandate to the own storage. */
        record Assume(Assignment mandate) implements Effect {}

        /** Ask the cluster to agree on a boot. */
        record AskBoot(BootRequest request) implements Effect {}

        /** Call {@link StorageBootstrap#wake} in so many nanoseconds. */
        record WakeIn(long delayNanos) implements Effect {}

        /** The process cannot go on as this node. */
        record Stop(String sentence) implements Effect {}

        /** Tell the operator. */
        record Note(String sentence, boolean isTrouble) implements Effect {}
    }

    /** Whether the storage works under a mandate. */
    boolean isInForce() {
        return placement > 0;
    }

    /** Whether it works as far as it can at present: with a boot, or without one that cannot be agreed on just now. */
    boolean isReady() {
        return isInForce() && (hasActor || !trouble.isEmpty());
    }

    /** The cluster has changed. */
    List<Effect> viewed(ClusterView newer, long nowNanos) {
        if (view == null) {
            graceEndsNanos = nowNanos + meetGraceNanos;
        }
        view = newer;
        return proceed(nowNanos);
    }

    /** A wait is over. */
    List<Effect> wake(long nowNanos) {
        return proceed(nowNanos);
    }

    /** The storage says that it does not know who it is: it is another process than before. */
    List<Effect> forgotten(long nowNanos) {
        placement = 0;
        known = Retirements.NONE;
        process = null;
        boot = null;
        hasActor = false;
        return proceed(nowNanos);
    }

    /** The storage has answered a mandate. */
    List<Effect> assumed(Outcome<AssignmentAck> outcome, long nowNanos) {
        asking = false;
        return switch (outcome) {
            case Outcome.Done<AssignmentAck>(AssignmentAck assumed) -> inForce(assumed, nowNanos);
            case Outcome.Refused<AssignmentAck>(Refusal refusal)
            when boot == null && refusal.reason() == Refusal.Reason.WRONG_IDENTITY ->
                List.of(new Effect.Stop("The storage belongs to another node: " + refusal.detail() + "."));
            case Outcome.Refused<AssignmentAck>(Refusal refusal) ->
                retry("The storage rejected its assignment (" + refusal.reason() + ", " + refusal.detail()
                        + "). Other nodes coordinate writes meanwhile");
            case Outcome.Unknown<AssignmentAck>(String reason) ->
                retry("The storage rejected its assignment (" + reason + "). Other nodes coordinate writes meanwhile");
        };
    }

    private List<Effect> inForce(AssignmentAck assumed, long nowNanos) {
        placement = askedPlacement;
        known = asked;
        retryNanos = FIRST_RETRY_NANOS;
        boolean wasTroubled = !trouble.isEmpty();
        trouble = "";
        BootRequest present = new BootRequest(assumed.life(), assumed.storageId(), assumed.lastBoot());
        if (process == null || process.life() != present.life()) {
            process = present;
            boot = null;
        }
        List<Effect> effects = new ArrayList<>();
        if (assumed.actor().isPresent()) {
            hasActor = true;
            // Without trouble the storage itself tells it.
            if (wasTroubled) {
                effects.add(new Effect.Note(
                        "The storage of this node runs as actor "
                                + assumed.actor().get() + " under layout version " + placement + "; "
                                + assumed.notVoting().size() + " of its partitions do not vote yet.",
                        false));
            }
        }
        effects.addAll(proceed(nowNanos));
        return effects;
    }

    /** The cluster has agreed on a boot, for the process that asked for it. */
    List<Effect> booted(BootRequest request, AgreedBoot agreed, long nowNanos) {
        askingBoot = false;
        if (process != null && process.life() == request.life()) {
            boot = agreed;
        }
        return proceed(nowNanos);
    }

    /** The cluster could not be asked, or did not agree. */
    List<Effect> notBooted(String why) {
        askingBoot = false;
        return retry("The boot number of this node could not be agreed on: " + why
                + ". It serves reads and replicates writes; it coordinates no writes meanwhile");
    }

    private List<Effect> retry(String sentence) {
        List<Effect> effects = new ArrayList<>(2);
        if (!sentence.equals(trouble)) {
            effects.add(new Effect.Note(sentence + "; retrying.", true));
            trouble = sentence;
        }
        effects.add(new Effect.WakeIn(retryNanos));
        retryNanos = Math.min(2 * retryNanos, LAST_RETRY_NANOS);
        return effects;
    }

    private List<Effect> proceed(long nowNanos) {
        if (view == null || asking || view.agreement().isEmpty()) {
            return List.of();
        }
        ClusterView current = view;
        Agreement agreement = view.agreement().get();
        if (!isMember(current, agreement)) {
            return List.of();
        }
        if (isSuperseded(agreement.state().member(current.self()).orElseThrow())) {
            return List.of(new Effect.Stop("Another process has replaced this one as node " + current.self()
                    + ", with a copy of its data folder. No acknowledged write is lost. Restart this "
                    + "process after the other is stopped, or move its folder away and choose another "
                    + "name."));
        }
        Retirements retirements = AgreedRetirements.retirements(agreement, current.self());
        boolean isKnown =
                agreement.layout().version() == placement && retirements.nodes().equals(known.nodes());
        if (isKnown && (hasActor || boot == null)) {
            return hasActor || askingBoot || process == null ? List.of() : askBoot(process);
        }
        met = met || agreement.nodes().size() == 1 || current.members().stream().anyMatch(this::isOtherAlive);
        if (!met && graceEndsNanos - nowNanos > 0) {
            return List.of(new Effect.WakeIn(graceEndsNanos - nowNanos));
        }
        met = true;
        asking = true;
        askedPlacement = agreement.layout().version();
        asked = retirements;
        return List.of(new Effect.Assume(mandate(current.self(), agreement)));
    }

    /**
     * With this life of its data: the number of another life is none of its own, and that one may go and take it along.
     */
    private static boolean isMember(ClusterView view, Agreement agreement) {
        Optional<String> instance = view.member(view.self()).map(Member::instance);
        return instance.isPresent()
                && instance.equals(agreement.state().member(view.self()).map(RegisteredMember::instance));
    }

    /** Whether a process of another life has a boot after this one's. */
    private boolean isSuperseded(RegisteredMember member) {
        return hasActor
                && boot != null
                && process != null
                && member.boot() > boot.number()
                && member.life() != process.life();
    }

    private List<Effect> askBoot(BootRequest request) {
        askingBoot = true;
        return List.of(new Effect.AskBoot(request));
    }

    private boolean isOtherAlive(Member member) {
        return view != null && !member.node().equals(view.self()) && member.health() == Health.ALIVE;
    }

    private Assignment mandate(NodeId self, Agreement agreement) {
        Layout layout = agreement.layout();
        RegisteredMember member = agreement.state().member(self).orElseThrow();
        return new Assignment(
                agreement.clusterId(),
                self,
                member.number(),
                boot == null ? 0 : boot.number(),
                boot == null ? member.life() : boot.formerLife(),
                layout.version(),
                layout.partitions(),
                layout.heldBy(self),
                Topology.donors(layout.replicas()),
                AgreedRetirements.others(agreement, self),
                layout.replicas(),
                asked);
    }
}
