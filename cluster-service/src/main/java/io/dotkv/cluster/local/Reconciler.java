package io.dotkv.cluster.local;

import io.dotkv.cluster.Cluster.AgreedBoot;
import io.dotkv.cluster.Cluster.BootRequest;
import io.dotkv.cluster.ClusterMessages;
import io.dotkv.cluster.Health;
import io.dotkv.cluster.Now;
import io.dotkv.cluster.ProposalOutcome;
import io.dotkv.cluster.membership.MemberTable;
import io.dotkv.cluster.register.state.AcceptorChange;
import io.dotkv.cluster.register.state.AcceptorId;
import io.dotkv.cluster.register.state.AcceptorReplacement;
import io.dotkv.cluster.register.state.ClusterState;
import io.dotkv.cluster.register.state.DepartedMember;
import io.dotkv.cluster.register.state.MemberChange;
import io.dotkv.cluster.register.state.RegisteredMember;
import io.dotkv.cluster.register.state.StateChange;
import io.dotkv.kernel.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What this node has to see to in the cluster register: that it is a member, that its storage has a boot, that the acceptors
 * are in order. Each is asked for again and again until the agreement that is known here says so. One thread.
 */
final class Reconciler {
    private static final long TRY_NANOS = 5_000_000_000L;
    private static final long PAUSE_NANOS = 500_000_000;
    private static final long UPKEEP_NANOS = 1_000_000_000;
    private static final long SETTLE_NANOS = 10_000_000_000L;
    private static final long AHEAD_NANOS = 1_500_000_000;

    private final CommittedState agreed;
    private final LocalRegister register;
    private final PendingProposals petitions;
    private final MemberTable table;
    private final Outbox out;
    private final List<Boot> boots = new ArrayList<>();
    private final Errand joining = new Errand();
    private final Errand booting = new Errand();
    private final Errand upkeep = new Errand();
    private final Errand learning = new Errand();
    private long aheadSinceNanos = Long.MAX_VALUE;
    private long metNanos = Long.MAX_VALUE;
    private boolean stopped;

    /** Something that is under way, or to be tried again at some time. */
    private static final class Errand {
        private boolean isUnderWay;
        private long nextNanos;

        boolean isDue(Now now) {
            return !isUnderWay && now.nanos() >= nextNanos;
        }
    }

    private record Boot(BootRequest request, long deadlineNanos, Consumer<Result> then) {}

    /** What became of the wish for a boot: it, or why not. */
    record Result(@Nullable AgreedBoot boot, ProposalOutcome decision) {}

    Reconciler(
            CommittedState agreed, LocalRegister register, PendingProposals petitions, MemberTable table, Outbox out) {
        this.agreed = agreed;
        this.register = register;
        this.petitions = petitions;
        this.table = table;
        this.out = out;
    }

    /** Wants a boot; what becomes of it is told at the deadline at the latest. */
    void boot(BootRequest request, long deadlineNanos, Consumer<Result> then) {
        boots.add(new Boot(request, deadlineNanos, then));
    }

    /** @param hasMet whether another node has let this one in, or there is none */
    void tick(boolean hasMet, Now now) {
        Optional<ClusterState> state = agreed.state();
        if (state.isPresent() && !stopped) {
            Optional<DepartedMember> gone = agreed.departure(table.own());
            if (gone.isPresent()) {
                stopped = true;
                out.add(new ClusterEffect.Stop(ClusterMessages.ofOwn(gone.get())));
                return;
            }
            Optional<RegisteredMember> self = state.get()
                    .member(table.own().node())
                    .filter(member -> member.instance().equals(table.own().instance()));
            if (self.isEmpty() && hasMet) {
                join(state.get(), now);
            }
            self.ifPresent(member -> boot(member, now));
            if (hasMet) {
                keepAcceptors(state.get(), now);
            }
            learn(now);
        }
        expire(now);
    }

    private void join(ClusterState state, Now now) {
        if (!joining.isDue(now)) {
            return;
        }
        joining.isUnderWay = true;
        NodeId node = table.own().node();
        MemberChange.Join change = new MemberChange.Join(
                node, table.own().instance(), state.member(node).map(RegisteredMember::instance));
        petitions.add(change, now.nanos() + TRY_NANOS, decision -> joined(decision, now), now);
    }

    private void joined(ProposalOutcome decision, Now asked) {
        done(joining, asked);
        if (decision instanceof ProposalOutcome.Refused refused) {
            switch (refused.reason()) {
                case STILL_PLACED, FULL, DEPARTED -> {
                    stopped = true;
                    out.add(new ClusterEffect.Stop(
                            "Node " + table.own().node() + " cannot join the cluster: " + refused.sentence() + "."));
                }
                default -> {}
            }
        }
    }

    private static void done(Errand errand, Now asked) {
        errand.isUnderWay = false;
        errand.nextNanos = asked.nanos() + PAUSE_NANOS;
    }

    private void boot(RegisteredMember self, Now now) {
        List<Boot> taken = boots.stream()
                .filter(boot -> boot.request.life() == self.life())
                .toList();
        boots.removeAll(taken);
        taken.forEach(boot -> boot.then.accept(
                new Result(new AgreedBoot(self.boot(), self.formerLife()), new ProposalOutcome.Changed(self.boot()))));
        if (boots.isEmpty() || !booting.isDue(now)) {
            return;
        }
        booting.isUnderWay = true;
        BootRequest request = boots.getLast().request;
        MemberChange.Boot change = new MemberChange.Boot(
                self.node(),
                self.instance(),
                self.boot(),
                request.life(),
                request.storageId(),
                Math.max(request.above(), table.own().boot()));
        petitions.add(change, now.nanos() + TRY_NANOS, decision -> done(booting, now), now);
    }

    private void expire(Now now) {
        List<Boot> over =
                boots.stream().filter(boot -> now.nanos() >= boot.deadlineNanos).toList();
        boots.removeAll(over);
        over.forEach(boot -> boot.then.accept(new Result(null, new ProposalOutcome.Undecided(true))));
    }

    private void keepAcceptors(ClusterState state, Now now) {
        if (metNanos == Long.MAX_VALUE) {
            // Who was alive before this node's start may be dead by now: an acceptor that is not there is worse than
            // none.
            metNanos = now.nanos();
            upkeep.nextNanos = now.nanos() + SETTLE_NANOS;
        }
        if (!upkeep.isDue(now)) {
            return;
        }
        upkeep.nextNanos = now.nanos() + UPKEEP_NANOS;
        List<AcceptorId> live = petitions.proposers();
        AcceptorId self = new AcceptorId(table.own().node(), table.own().instance());
        if (live.isEmpty() || !live.getFirst().equals(self)) {
            return;
        }
        Optional<AcceptorChange> wanted = AcceptorReplacement.wanted(state, node -> isThere(state, node));
        if (wanted.isPresent()) {
            upkeep.isUnderWay = true;
            petitions.add(wanted.get(), now.nanos() + TRY_NANOS, decision -> done(upkeep, now), now);
        }
    }

    /* Whoever had a value chosen may be gone before it could tell; those who accepted it find out. */
    private void learn(Now now) {
        if (!register.isAhead()) {
            aheadSinceNanos = Long.MAX_VALUE;
        } else if (aheadSinceNanos == Long.MAX_VALUE) {
            aheadSinceNanos = now.nanos();
        } else if (now.nanos() - aheadSinceNanos >= AHEAD_NANOS && learning.isDue(now)) {
            learning.isUnderWay = true;
            petitions.add(new StateChange.Nothing(), now.nanos() + TRY_NANOS, decision -> done(learning, now), now);
        }
    }

    private boolean isThere(ClusterState state, NodeId node) {
        String instance = state.member(node).map(RegisteredMember::instance).orElse("");
        return table.get(node)
                .filter(member ->
                        member.health() == Health.ALIVE && member.instance().equals(instance))
                .isPresent();
    }
}
