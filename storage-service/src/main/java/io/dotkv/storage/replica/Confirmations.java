package io.dotkv.storage.replica;

import io.dotkv.kernel.DotSet;
import io.dotkv.storage.replica.store.EventLog;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the peers of a replica have, by their own word: they say so whenever they pull. An event that all of them have
 * will not be asked for any more, so its log record may go. Nothing depends on that being true.
 *
 * <p>{@link #confirmed} and {@link #others} from any thread; {@link #prune} by the shard.
 */
final class Confirmations {
    /** Records leave by ranges, and each range is a burden to the engine until it is compacted. */
    private static final int MANY_RECORDS = 1024;

    private static final int QUIET_TURNS = 20;

    /** More than a partition has replicas; whoever else says that it has something is not listened to. */
    private static final int MOST_PEERS = 16;

    private final Map<Integer, DotSet> clocks = new ConcurrentHashMap<>();
    private volatile int others;
    private DotSet seen = DotSet.EMPTY;
    private int quietTurns;

    /** A peer has all of this, durably. */
    void confirmed(int node, DotSet clock) {
        if (clocks.size() < MOST_PEERS || clocks.containsKey(node)) {
            clocks.put(node, clock);
        }
    }

    /** So many peers have to confirm. */
    void others(int count) {
        others = count;
    }

    /** Whether so many peers have these events that with the own replica they are a majority. */
    boolean isWithMajority(DotSet events) {
        long with = clocks.values().stream()
                .filter(theirs -> theirs.containsAll(events))
                .count();
        return with >= (others + 1) / 2;
    }

    /** Called about once a second. */
    void prune(EventLog log) {
        DotSet clock = log.clock();
        quietTurns = clock.equals(seen) ? quietTurns + 1 : 0;
        seen = clock;
        if (log.size() == 0 || clocks.size() < others || (log.size() < MANY_RECORDS && quietTurns < QUIET_TURNS)) {
            return;
        }
        DotSet confirmed = clock;
        for (DotSet theirs : clocks.values()) {
            confirmed = confirmed.intersect(theirs);
        }
        if (quietTurns >= QUIET_TURNS || log.recorded(confirmed).size() >= MANY_RECORDS) {
            log.prune(confirmed);
        }
    }
}
