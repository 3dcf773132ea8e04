package io.dotkv.storage.replica;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.ports.RandomSource;
import io.dotkv.storage.PartitionClock;
import io.dotkv.storage.PullMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The pulls under way. Requests and answers take their time, and outlive the process that asked; messages get lost,
 * come twice or change places; answers interleave.
 */
final class ModelPulls {
    private final RandomSource random;
    private final Fault fault;
    private final List<Session> sessions = new ArrayList<>();

    /** One pull: asked, or answered by these messages. */
    private static final class Session {
        final Host asking;
        final Host asked;
        final PartitionClock clock;
        Optional<List<PullMessage>> messages = Optional.empty();

        Session(Host asking, Host asked) {
            this.asking = asking;
            this.asked = asked;
            this.clock = asking.peer.asking();
        }
    }

    ModelPulls(RandomSource random, Fault fault) {
        this.random = random;
        this.fault = fault;
    }

    void begin(Host asking, Host asked) {
        sessions.add(new Session(asking, asked));
        if (sessions.size() > 6) {
            sessions.removeFirst();
        }
    }

    /** Something happens to one of the pulls; the host that it happened to. */
    Optional<Host> proceed() {
        if (sessions.isEmpty()) {
            return Optional.empty();
        }
        Session session = sessions.get(random.nextInt(sessions.size()));
        if (session.messages.isEmpty()) {
            session.asked.peer.replica.confirmed(session.asking.peer.node(), session.clock.complete());
            session.messages = Optional.of(answer(session.asked, session.clock));
            return Optional.empty();
        }
        List<PullMessage> messages = session.messages.get();
        if (messages.isEmpty()) {
            sessions.remove(session);
            return Optional.empty();
        }
        PullMessage message = messages.remove(oneIn(12) ? random.nextInt(messages.size()) : 0);
        if (oneIn(12)) {
            messages.add(random.nextInt(messages.size() + 1), message);
        }
        if (oneIn(10)) {
            lose(session.asking, message);
        } else {
            session.asking.absorb(delivered(session.asking, message));
        }
        return Optional.of(session.asking);
    }

    private PullMessage delivered(Host asking, PullMessage message) {
        return fault == Fault.ANSWERS_TO_EARLIER_LIVES_COUNT && message instanceof PullMessage.End end
                ? new PullMessage.End(
                        end.partition(),
                        end.answer(),
                        end.batches(),
                        end.full(),
                        end.clock(),
                        end.voting(),
                        end.node(),
                        asking.peer.asking().replica())
                : message;
    }

    private boolean oneIn(int chances) {
        return random.nextInt(chances) == 0;
    }

    private void lose(Host asking, PullMessage message) {
        if (fault == Fault.CLOCK_TAKEN_ALTHOUGH_A_RANGE_WAS_LOST
                && message instanceof PullMessage.Rows rows
                && rows.whole().isPresent()) {
            PullMessage.KeyRange range = rows.whole().get();
            asking.absorb(emptyRange(rows.answer(), range.after(), range.upTo()));
        }
    }

    private static PullMessage emptyRange(long answer, Bytes after, Optional<Bytes> upTo) {
        PullMessage.KeyRange nothing = new PullMessage.KeyRange(after, upTo, DotSet.EMPTY);
        return new PullMessage.Rows(Peer.PARTITION, answer, List.of(), Optional.of(nothing));
    }

    /** A pull without any trouble. */
    void pullAtOnce(Host asking, Host asked) {
        asked.peer.replica.confirmed(asking.peer.node(), asking.peer.asking().complete());
        answer(asked, asking.peer.asking()).forEach(asking::absorb);
    }

    private List<PullMessage> answer(Host asked, PartitionClock theirs) {
        asked.peer.batching(random.nextInt(2) == 0 ? 1 : 300);
        DotSet pruned =
                fault == Fault.PRUNED_MEANS_NOTHING_TO_SEND ? Host.STORE.pruned(asked.peer.engine) : DotSet.EMPTY;
        PartitionClock taken = new PartitionClock(
                theirs.partition(),
                theirs.clock().union(pruned),
                theirs.replica(),
                theirs.voting(),
                theirs.promises(),
                theirs.unnamed());
        List<PullMessage> messages = new ArrayList<>(asked.answer(taken));
        PullMessage.End end = (PullMessage.End) messages.getLast();
        switch (fault) {
            case PRUNED_MEANS_NOTHING_TO_SEND -> messages.addAll(clockAlone(end));
            case CLOCK_TAKEN_BEFORE_THE_ROWS -> messages.addAll(0, end.full() ? clockAlone(end) : List.of());
            case FULL_ANSWER_SKIPS_ABSENT_KEYS -> messages.replaceAll(ModelPulls::withoutAbsence);
            default -> {}
        }
        return messages;
    }

    /** Messages that give the clock of an answer and no rows. */
    private static List<PullMessage> clockAlone(PullMessage.End end) {
        return List.of(
                emptyRange(-end.answer(), Bytes.EMPTY, Optional.empty()),
                new PullMessage.End(
                        end.partition(), -end.answer(), 1, true, end.clock(), end.voting(), end.node(), end.asker()));
    }

    private static PullMessage withoutAbsence(PullMessage message) {
        if (message instanceof PullMessage.Rows rows && rows.whole().isPresent()) {
            PullMessage.KeyRange range = rows.whole().get();
            return new PullMessage.Rows(
                    rows.partition(),
                    rows.answer(),
                    rows.deltas(),
                    Optional.of(new PullMessage.KeyRange(range.after(), range.upTo(), DotSet.EMPTY)));
        }
        return message;
    }
}
