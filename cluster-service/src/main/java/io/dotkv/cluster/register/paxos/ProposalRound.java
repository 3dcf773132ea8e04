package io.dotkv.cluster.register.paxos;

import io.dotkv.cluster.register.state.AcceptorId;
import io.dotkv.cluster.register.state.Acceptors;
import io.dotkv.cluster.register.state.ClusterState;
import io.dotkv.cluster.register.state.StateChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One ballot of a proposer: what was asked, what was answered, and what it proposes. One thread. */
final class ProposalRound {
    private final Ballot ballot;
    private final TreeSet<AcceptorId> asked = new TreeSet<>();
    private final TreeSet<AcceptorId> outbid = new TreeSet<>();
    private final TreeMap<AcceptorId, AcceptorAnswer.Promised> promises = new TreeMap<>();
    private final TreeMap<AcceptorId, AcceptorAnswer.Took> votes = new TreeMap<>();
    private final TreeMap<AcceptorId, AcceptorStart> starts = new TreeMap<>();
    private @Nullable Proposal proposal;

    /**
     * What is proposed.
     *
     * @param basis the value that it was made from
     * @param outcomes what the changes that went in come to, by their ids
     */
    record Proposal(Accepted basis, ClusterState state, SortedMap<Long, StateChange.Outcome> outcomes) {}

    ProposalRound(Ballot ballot) {
        this.ballot = ballot;
    }

    Ballot ballot() {
        return ballot;
    }

    @Nullable
    Proposal proposal() {
        return proposal;
    }

    /** The questions to acceptors that were not asked before. */
    List<ProposerEffect> prepareAt(Acceptors acceptors) {
        List<ProposerEffect> questions = new ArrayList<>();
        SortedMap<AcceptorId, AcceptorStart> knownStarts = new TreeMap<>(starts);
        for (AcceptorId acceptor : acceptors.all()) {
            if (asked.add(acceptor)) {
                questions.add(new ProposerEffect.Ask(new AcceptorQuestion.Prepare(acceptor, ballot, knownStarts)));
            }
        }
        return questions;
    }

    /** The questions of the second round. */
    List<ProposerEffect> propose(Proposal proposed) {
        proposal = proposed;
        asked.clear();
        outbid.clear();
        asked.addAll(proposed.state.acceptors().all());
        return questions();
    }

    /** All questions to which there is no answer that counts. */
    List<ProposerEffect> questions() {
        List<ProposerEffect> questions = new ArrayList<>();
        SortedMap<AcceptorId, AcceptorStart> knownStarts = new TreeMap<>(starts);
        for (AcceptorId acceptor : asked) {
            if (proposal == null && !hasPromised(acceptor)) {
                questions.add(new ProposerEffect.Ask(new AcceptorQuestion.Prepare(acceptor, ballot, knownStarts)));
            } else if (proposal != null && !hasAccepted(acceptor)) {
                questions.add(new ProposerEffect.Ask(
                        new AcceptorQuestion.Accept(acceptor, ballot, proposal.state, knownStarts)));
            }
        }
        return questions;
    }

    void take(AcceptorAnswer.Promised promise) {
        noteStarts(promise);
        promises.merge(
                promise.from(),
                promise,
                (before, later) -> later.start().compareTo(before.start()) > 0 ? later : before);
    }

    void take(AcceptorAnswer.Took vote) {
        noteStarts(vote);
        votes.merge(vote.from(), vote, (before, later) -> later.start().compareTo(before.start()) > 0 ? later : before);
    }

    private void noteStarts(AcceptorAnswer.Vote vote) {
        starts.merge(vote.from(), vote.start(), AcceptorStart::max);
        for (Map.Entry<AcceptorId, AcceptorStart> known : vote.starts().entrySet()) {
            starts.merge(known.getKey(), known.getValue(), AcceptorStart::max);
        }
    }

    void take(AcceptorAnswer.Outbid refusal) {
        outbid.add(refusal.from());
    }

    boolean hasPromised(AcceptorId acceptor) {
        return counts(promises.get(acceptor));
    }

    boolean hasAccepted(AcceptorId acceptor) {
        return counts(votes.get(acceptor));
    }

    /** An answer from an earlier start than the newest known is worth nothing: it may be forgotten. */
    private boolean counts(AcceptorAnswer.@Nullable Vote vote) {
        return vote != null && vote.start().compareTo(starts.getOrDefault(vote.from(), vote.start())) >= 0;
    }

    /** Whether it has promised, and had accepted that very value itself. */
    boolean hasHeld(AcceptorId acceptor, Ballot accepted) {
        AcceptorAnswer.Promised promise = promises.get(acceptor);
        return counts(promise)
                && promise != null
                && !promise.isTakenBack()
                && promise.accepted()
                        .filter(value -> value.ballot().equals(accepted))
                        .isPresent();
    }

    /** Who has not refused in the present round. */
    Predicate<AcceptorId> notOutbid() {
        return acceptor -> !outbid.contains(acceptor);
    }

    /** The newest value among a known one and all that the promises tell, those from earlier starts too. */
    Accepted newest(Accepted known) {
        Accepted newest = known;
        for (AcceptorAnswer.Promised promise : promises.values()) {
            if (promise.accepted().isPresent()) {
                newest = Accepted.newest(newest, promise.accepted().get());
            }
        }
        return newest;
    }
}
