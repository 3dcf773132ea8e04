package io.dotkv.cluster.register.paxos;

import io.dotkv.cluster.register.state.AcceptorId;
import io.dotkv.cluster.register.state.Acceptors;
import io.dotkv.cluster.register.state.ClusterState;
import io.dotkv.cluster.register.state.StateChange;
import io.dotkv.kernel.ports.RandomSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Changes the register on behalf of whoever hands changes in: all that wait go into one ballot, in the order in which
 * they came. A value that takes events with the time and returns {@link ProposerEffect}s. Keeps nothing on disk; after
 * a restart it is another proposer, with another life in its ballots.
 *
 * <p>Source: Rystsov, "CASPaxos: Replicated State Machines without logs" (2018), with acceptors that change inside the
 * value as {@code docs/decisions/0008-cluster-register.md} says, which has the argument. One thread.
 */
public class Proposer {
    private final long life;
    private final ProposerSettings settings;
    private final RandomSource random;
    private final LinkedHashMap<Long, Waiting> waiting = new LinkedHashMap<>();
    private Accepted known;
    private long highestRound;
    private @Nullable ProposalRound attempt;
    private int failures;
    private long nextBallotNanos;
    private long giveUpNanos;
    private long askAgainNanos;

    private static final class Waiting {
        private final StateChange change;
        private final long deadlineNanos;
        private boolean isFromBefore;
        private int ballots;

        private Waiting(StateChange change, long deadlineNanos) {
            this.change = change;
            this.deadlineNanos = deadlineNanos;
        }
    }

    /**
     * @param life 64 random bits, other ones in each process
     * @param chosen the newest chosen value that this node has
     */
    public Proposer(long life, Accepted chosen, ProposerSettings settings, RandomSource random) {
        this.life = life;
        this.known = chosen;
        this.settings = settings;
        this.random = random;
    }

    /** The newest value that is known to be chosen. */
    public Accepted known() {
        return known;
    }

    /** What the present ballot proposes was made from this value. */
    public Optional<Ballot> basis() {
        return Optional.ofNullable(attempt)
                .map(ProposalRound::proposal)
                .map(proposal -> proposal.basis().ballot());
    }

    /** A chosen value came from elsewhere. */
    public void learn(Accepted chosen) {
        known = Accepted.newest(known, chosen);
    }

    /**
     * A change to be made; it is made, refused, or given up at its deadline.
     *
     * @param id names it in {@link ProposerEffect.Finished}; used once
     */
    public List<ProposerEffect> submit(long id, StateChange change, long deadlineNanos, long nowNanos) {
        if (waiting.size() >= settings.mostWaiting()) {
            return List.of(new ProposerEffect.Finished(id, new ProposerEffect.Result.NotDone()));
        }
        waiting.put(id, new Waiting(change, deadlineNanos));
        return begin(nowNanos);
    }

    /** When {@link #tick} has something to do. */
    public long dueNanos() {
        long due = waiting.isEmpty() ? Long.MAX_VALUE : nextBallotNanos;
        if (attempt != null) {
            due = Math.min(giveUpNanos, askAgainNanos);
        }
        for (Waiting change : waiting.values()) {
            due = Math.min(due, change.deadlineNanos);
        }
        return due;
    }

    public List<ProposerEffect> tick(long nowNanos) {
        List<ProposerEffect> effects = new ArrayList<>(expired(nowNanos));
        ProposalRound current = attempt;
        if (current == null) {
            effects.addAll(begin(nowNanos));
        } else if (nowNanos >= giveUpNanos) {
            fail(nowNanos);
        } else if (nowNanos >= askAgainNanos) {
            askAgainNanos = nowNanos + settings.askAgainNanos();
            effects.addAll(current.questions());
        }
        return effects;
    }

    private List<ProposerEffect> expired(long nowNanos) {
        List<ProposerEffect> effects = new ArrayList<>();
        waiting.entrySet().removeIf(entry -> {
            if (nowNanos < entry.getValue().deadlineNanos) {
                return false;
            }
            ProposerEffect.Result result = entry.getValue().ballots > 0
                    ? new ProposerEffect.Result.Unknown()
                    : new ProposerEffect.Result.NotDone();
            return effects.add(new ProposerEffect.Finished(entry.getKey(), result));
        });
        return effects;
    }

    private List<ProposerEffect> begin(long nowNanos) {
        if (attempt != null || waiting.isEmpty() || nowNanos < nextBallotNanos) {
            return List.of();
        }
        waiting.values().forEach(change -> change.isFromBefore = true);
        highestRound = Math.max(highestRound, known.ballot().round()) + 1;
        attempt = new ProposalRound(new Ballot(highestRound, life));
        giveUpNanos = nowNanos + settings.ballotNanos();
        askAgainNanos = nowNanos + settings.askAgainNanos();
        return attempt.prepareAt(known.state().acceptors());
    }

    /** An acceptor has answered. */
    public List<ProposerEffect> take(AcceptorAnswer answer, long nowNanos) {
        ProposalRound current = attempt;
        if (current == null) {
            return List.of();
        }
        return switch (answer) {
            case AcceptorAnswer.Promised promise
            when isOf(current, promise.ballot()) && current.proposal() == null -> {
                current.take(promise);
                yield prepared(current, nowNanos);
            }
            case AcceptorAnswer.Took vote
            when isOf(current, vote.ballot()) && current.proposal() != null -> {
                current.take(vote);
                yield accepted(current, nowNanos);
            }
            case AcceptorAnswer.Outbid refusal
            when isOf(current, refusal.ballot()) -> {
                outbid(current, refusal, nowNanos);
                yield List.of();
            }
            default -> List.of();
        };
    }

    private static boolean isOf(ProposalRound current, Ballot ballot) {
        return current.ballot().equals(ballot);
    }

    private void outbid(ProposalRound current, AcceptorAnswer.Outbid refusal, long nowNanos) {
        highestRound = Math.max(highestRound, refusal.promised().round());
        current.take(refusal);
        ProposalRound.Proposal proposal = current.proposal();
        ClusterState asked =
                proposal == null ? goOnFrom(known, current.newest(known)).state() : proposal.state();
        if (!isQuorum(asked.acceptors(), current.notOutbid())) {
            fail(nowNanos);
        }
    }

    private void fail(long nowNanos) {
        attempt = null;
        long average = Math.min(settings.mostPauseNanos(), settings.pauseNanos() << Math.min(failures, 20));
        failures++;
        nextBallotNanos = nowNanos + average / 2 + Long.remainderUnsigned(random.nextLong(), average + 1);
    }

    private List<ProposerEffect> prepared(ProposalRound current, long nowNanos) {
        Accepted newest = goOnFrom(known, current.newest(known));
        Acceptors acceptors = newest.state().acceptors();
        List<ProposerEffect> effects = new ArrayList<>(current.prepareAt(acceptors));
        if (isQuorum(acceptors, current::hasPromised)) {
            effects.addAll(propose(current, newest, nowNanos));
        }
        return effects;
    }

    private List<ProposerEffect> propose(ProposalRound current, Accepted newest, long nowNanos) {
        boolean isChosen = newest.ballot().equals(known.ballot())
                || isQuorum(newest.state().acceptors(), acceptor -> current.hasHeld(acceptor, newest.ballot()));
        ClusterState state = newest.state();
        boolean mayEndHandover = mayEndHandover(isChosen);
        SortedMap<Long, StateChange.Outcome> outcomes = new TreeMap<>();
        for (Map.Entry<Long, Waiting> entry : waiting.entrySet()) {
            StateChange.Outcome outcome = entry.getValue().change.apply(state);
            if (outcome instanceof StateChange.Outcome.Changed changed) {
                boolean changesAcceptors = !changed.state().acceptors().equals(state.acceptors());
                if (changesAcceptors && state.acceptors().isChanging() && !mayEndHandover) {
                    continue;
                }
                mayEndHandover &= !changesAcceptors;
                state = changed.state();
            }
            outcomes.put(entry.getKey(), outcome);
        }
        ProposalRound.Proposal proposal = new ProposalRound.Proposal(newest, state, outcomes);
        if (isChosen && state.equals(newest.state())) {
            // Nothing is to be accepted. The promises may be older than a change that was handed in while they were
            // waited for.
            outcomes.keySet().removeIf(id -> !isFromBefore(id));
            return chosen(newest, proposal, 0, nowNanos);
        }
        for (Map.Entry<Long, Waiting> entry : waiting.entrySet()) {
            entry.getValue().ballots += outcomes.containsKey(entry.getKey()) ? 1 : 0;
        }
        return current.propose(proposal);
    }

    private boolean isFromBefore(long id) {
        Waiting change = waiting.get(id);
        return change != null && change.isFromBefore;
    }

    private List<ProposerEffect> accepted(ProposalRound current, long nowNanos) {
        ProposalRound.Proposal proposal = current.proposal();
        if (proposal == null || !isQuorum(proposal.state().acceptors(), current::hasAccepted)) {
            return List.of();
        }
        return chosen(new Accepted(current.ballot(), proposal.state()), proposal, 1, nowNanos);
    }

    /** @param ballots in how many this proposal was: none when it found that nothing has to be changed */
    private List<ProposerEffect> chosen(Accepted value, ProposalRound.Proposal proposal, int ballots, long nowNanos) {
        List<ProposerEffect> effects = new ArrayList<>();
        attempt = null;
        failures = 0;
        nextBallotNanos = nowNanos;
        if (value.ballot().compareTo(known.ballot()) > 0) {
            known = value;
            effects.add(new ProposerEffect.Chosen(value));
        }
        proposal.outcomes().forEach((id, outcome) -> {
            Waiting decided = waiting.remove(id);
            if (decided != null) {
                boolean wasRepeated = decided.ballots > ballots;
                effects.add(new ProposerEffect.Finished(
                        id, new ProposerEffect.Result.Decided(outcome, value.state(), wasRepeated)));
            }
        });
        effects.addAll(begin(nowNanos));
        return effects;
    }

    /** Whether those are enough to find whatever was chosen, and to choose. */
    protected boolean isQuorum(Acceptors acceptors, Predicate<AcceptorId> hasAnswered) {
        return acceptors.isQuorum(hasAnswered);
    }

    /** The value to go on from: the newest there is, whether it is chosen or not. */
    protected Accepted goOnFrom(Accepted chosen, Accepted newest) {
        return newest;
    }

    /** Whether the next value may be without the former acceptors of this one, which is seen to be chosen or not. */
    protected boolean mayEndHandover(boolean isSeenToBeChosen) {
        return isSeenToBeChosen;
    }
}
