package io.dotkv.replication.request;

import io.dotkv.kernel.Delta;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.Row;
import io.dotkv.replication.Failure;
import io.dotkv.replication.Operation;
import io.dotkv.replication.route.AckTracker;
import io.dotkv.replication.route.AckTracker.State;
import io.dotkv.replication.route.Candidates;
import io.dotkv.replication.route.FailureMessages;
import io.dotkv.storage.Outcome;
import io.dotkv.storage.Refusal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One read of a key at a level: as many replicas as the level asks for are asked for their whole row, and one more for
 * each that refuses, fails or is slow. The answer is the join of the first rows to come in.
 *
 * <p>A read with a session is answered when the rows together cover it; until then further replicas are asked, and when
 * there are no more, all again and again, until the deadline: what is missing is on its way. A monotonic read is
 * answered when its {@link BlockingReadRepair} is done.
 *
 * <p>Behind the answer, replicas whose leaves differ from the join are sent it, rows that come in late included. Repair
 * is a courtesy: convergence would do the same, later. So it may be lost, and is never waited for.
 *
 * <p>The repair names the dots of the joined leaves as its events, which is sound because a live leaf is the whole
 * effect of its event on this key.
 *
 * <p>Each event returns the effects to carry out, in order. One thread at a time.
 */
final class ReadCoordination {
    private final Operation.Read read;
    private final Candidates candidates;
    private final DotSet session;
    private final AckTracker answers;
    private final @Nullable Row[] rows;
    private Row joined = Row.EMPTY;
    private Row settled = Row.EMPTY;
    private @Nullable BlockingReadRepair settlement;
    private int nextToAsk;
    private int unanswered;
    private boolean finished;

    /** @param session what the answer has to reflect */
    ReadCoordination(Operation.Read read, Candidates candidates, DotSet session) {
        this.read = read;
        this.session = session;
        this.candidates = candidates;
        this.answers = new AckTracker(candidates.count(), candidates.required());
        this.rows = new @Nullable Row[candidates.count()];
    }

    /** The request has come in. */
    List<ReadEffect> start() {
        if (candidates.required() > candidates.count()) {
            return fail(FailureMessages.levelImpossible(subject(), candidates));
        }
        if (candidates.reachableCount() < candidates.required()) {
            return fail(FailureMessages.tooFew(subject(), candidates, candidates.reachable()));
        }
        List<ReadEffect> effects = new ArrayList<>(candidates.required());
        for (int asked = 0; asked < candidates.required(); asked++) {
            askAnother(effects);
        }
        return effects;
    }

    /** A replica has answered. */
    List<ReadEffect> answered(int replica, Outcome<Row> outcome) {
        unanswered--;
        return switch (outcome) {
            case Outcome.Done<Row>(Row row) -> took(replica, row);
            case Outcome.Refused<Row>(Refusal refusal) -> lost(replica, refusal.detail());
            case Outcome.Unknown<Row>(String reason) -> lost(replica, reason);
        };
    }

    /** The replicas that were asked take long. */
    List<ReadEffect> slow() {
        List<ReadEffect> effects = new ArrayList<>(1);
        if (!finished && settlement == null) {
            askAnother(effects);
            if (effects.isEmpty() && unanswered == 0 && !session.isEmpty()) {
                askAgain(effects);
            }
        }
        return effects;
    }

    /** What the answer is to reflect was not there: it may be there now. */
    private void askAgain(List<ReadEffect> effects) {
        for (int replica = 0; replica < candidates.count(); replica++) {
            if (candidates.isReachable(replica)) {
                ask(replica, effects);
            }
        }
    }

    /** A replica has taken what the answer will be, or not. */
    List<ReadEffect> settled(int replica, Outcome<Long> outcome) {
        BlockingReadRepair settling = settlement;
        if (settling == null || finished) {
            return List.of();
        }
        List<ReadEffect> effects = settling.ended(replica, outcome, rows);
        if (outcome instanceof Outcome.Done<Long>) {
            rows[replica] = settled;
        }
        return switch (settling.state()) {
            case PENDING -> effects;
            case SATISFIED -> answer(effects);
            case IMPOSSIBLE -> fail(FailureMessages.notSettled(subject(), candidates));
        };
    }

    /** There is no memory for the row of a replica that has answered. */
    List<ReadEffect> overloaded() {
        return finished ? List.of() : fail(FailureMessages.overloaded(subject(), "too many bytes of values"));
    }

    /** The deadline has passed. */
    List<ReadEffect> expired() {
        if (finished) {
            return List.of();
        }
        return fail(
                settlement != null
                        ? FailureMessages.notSettledInTime(subject(), candidates)
                        : answers.state() == State.SATISFIED
                                ? FailureMessages.sessionNotReached(subject(), candidates)
                                : FailureMessages.readExpired(subject(), candidates, answers));
    }

    private List<ReadEffect> took(int replica, Row row) {
        rows[replica] = row;
        joined = joined.isEmpty() ? row : joined.join(row);
        if (finished) {
            return repairs(new ArrayList<>(1), replica, replica + 1);
        }
        answers.done(replica);
        if (settlement != null || answers.state() != State.SATISFIED) {
            return List.of();
        }
        if (!joined.context().containsAll(session)) {
            List<ReadEffect> effects = new ArrayList<>(1);
            askAnother(effects);
            return effects;
        }
        return read.monotonic() ? settle() : answer(new ArrayList<>(1));
    }

    private List<ReadEffect> settle() {
        BlockingReadRepair begun = new BlockingReadRepair(candidates, joined, repair(), rows);
        settled = joined;
        settlement = begun;
        List<ReadEffect> effects = begun.begin(rows);
        return begun.state() == State.SATISFIED ? answer(new ArrayList<>(1)) : effects;
    }

    private List<ReadEffect> answer(List<ReadEffect> effects) {
        finished = true;
        effects.add(new ReadEffect.Answer(settlement == null ? joined : settled, candidates.which(answers::isDone)));
        return repairs(effects, 0, rows.length);
    }

    private List<ReadEffect> lost(int replica, String reason) {
        if (finished || settlement != null) {
            return List.of();
        }
        answers.failed(replica);
        if (answers.state() == State.SATISFIED) {
            // The level is reached; only the session waits.
            return List.of();
        }
        if (canNoLongerSucceed()) {
            return fail(FailureMessages.readFailed(
                    subject(), candidates, answers, candidates.nodes().get(replica) + ": " + reason));
        }
        List<ReadEffect> effects = new ArrayList<>(1);
        askAnother(effects);
        return effects;
    }

    /** Those that have answered and those that still may are too few. */
    private boolean canNoLongerSucceed() {
        int hopes = 0;
        for (int replica = 0; replica < candidates.count(); replica++) {
            if (candidates.isReachable(replica) && !answers.hasFailed(replica)) {
                hopes++;
            }
        }
        return hopes < candidates.required();
    }

    private void askAnother(List<ReadEffect> effects) {
        while (nextToAsk < candidates.count()) {
            int replica = nextToAsk++;
            if (candidates.isReachable(replica)) {
                ask(replica, effects);
                return;
            }
        }
    }

    private void ask(int replica, List<ReadEffect> effects) {
        unanswered++;
        effects.add(new ReadEffect.Ask(replica));
    }

    private List<ReadEffect> repairs(List<ReadEffect> effects, int from, int to) {
        Delta delta = null;
        for (int replica = from; replica < to; replica++) {
            Row row = rows[replica];
            if (row != null && !sameLeaves(row.leaves(), joined.leaves())) {
                delta = delta == null ? repair() : delta;
                effects.add(new ReadEffect.Repair(replica, delta));
            }
        }
        return effects;
    }

    private Delta repair() {
        return repair(read.key(), joined);
    }

    /** Brings a replica what a joined row shows of a key. */
    static Delta repair(Key key, Row joined) {
        List<Dot> events = joined.leaves().stream().map(Leaf::dot).toList();
        return new Delta(key, joined.leaves(), joined.context(), events);
    }

    private static boolean sameLeaves(List<Leaf> left, List<Leaf> right) {
        if (left.size() != right.size()) {
            return false;
        }
        for (int index = 0; index < left.size(); index++) {
            if (!left.get(index).dot().equals(right.get(index).dot())) {
                return false;
            }
        }
        return true;
    }

    private List<ReadEffect> fail(Failure failure) {
        finished = true;
        return List.of(new ReadEffect.Fail(failure));
    }

    private String subject() {
        return FailureMessages.subject(read);
    }
}
