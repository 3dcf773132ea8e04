package io.dotkv.cluster.local;

import io.dotkv.cluster.ClusterPeer;
import io.dotkv.cluster.Now;
import io.dotkv.cluster.ProposalOutcome;
import io.dotkv.cluster.membership.MemberTable;
import io.dotkv.cluster.register.paxos.Accepted;
import io.dotkv.cluster.register.paxos.ProposerEffect.Result;
import io.dotkv.cluster.register.state.AcceptorId;
import io.dotkv.cluster.register.state.StateChange;
import io.dotkv.cluster.register.state.StateChange.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Changes of what is agreed that this node wants: each is handed to one proposer, so that many are proposed together and
 * proposers do not defeat each other. That is the acceptor with the smallest name that is believed to be there; when it does
 * not decide, another is asked, and so on until the deadline. Changes are idempotent. One thread.
 */
final class PendingProposals {
    private static final long TRY_NANOS = 3_000_000_000L;
    private static final long PAUSE_NANOS = 200_000_000;

    private final CommittedState agreed;
    private final LocalRegister register;
    private final MemberTable table;
    private final Outbox out;
    private final Map<Long, Petition> open = new TreeMap<>();
    private long ids;

    private static final class Petition {
        private final StateChange change;
        private final long deadlineNanos;
        private final Consumer<ProposalOutcome> then;
        private int tries;
        private boolean isUnderWay;
        private boolean mayTakeEffect;
        private long nextNanos;

        private Petition(StateChange change, long deadlineNanos, Consumer<ProposalOutcome> then) {
            this.change = change;
            this.deadlineNanos = deadlineNanos;
            this.then = then;
        }
    }

    PendingProposals(CommittedState agreed, LocalRegister register, MemberTable table, Outbox out) {
        this.agreed = agreed;
        this.register = register;
        this.table = table;
        this.out = out;
    }

    /** Another number for each change that is handed to a proposer. */
    long nextId() {
        ids++;
        return ids;
    }

    /** Wants a change; it is decided, or given up at the deadline. */
    void add(StateChange change, long deadlineNanos, Consumer<ProposalOutcome> then, Now now) {
        Petition petition = new Petition(change, deadlineNanos, then);
        long id = nextId();
        open.put(id, petition);
        handIn(id, petition, now);
    }

    void tick(Now now) {
        for (Map.Entry<Long, Petition> entry : List.copyOf(open.entrySet())) {
            Petition petition = entry.getValue();
            if (petition.isUnderWay) {
                continue;
            }
            if (now.nanos() >= petition.deadlineNanos) {
                decide(entry.getKey(), petition, new ProposalOutcome.Undecided(petition.mayTakeEffect));
            } else if (now.nanos() >= petition.nextNanos) {
                handIn(entry.getKey(), petition, now);
            }
        }
    }

    private void handIn(long id, Petition petition, Now now) {
        List<AcceptorId> proposers = proposers();
        AcceptorId proposer = proposers.isEmpty() ? register.self() : proposers.get(petition.tries % proposers.size());
        petition.tries++;
        petition.isUnderWay = true;
        long deadlineNanos = Math.min(petition.deadlineNanos, now.nanos() + TRY_NANOS);
        if (proposer.equals(register.self())) {
            register.submit(nextId(), petition.change, deadlineNanos, result -> took(id, decisionOf(result), now), now);
        } else {
            ClusterPeer.Proposal proposal = new ClusterPeer.Proposal(
                    agreed.state().orElseThrow().clusterId(), petition.change, agreed.version());
            out.add(new ClusterEffect.HandOver(
                    table.get(proposer.node()).orElseThrow(), proposal, id, deadlineNanos - now.nanos()));
        }
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

    /** What a result of a proposer means for whoever handed the change in. */
    static ProposalOutcome decisionOf(Result result) {
        return switch (result) {
            case Result.Decided(Outcome.Changed changed, var state, var repeated) ->
                new ProposalOutcome.Changed(changed.answer());
            case Result.Decided(Outcome.Refused refused, var state, var repeated) ->
                new ProposalOutcome.Refused(refused.reason(), refused.sentence());
            case Result.Unknown() -> new ProposalOutcome.Undecided(true);
            case Result.NotDone() -> new ProposalOutcome.Undecided(false);
        };
    }

    /** A proposer of another node has answered; nothing was heard if it is empty. */
    void answered(long id, Optional<ClusterPeer.Decided> decided, Now now) {
        Optional<Accepted> newest = decided.flatMap(ClusterPeer.Decided::newest);
        newest.ifPresent(value -> register.learn(value, now));
        took(id, decided.map(ClusterPeer.Decided::decision).orElse(new ProposalOutcome.Undecided(true)), now);
    }

    private void took(long id, ProposalOutcome decision, Now now) {
        Petition petition = open.get(id);
        if (petition == null) {
            return;
        }
        if (decision instanceof ProposalOutcome.Undecided undecided) {
            petition.isUnderWay = false;
            petition.mayTakeEffect |= undecided.mayTakeEffect();
            petition.nextNanos = now.nanos() + PAUSE_NANOS;
        } else {
            decide(id, petition, decision);
        }
    }

    private void decide(long id, Petition petition, ProposalOutcome decision) {
        open.remove(id);
        petition.then.accept(decision);
    }
}
