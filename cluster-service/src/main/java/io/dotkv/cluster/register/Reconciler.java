package io.dotkv.cluster.register;

import io.dotkv.cluster.Cluster.BootRequest;
import io.dotkv.cluster.ClusterMessages;
import io.dotkv.cluster.Health;
import io.dotkv.cluster.Now;
import io.dotkv.cluster.ProposalOutcome;
import io.dotkv.cluster.membership.MemberTable;
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

/**
 * What this node has to see to in the cluster register: that it is a member, that its storage has a boot, that the
 * acceptors are in order. Each is asked for again and again until the agreement that is known here says so. One thread.
 */
final class Reconciler {
    private static final long TRY_NANOS = 5_000_000_000L;
    private static final long PAUSE_NANOS = 500_000_000;
    private static final long UPKEEP_NANOS = 1_000_000_000;
    private static final long SETTLE_NANOS = 10_000_000_000L;
    private static final long AHEAD_NANOS = 1_500_000_000;

    private final CommittedState agreed;
    private final LocalRegister register;
    private final PendingProposals proposals;
    private final MemberTable table;
    private final List<Boot> boots = new ArrayList<>();
    private final Retry joining = new Retry();
    private final Retry booting = new Retry();
    private final Retry upkeep = new Retry();
    private final Retry learning = new Retry();
    private long aheadSinceNanos = Long.MAX_VALUE;
    private long metNanos = Long.MAX_VALUE;
    private boolean stopped;

    /** A proposal that is under way, or to be made again at some time. */
    private static final class Retry {
        private long id;
        private long askedNanos;
        private long nextNanos;

        boolean isDue(Now now) {
            return id == 0 && now.nanos() >= nextNanos;
        }

        boolean ends(long decided) {
            boolean isThis = id != 0 && id == decided;
            if (isThis) {
                id = 0;
                nextNanos = askedNanos + PAUSE_NANOS;
            }
            return isThis;
        }
    }

    private record Boot(long id, BootRequest request, long deadlineNanos) {}

    Reconciler(CommittedState agreed, LocalRegister register, PendingProposals proposals, MemberTable table) {
        this.agreed = agreed;
        this.register = register;
        this.proposals = proposals;
        this.table = table;
    }

    /** Wants a boot; what becomes of it is told at the deadline at the latest. */
    void boot(long id, BootRequest request, long deadlineNanos) {
        boots.add(new Boot(id, request, deadlineNanos));
    }

    /** @param hasMet whether another node has let this one in, or there is none */
    List<RegisterEffect> tick(boolean hasMet, Now now) {
        List<RegisterEffect> effects = new ArrayList<>();
        if (agreed.version() > 0 && !stopped) {
            ClusterState state = agreed.state().orElseThrow();
            Optional<DepartedMember> gone = agreed.departure(table.own());
            if (gone.isPresent()) {
                return List.of(stop(ClusterMessages.ofOwn(gone.get())));
            }
            Optional<RegisteredMember> self = state.member(table.own().node())
                    .filter(member -> member.instance().equals(table.own().instance()));
            if (self.isEmpty() && hasMet) {
                effects.addAll(join(state, now));
            }
            self.ifPresent(member -> effects.addAll(boot(member, now)));
            if (hasMet) {
                effects.addAll(keepAcceptors(state, now));
            }
            effects.addAll(learn(now));
        }
        effects.addAll(expire(now));
        return effects;
    }

    private RegisterEffect stop(String sentence) {
        stopped = true;
        return new RegisterEffect.Stop(sentence);
    }

    private List<RegisterEffect> propose(Retry retry, StateChange change, Now now) {
        retry.id = proposals.nextId();
        retry.askedNanos = now.nanos();
        return proposals.add(retry.id, change, now.nanos() + TRY_NANOS, now);
    }

    /** Takes what became of a proposal of its own; gives back any other. */
    List<RegisterEffect> decided(RegisterEffect.Decided decided) {
        if (joining.ends(decided.id())) {
            return joined(decided.outcome());
        }
        boolean isOwn = booting.ends(decided.id()) || upkeep.ends(decided.id()) || learning.ends(decided.id());
        return isOwn ? List.of() : List.of(decided);
    }

    private List<RegisterEffect> join(ClusterState state, Now now) {
        NodeId node = table.own().node();
        return joining.isDue(now)
                ? propose(
                        joining,
                        new MemberChange.Join(
                                node, table.own().instance(), state.member(node).map(RegisteredMember::instance)),
                        now)
                : List.of();
    }

    private List<RegisterEffect> joined(ProposalOutcome outcome) {
        if (outcome instanceof ProposalOutcome.Refused refused) {
            switch (refused.reason()) {
                case STILL_PLACED, FULL, DEPARTED -> {
                    return List.of(stop(
                            "Node " + table.own().node() + " cannot join the cluster: " + refused.sentence() + "."));
                }
                default -> {}
            }
        }
        return List.of();
    }

    private List<RegisterEffect> boot(RegisteredMember self, Now now) {
        List<RegisterEffect> effects = new ArrayList<>();
        boots.removeIf(boot -> boot.request.life() == self.life()
                && effects.add(new RegisterEffect.Decided(boot.id, new ProposalOutcome.Changed(self.boot()))));
        if (!boots.isEmpty() && booting.isDue(now)) {
            BootRequest request = boots.getLast().request;
            MemberChange.Boot change = new MemberChange.Boot(
                    self.node(),
                    self.instance(),
                    self.boot(),
                    request.life(),
                    request.storageId(),
                    Math.max(request.above(), table.own().boot()));
            effects.addAll(propose(booting, change, now));
        }
        return effects;
    }

    private List<RegisterEffect> expire(Now now) {
        List<RegisterEffect> effects = new ArrayList<>();
        boots.removeIf(boot -> now.nanos() >= boot.deadlineNanos
                && effects.add(new RegisterEffect.Decided(boot.id, new ProposalOutcome.Undecided(true))));
        return effects;
    }

    private List<RegisterEffect> keepAcceptors(ClusterState state, Now now) {
        if (metNanos == Long.MAX_VALUE) {
            // Who was alive before this node's start may be dead by now: an acceptor that is not there is worse than
            // none.
            metNanos = now.nanos();
            upkeep.nextNanos = now.nanos() + SETTLE_NANOS;
        }
        if (!upkeep.isDue(now)) {
            return List.of();
        }
        upkeep.nextNanos = now.nanos() + UPKEEP_NANOS;
        List<AcceptorId> live = proposals.proposers();
        AcceptorId self = new AcceptorId(table.own().node(), table.own().instance());
        if (live.isEmpty() || !live.getFirst().equals(self)) {
            return List.of();
        }
        return AcceptorReplacement.wanted(state, node -> isThere(state, node))
                .map(wanted -> propose(upkeep, wanted, now))
                .orElse(List.of());
    }

    /* Whoever had a value chosen may be gone before it could tell; those who accepted it find out. */
    private List<RegisterEffect> learn(Now now) {
        if (!register.isAhead()) {
            aheadSinceNanos = Long.MAX_VALUE;
        } else if (aheadSinceNanos == Long.MAX_VALUE) {
            aheadSinceNanos = now.nanos();
        } else if (now.nanos() - aheadSinceNanos >= AHEAD_NANOS && learning.isDue(now)) {
            return propose(learning, new StateChange.Nothing(), now);
        }
        return List.of();
    }

    private boolean isThere(ClusterState state, NodeId node) {
        String instance = state.member(node).map(RegisteredMember::instance).orElse("");
        return table.get(node)
                .filter(member ->
                        member.health() == Health.ALIVE && member.instance().equals(instance))
                .isPresent();
    }
}
