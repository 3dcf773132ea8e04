package io.dotkv.cluster.local;

import io.dotkv.cluster.Now;
import io.dotkv.cluster.membership.MemberTable;
import io.dotkv.cluster.register.paxos.Accepted;
import io.dotkv.cluster.register.paxos.Acceptor;
import io.dotkv.cluster.register.paxos.AcceptorAnswer;
import io.dotkv.cluster.register.paxos.AcceptorQuestion;
import io.dotkv.cluster.register.paxos.AcceptorRecord;
import io.dotkv.cluster.register.paxos.Ballot;
import io.dotkv.cluster.register.paxos.Proposer;
import io.dotkv.cluster.register.paxos.ProposerEffect.Result;
import io.dotkv.cluster.register.paxos.ProposerSettings;
import io.dotkv.cluster.register.state.AcceptorId;
import io.dotkv.cluster.register.state.StateChange;
import io.dotkv.kernel.ports.RandomSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * This node's acceptor and proposer of the cluster register, and the newest value that it knows to be chosen. Whatever an
 * answer follows from is saved before the answer goes out, because its effect comes first. One thread.
 */
final class LocalRegister {
    private static final long FETCH_PAUSE_NANOS = 300_000_000;

    private final CommittedState agreed;
    private final Acceptor acceptor;
    private final long life;
    private final MemberTable table;
    private final Outbox out;
    private final RandomSource random;
    private final Consumer<Now> onLearned;
    private final Map<Long, Consumer<Result>> submitted = new HashMap<>();
    private @Nullable Proposer proposer;
    private long nextFetchNanos;

    /**
     * @param record the record of the acceptor, on disk already
     * @param life 64 random bits of this process
     * @param onLearned told when a newer value is known
     */
    LocalRegister(
            CommittedState agreed,
            AcceptorRecord record,
            long life,
            MemberTable table,
            Outbox out,
            RandomSource random,
            Consumer<Now> onLearned) {
        this.agreed = agreed;
        this.acceptor = new Acceptor(record);
        this.life = life;
        this.table = table;
        this.out = out;
        this.random = random;
        this.onLearned = onLearned;
        agreed.chosen().ifPresent(this::begin);
    }

    private void begin(Accepted chosen) {
        proposer = new Proposer(life, chosen, ProposerSettings.defaults(), random);
        if (acceptor.learn(chosen)) {
            saveAcceptor();
        }
    }

    private void saveAcceptor() {
        out.add(new ClusterEffect.SaveAcceptor(acceptor.record()));
    }

    AcceptorId self() {
        return acceptor.record().self();
    }

    /** A chosen value is known, from whomever. */
    void learn(Accepted chosen, Now now) {
        boolean isOfOther = agreed.state()
                .filter(known -> !known.clusterId().equals(chosen.state().clusterId()))
                .isPresent();
        if (isOfOther || !agreed.learn(chosen)) {
            return;
        }
        out.add(new ClusterEffect.SaveAgreed(chosen));
        if (proposer == null) {
            begin(chosen);
        } else {
            proposer.learn(chosen);
            if (acceptor.learn(chosen)) {
                saveAcceptor();
            }
        }
        remind(now);
        onLearned.accept(now);
    }

    /** Somebody knows that version; it is fetched there if it is newer. */
    void heardOf(long version, String address, Now now) {
        if (version > agreed.version() && now.nanos() >= nextFetchNanos) {
            agreed.state().ifPresent(state -> {
                nextFetchNanos = now.nanos() + FETCH_PAUSE_NANOS;
                out.add(new ClusterEffect.Fetch(address, state.clusterId(), state.version()));
            });
        }
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

    void tick(Now now) {
        remind(now);
        if (proposer != null && now.nanos() >= proposer.dueNanos()) {
            carry(proposer.tick(now.nanos()), now);
        }
    }

    private void remind(Now now) {
        for (AcceptorQuestion.Remind question : acceptor.reminders()) {
            ask(question, now);
        }
    }

    /** Answers a question of another node. */
    AcceptorAnswer answer(AcceptorQuestion question) {
        Acceptor.Reply reply = acceptor.answer(question);
        if (reply.toSave().isPresent()) {
            saveAcceptor();
        }
        return reply.answer();
    }

    /** An acceptor has answered a question of this node. */
    void answered(AcceptorAnswer answer, Now now) {
        switch (answer) {
            case AcceptorAnswer.Reminded reminded -> takeBack(answer, now);
            case AcceptorAnswer.Overtaken overtaken -> takeBack(answer, now);
            default -> {
                if (proposer != null) {
                    carry(proposer.take(answer, now.nanos()), now);
                }
            }
        }
    }

    private void takeBack(AcceptorAnswer answer, Now now) {
        if (acceptor.take(answer)) {
            saveAcceptor();
            remind(now);
        }
    }

    /**
     * Proposes a change.
     *
     * @param id names it; used once
     */
    void submit(long id, StateChange change, long deadlineNanos, Consumer<Result> then, Now now) {
        if (proposer == null) {
            then.accept(new Result.NotDone());
            return;
        }
        submitted.put(id, then);
        carry(proposer.submit(id, change, deadlineNanos, now.nanos()), now);
    }

    private void carry(List<io.dotkv.cluster.register.paxos.ProposerEffect> effects, Now now) {
        for (io.dotkv.cluster.register.paxos.ProposerEffect effect : effects) {
            switch (effect) {
                case io.dotkv.cluster.register.paxos.ProposerEffect.Ask ask -> ask(ask.question(), now);
                case io.dotkv.cluster.register.paxos.ProposerEffect.Chosen chosen -> {
                    learn(chosen.value(), now);
                    out.add(new ClusterEffect.AnnounceAgreed(agreed.version()));
                }
                case io.dotkv.cluster.register.paxos.ProposerEffect.Finished finished -> {
                    Consumer<Result> then = submitted.remove(finished.id());
                    if (then != null) {
                        then.accept(finished.result());
                    }
                }
            }
        }
    }

    private void ask(AcceptorQuestion question, Now now) {
        if (question.to().equals(self())) {
            answered(answer(question), now);
        } else {
            table.get(question.to().node())
                    .ifPresent(member -> out.add(new ClusterEffect.Ask(member.clusterAddress(), question)));
        }
    }
}
