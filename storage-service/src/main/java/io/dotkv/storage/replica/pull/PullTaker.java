package io.dotkv.storage.replica.pull;

import io.dotkv.kernel.Delta;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.Key;
import io.dotkv.storage.PullMessage;
import io.dotkv.storage.replica.store.DamagedRowException;
import io.dotkv.storage.replica.store.EventLog;
import io.dotkv.storage.replica.store.RetiredBoots;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Takes the messages of pulls into a replica. One thread. */
public final class PullTaker {
    private final Applier applier;
    private final EventLog log;
    private final CatchUp catchUp;
    private final RetiredBoots retired;
    private final String asker;
    private final FullAnswers answers = new FullAnswers();

    /**
     * Stages a delta; the number of events that were new, or -1 when one of them is of a retired boot and not taken.
     */
    public interface Applier {
        int apply(Delta delta) throws DamagedRowException;
    }

    /** @param asker the name under which this life of the replica asks */
    public PullTaker(Applier applier, EventLog log, CatchUp catchUp, RetiredBoots retired, String asker) {
        this.applier = applier;
        this.log = log;
        this.catchUp = catchUp;
        this.retired = retired;
        this.asker = asker;
    }

    /** Whether no full answer is under way, so that nothing is covered beyond what clock and rows say. */
    public boolean isIdle() {
        return answers.areNone();
    }

    /**
     * A row has become what these answers do not know of: their ends mean nothing any more, and the next pull begins
     * anew.
     */
    public void giveUpAnswers() {
        answers.giveUp();
    }

    /** What is covered for a key beyond what clock and row say. */
    public DotSet covered(Key key) {
        return answers.covered(key);
    }

    /**
     * Stages rows, and for a full answer joins "absent there" into the other own rows of the range; the number of
     * events that were new.
     *
     * @param ownKeys the keys of the own rows in a range
     * @throws DamagedRowException when an own row is damaged; the others are staged
     */
    public int take(PullMessage.Rows rows, Function<PullMessage.KeyRange, Collection<Key>> ownKeys)
            throws DamagedRowException {
        Joining joining = new Joining();
        rows.deltas().forEach(joining::join);
        if (rows.whole().isPresent()) {
            PullMessage.KeyRange range = rows.whole().get();
            joining.joinAbsence(ownKeys.apply(range), range.covered());
        }
        int news = joining.finish();
        if (!joining.isRefused()) {
            // Else the answer has a gap here, and its end is not taken.
            rows.whole().ifPresent(range -> answers.tookRange(rows.answer(), range));
        }
        return news;
    }

    /** Takes the end of an answer; the number of events that were new. */
    public int take(PullMessage.End end) {
        // Every row was sent, so what else the sender's clock has is of keys that are gone.
        boolean isWhole = end.full() && answers.tookAll(end.answer());
        long news = isWhole && retired.admits(end.clock().minus(log.clock())) ? log.takeUnlogged(end.clock()) : 0;
        if (end.asker().equals(asker)) {
            catchUp.ended(end, log.clock());
        }
        return (int) Math.min(Integer.MAX_VALUE, news);
    }

    /** The joining of one message: a damaged own row does not keep the others from being joined. */
    private final class Joining {
        private final Set<Key> joined = new HashSet<>();
        private @Nullable DamagedRowException damage;
        private int news;
        private boolean refused;

        boolean isRefused() {
            return refused;
        }

        void join(Delta delta) {
            joined.add(delta.key());
            try {
                int newHere = applier.apply(delta);
                refused |= newHere < 0;
                news += Math.max(0, newHere);
            } catch (DamagedRowException e) {
                damage = e;
            }
        }

        void joinAbsence(Collection<Key> keys, DotSet covered) {
            for (Key key : keys) {
                if (!joined.contains(key)) {
                    join(new Delta(key, List.of(), covered, List.of()));
                }
            }
        }

        int finish() throws DamagedRowException {
            if (damage != null) {
                throw damage;
            }
            return news;
        }
    }
}
