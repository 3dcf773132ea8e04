package io.dotkv.cluster.register.paxos;

import io.dotkv.cluster.register.state.AcceptorId;
import io.dotkv.cluster.register.state.Acceptors;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One acceptor of the register as a value that takes questions and gives answers. Whatever comes with an answer to be
 * saved is on disk before the answer goes out.
 *
 * <p>In a new {@linkplain AcceptorStart start} it answers no proposer until it has <em>recollected</em>: a majority of
 * the other acceptors has taken down that start, and has told it all that it may have forgotten. So a disk that was put
 * back from an older copy does no harm: what it promised and has forgotten is told by one of those that promised with
 * it, or by them to the proposer, who then does not count that promise. A process that finds its own disk as it left it
 * goes on in the start before.
 *
 * <p>Source: the promises are those of CASPaxos (Rystsov, 2018); recollecting is the recovery of Michael, Ports,
 * Sharma, and Szekeres, "Recovering Shared Objects Without Stable Storage" (DISC 2017), whose crash vectors are our
 * {@linkplain AcceptorRecord#starts starts}. One thread.
 */
public class Acceptor {
    /** A cluster has had fewer acceptors than that. */
    private static final int MOST_STARTS = 1_000;

    private final TreeMap<AcceptorId, AcceptorRecord> reminders = new TreeMap<>();
    private AcceptorRecord record;
    private @Nullable Accepted known;

    /** An answer, and what has to be on disk before it is sent. */
    public record Reply(AcceptorAnswer answer, Optional<AcceptorRecord> toSave) {}

    /**
     * @param record what is on disk: what was saved last, or, if that may be less than was ever saved, it in its
     *     {@linkplain AcceptorRecord#nextStart next start}
     */
    public Acceptor(AcceptorRecord record) {
        this.record = record;
    }

    public AcceptorRecord record() {
        return record;
    }

    /** Whether it answers proposers. It may have to recollect again, when it is told of a later start of itself. */
    public boolean isRecollected() {
        return record.isRecollected();
    }

    /**
     * The newest chosen value that this node has, at its start and whenever there is a newer one; without any it
     * answers nothing. True when {@link #record} has changed and is to be saved.
     */
    public boolean learn(Accepted chosen) {
        known = known == null ? chosen : Accepted.newest(known, chosen);
        return !isRecollected() && recollect();
    }

    /** Answers; a question that was lost may be asked again, and gets the same answer. */
    public Reply answer(AcceptorQuestion question) {
        if (!question.to().equals(record.self())) {
            return declined("the acceptor " + question.to() + " is not here, but " + record.self());
        }
        return switch (question) {
            case AcceptorQuestion.Remind remind -> remind(remind);
            case AcceptorQuestion.FromProposer asked -> answerProposer(asked);
        };
    }

    private Reply answerProposer(AcceptorQuestion.FromProposer question) {
        AcceptorStart later = question.starts().get(record.self());
        if (later != null && later.compareTo(record.start()) > 0) {
            startAbove(later);
            return new Reply(new AcceptorAnswer.Declined(record.self(), unrecollected()), Optional.of(record));
        }
        if (!isRecollected()) {
            return declined(unrecollected());
        }
        if (newest() == null) {
            return declined(record.self() + " does not know the formation of the cluster yet");
        }
        return switch (question) {
            case AcceptorQuestion.Prepare prepare -> prepare(prepare);
            case AcceptorQuestion.Accept accept -> accept(accept);
        };
    }

    /** What was said in this start would not count, so it is another start from now on. */
    private void startAbove(AcceptorStart later) {
        reminders.clear();
        record = record.withStart(
                new AcceptorStart(later.number() + 1, record.start().life()));
    }

    private String unrecollected() {
        return record.self() + " has a restored disk, and has not yet heard from a majority of the other acceptors";
    }

    private Reply prepare(AcceptorQuestion.Prepare prepare) {
        if (prepare.ballot().compareTo(record.promised()) < 0) {
            return outbid(prepare.ballot());
        }
        Optional<AcceptorRecord> toSave = Optional.empty();
        if (prepare.ballot().compareTo(record.promised()) > 0) {
            record = record.promising(prepare.ballot());
            toSave = Optional.of(record);
        }
        return new Reply(
                new AcceptorAnswer.Promised(
                        record.self(),
                        prepare.ballot(),
                        record.start(),
                        record.starts(),
                        record.accepted(),
                        record.isTakenBack()),
                toSave);
    }

    private Reply accept(AcceptorQuestion.Accept accept) {
        if (!accept.state().acceptors().contains(record.self())) {
            return declined(record.self() + " is no acceptor of that value");
        }
        if (!mayAccept(accept.ballot())) {
            return outbid(accept.ballot());
        }
        boolean isRepeated =
                !record.isTakenBack() && record.accepted().map(Accepted::ballot).equals(Optional.of(accept.ballot()));
        if (!isRepeated) {
            record = record.accepting(new Accepted(accept.ballot(), accept.state()), accept.starts());
        }
        return new Reply(
                new AcceptorAnswer.Took(record.self(), accept.ballot(), record.start(), record.starts()),
                isRepeated ? Optional.empty() : Optional.of(record));
    }

    /** Whether the promise allows it. */
    protected boolean mayAccept(Ballot ballot) {
        return ballot.compareTo(record.promised()) >= 0;
    }

    private Reply remind(AcceptorQuestion.Remind remind) {
        AcceptorStart before = record.starts().get(remind.from());
        if (before != null && before.compareTo(remind.start()) > 0) {
            return new Reply(new AcceptorAnswer.Overtaken(record.self(), remind.start(), before), Optional.empty());
        }
        if (before == null && record.starts().size() >= MOST_STARTS) {
            return declined("the starts of " + MOST_STARTS + " acceptors are known here, which is enough");
        }
        boolean isNews = !remind.start().equals(before);
        if (isNews) {
            record = record.knowing(remind.from(), remind.start());
        }
        return new Reply(
                new AcceptorAnswer.Reminded(record.self(), remind.start(), record),
                isNews ? Optional.of(record) : Optional.empty());
    }

    private Reply outbid(Ballot ballot) {
        return new Reply(new AcceptorAnswer.Outbid(record.self(), ballot, record.promised()), Optional.empty());
    }

    private Reply declined(String sentence) {
        return new Reply(new AcceptorAnswer.Declined(record.self(), sentence), Optional.empty());
    }

    /** Whom to ask to be reminded; again and again until it has recollected, after which there is nobody to ask. */
    public List<AcceptorQuestion.Remind> reminders() {
        List<AcceptorQuestion.Remind> questions = new ArrayList<>();
        Accepted newest = newest();
        if (!isRecollected() && newest != null) {
            for (AcceptorId other : newest.state().acceptors().all()) {
                if (!other.equals(record.self()) && !reminders.containsKey(other)) {
                    questions.add(new AcceptorQuestion.Remind(other, record.self(), record.start()));
                }
            }
        }
        return questions;
    }

    /** Takes an answer to such a question; true when {@link #record} has changed and is to be saved. */
    public boolean take(AcceptorAnswer answer) {
        return switch (answer) {
            case AcceptorAnswer.Reminded reminded
            when isAwaited(reminded.start()) -> {
                reminders.put(reminded.from(), reminded.record());
                yield recollect();
            }
            case AcceptorAnswer.Overtaken overtaken
            when isAwaited(overtaken.start()) -> {
                startAbove(overtaken.later());
                yield true;
            }
            default -> false;
        };
    }

    private boolean isAwaited(AcceptorStart start) {
        return !isRecollected() && start.equals(record.start());
    }

    /** Ends the recollection if enough have answered; true when the record has changed. */
    private boolean recollect() {
        Accepted newest = newest();
        if (newest == null || !isEnough(newest.state().acceptors())) {
            return false;
        }
        for (AcceptorRecord reminder : reminders.values()) {
            record = takenBack(record, reminder);
        }
        record = record.recollected();
        reminders.clear();
        return true;
    }

    /** Whether the reminders that have come are those of enough others. */
    protected boolean isEnough(Acceptors acceptors) {
        return acceptors.isMajorityBeside(record.self(), reminders::containsKey);
    }

    /** The own record with what another knows. */
    protected AcceptorRecord takenBack(AcceptorRecord own, AcceptorRecord other) {
        return own.takingBack(other);
    }

    private @Nullable Accepted newest() {
        Accepted newest = known;
        for (AcceptorRecord reminder : reminders.values()) {
            newest = newest(newest, reminder.accepted());
        }
        return newest(newest, record.accepted());
    }

    private static @Nullable Accepted newest(@Nullable Accepted one, Optional<Accepted> other) {
        return one == null || other.isEmpty() ? other.orElse(one) : Accepted.newest(one, other.get());
    }
}
