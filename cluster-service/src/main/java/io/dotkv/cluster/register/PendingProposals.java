package io.dotkv.cluster.register;

import io.dotkv.cluster.ClusterPeer;
import io.dotkv.cluster.Now;
import io.dotkv.cluster.ProposalOutcome;
import io.dotkv.cluster.membership.MemberTable;
import io.dotkv.cluster.register.paxos.Accepted;
import io.dotkv.cluster.register.state.AcceptorId;
import io.dotkv.cluster.register.state.StateChange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Changes of what is agreed that this node wants: each is handed to one proposer, so that many are proposed together
 * and proposers do not defeat each other. That is the acceptor with the smallest name that is believed to be there;
 * when it does not decide, another is asked, and so on until the deadline. Changes are idempotent. One thread.
 */
final class PendingProposals {
    private static final long TRY_NANOS = 3_000_000_000L;
    private static final long PAUSE_NANOS = 200_000_000;

    private final CommittedState agreed;
    private final LocalRegister register;
    private final MemberTable table;
    private final Map<Long, Pending> open = new TreeMap<>();
    private final Map<Long, Long> submitted = new HashMap<>();
    private long ids;

    private static final class Pending {
        private final StateChange change;
        private final long deadlineNanos;
        private int tries;
        private long triedNanos;
        private boolean isUnderWay;
        private boolean mayTakeEffect;
        private long nextNanos;

        private Pending(StateChange change, long deadlineNanos) {
            this.change = change;
            this.deadlineNanos = deadlineNanos;
        }
    }

    PendingProposals(CommittedState agreed, LocalRegister register, MemberTable table) {
        this.agreed = agreed;
        this.register = register;
        this.table = table;
    }

    /** Another number for each change and each try of one. */
    long nextId() {
        ids++;
        return ids;
    }

    /** Wants a change; it is decided, or given up at the deadline. */
    List<RegisterEffect> add(long id, StateChange change, long deadlineNanos, Now now) {
        Pending pending = new Pending(change, deadlineNanos);
        open.put(id, pending);
        return handIn(id, pending, now);
    }

    List<RegisterEffect> tick(Now now) {
        List<RegisterEffect> effects = new ArrayList<>();
        for (long id : List.copyOf(open.keySet())) {
            Pending pending = Objects.requireNonNull(open.get(id));
            if (pending.isUnderWay) {
                continue;
            }
            if (now.nanos() >= pending.deadlineNanos) {
                open.remove(id);
                effects.add(new RegisterEffect.Decided(id, new ProposalOutcome.Undecided(pending.mayTakeEffect)));
            } else if (now.nanos() >= pending.nextNanos) {
                effects.addAll(handIn(id, pending, now));
            }
        }
        return effects;
    }

    private List<RegisterEffect> handIn(long id, Pending pending, Now now) {
        List<AcceptorId> proposers = proposers();
        AcceptorId proposer = proposers.isEmpty() ? register.self() : proposers.get(pending.tries % proposers.size());
        pending.tries++;
        pending.triedNanos = now.nanos();
        pending.isUnderWay = true;
        long deadlineNanos = Math.min(pending.deadlineNanos, now.nanos() + TRY_NANOS);
        if (proposer.equals(register.self())) {
            long submission = nextId();
            submitted.put(submission, id);
            return register.submit(submission, pending.change, deadlineNanos, now);
        }
        ClusterPeer.Proposal proposal =
                new ClusterPeer.Proposal(agreed.state().orElseThrow().clusterId(), pending.change, agreed.version());
        return List.of(new RegisterEffect.HandOver(
                table.get(proposer.node()).orElseThrow(), proposal, id, deadlineNanos - now.nanos()));
    }

    /** The acceptors that are believed to be there, in order of name. */
    List<AcceptorId> proposers() {
        List<AcceptorId> live = new ArrayList<>();
        agreed.state()
                .ifPresent(state -> state.acceptors().present().stream()
                        .filter(acceptor -> table.get(acceptor.node())
                                .filter(member ->
                                        member.isLive() && member.instance().equals(acceptor.instance()))
                                .isPresent())
                        .forEach(live::add));
        return live;
    }

    /** A proposer of another node has answered; nothing was heard if it is empty. */
    List<RegisterEffect> answered(long id, Optional<ClusterPeer.Decided> decided, Now now) {
        Optional<Accepted> newest = decided.flatMap(ClusterPeer.Decided::newest);
        List<RegisterEffect> effects = new ArrayList<>();
        newest.ifPresent(value -> effects.addAll(register.learn(value, now)));
        ProposalOutcome outcome =
                decided.map(ClusterPeer.Decided::decision).orElse(new ProposalOutcome.Undecided(true));
        effects.addAll(tried(id, outcome, now.nanos()));
        return effects;
    }

    /**
     * Takes what became of a try through the own proposer; empty when it was a change that another node handed over.
     */
    Optional<List<RegisterEffect>> submitted(RegisterEffect.Decided decided) {
        return Optional.ofNullable(submitted.remove(decided.id()))
                .map(id -> open.containsKey(id) ? tried(id, decided.outcome(), open.get(id).triedNanos) : List.of());
    }

    private List<RegisterEffect> tried(long id, ProposalOutcome outcome, long nanos) {
        Pending pending = open.get(id);
        if (pending == null) {
            return List.of();
        }
        if (outcome instanceof ProposalOutcome.Undecided undecided) {
            pending.isUnderWay = false;
            pending.mayTakeEffect |= undecided.mayTakeEffect();
            pending.nextNanos = nanos + PAUSE_NANOS;
            return List.of();
        }
        open.remove(id);
        return List.of(new RegisterEffect.Decided(id, outcome));
    }
}
