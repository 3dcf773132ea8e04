package io.dotkv.cluster.register;

import io.dotkv.cluster.Now;
import io.dotkv.cluster.ProposalOutcome;
import io.dotkv.cluster.register.paxos.Accepted;
import io.dotkv.cluster.register.paxos.Acceptor;
import io.dotkv.cluster.register.paxos.AcceptorAnswer;
import io.dotkv.cluster.register.paxos.AcceptorQuestion;
import io.dotkv.cluster.register.paxos.AcceptorRecord;
import io.dotkv.cluster.register.paxos.Ballot;
import io.dotkv.cluster.register.paxos.Proposer;
import io.dotkv.cluster.register.paxos.ProposerEffect;
import io.dotkv.cluster.register.paxos.ProposerEffect.Result;
import io.dotkv.cluster.register.paxos.ProposerSettings;
import io.dotkv.cluster.register.state.AcceptorId;
import io.dotkv.cluster.register.state.StateChange;
import io.dotkv.cluster.register.state.StateChange.Outcome;
import io.dotkv.kernel.ports.RandomSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * This node's acceptor and proposer of the cluster register, and the newest value that it knows to be chosen. One
 * thread.
 */
final class LocalRegister {
    private static final long FETCH_PAUSE_NANOS = 300_000_000;

    private final CommittedState agreed;
    private final Acceptor acceptor;
    private final long life;
    private final RandomSource random;
    private @Nullable Proposer proposer;
    private long nextFetchNanos;

    /**
     * @param record the record of the acceptor, on disk already
     * @param life 64 random bits of this process
     */
    LocalRegister(CommittedState agreed, AcceptorRecord record, long life, RandomSource random) {
        this.agreed = agreed;
        this.acceptor = new Acceptor(record);
        this.life = life;
        this.random = random;
        agreed.chosen().ifPresent(this::begin);
    }

    private void begin(Accepted chosen) {
        proposer = new Proposer(life, chosen, ProposerSettings.defaults(), random);
        acceptor.learn(chosen);
    }

    AcceptorRecord acceptorRecord() {
        return acceptor.record();
    }

    AcceptorId self() {
        return acceptor.record().self();
    }

    /** A chosen value is known, from whomever. */
    List<RegisterEffect> learn(Accepted chosen, Now now) {
        boolean isOfOther = agreed.state()
                .filter(known -> !known.clusterId().equals(chosen.state().clusterId()))
                .isPresent();
        if (isOfOther || !agreed.learn(chosen)) {
            return List.of();
        }
        if (proposer == null) {
            begin(chosen);
        } else {
            proposer.learn(chosen);
            acceptor.learn(chosen);
        }
        List<RegisterEffect> effects = new ArrayList<>(remind(now));
        effects.add(new RegisterEffect.Learned(agreed.agreement().orElseThrow()));
        return effects;
    }

    /** Somebody knows that version; it is fetched there if it is newer. */
    List<RegisterEffect> heardOf(long version, String address, Now now) {
        if (version <= agreed.version() || now.nanos() < nextFetchNanos || agreed.version() == 0) {
            return List.of();
        }
        nextFetchNanos = now.nanos() + FETCH_PAUSE_NANOS;
        return List.of(
                new RegisterEffect.Fetch(address, agreed.state().orElseThrow().clusterId(), agreed.version()));
    }

    /** Whether this acceptor has accepted something newer than what it knows to be chosen. */
    boolean isAhead() {
        Ballot known = agreed.chosen().map(Accepted::ballot).orElse(Ballot.ZERO);
        return acceptor.record()
                .accepted()
                .filter(value -> value.ballot().compareTo(known) > 0)
                .isPresent();
    }

    /** The newest value, if it is newer than that version. */
    Optional<Accepted> newerThan(long version) {
        return agreed.chosen().filter(chosen -> chosen.state().version() > version);
    }

    List<RegisterEffect> tick(Now now) {
        List<RegisterEffect> effects = new ArrayList<>(remind(now));
        if (proposer != null && now.nanos() >= proposer.dueNanos()) {
            effects.addAll(follow(proposer.tick(now.nanos()), now));
        }
        return effects;
    }

    private List<RegisterEffect> remind(Now now) {
        List<RegisterEffect> effects = new ArrayList<>();
        acceptor.reminders().forEach(question -> effects.addAll(ask(question, now)));
        return effects;
    }

    /** Answers a question of another node, when the acceptor's record has been saved. */
    AcceptorAnswer answer(AcceptorQuestion question) {
        return acceptor.answer(question).answer();
    }

    /** An acceptor has answered a question of this node. */
    List<RegisterEffect> answered(AcceptorAnswer answer, Now now) {
        return switch (answer) {
            case AcceptorAnswer.Reminded _, AcceptorAnswer.Overtaken _ ->
                acceptor.take(answer) ? remind(now) : List.of();
            default -> proposer == null ? List.of() : follow(proposer.take(answer, now.nanos()), now);
        };
    }

    /**
     * Proposes a change; what becomes of it is told by {@link RegisterEffect.Decided}.
     *
     * @param id names it; used once
     */
    List<RegisterEffect> submit(long id, StateChange change, long deadlineNanos, Now now) {
        return proposer == null
                ? List.of(new RegisterEffect.Decided(id, outcome(new Result.NotDone())))
                : follow(proposer.submit(id, change, deadlineNanos, now.nanos()), now);
    }

    private List<RegisterEffect> follow(List<ProposerEffect> proposed, Now now) {
        List<RegisterEffect> effects = new ArrayList<>();
        for (ProposerEffect effect : proposed) {
            switch (effect) {
                case ProposerEffect.Ask ask -> effects.addAll(ask(ask.question(), now));
                case ProposerEffect.Chosen chosen -> {
                    effects.addAll(learn(chosen.value(), now));
                    effects.add(new RegisterEffect.AnnounceVersion(agreed.version()));
                }
                case ProposerEffect.Finished finished ->
                    effects.add(new RegisterEffect.Decided(finished.id(), outcome(finished.result())));
            }
        }
        return effects;
    }

    private List<RegisterEffect> ask(AcceptorQuestion question, Now now) {
        return question.to().equals(self())
                ? answered(answer(question), now)
                : List.of(new RegisterEffect.Ask(question));
    }

    /** What a result of a proposer means for whoever handed the change in. */
    private static ProposalOutcome outcome(Result result) {
        return switch (result) {
            case Result.Decided(Outcome.Changed changed, var _, var _) -> new ProposalOutcome.Changed(changed.answer());
            case Result.Decided(Outcome.Refused refused, var _, var _) ->
                new ProposalOutcome.Refused(refused.reason(), refused.sentence());
            case Result.Unknown() -> new ProposalOutcome.Undecided(true);
            case Result.NotDone() -> new ProposalOutcome.Undecided(false);
        };
    }
}
