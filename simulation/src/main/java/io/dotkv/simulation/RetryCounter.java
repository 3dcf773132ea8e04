package io.dotkv.simulation;

import java.util.Set;
import java.util.TreeSet;

/** Counts how often writes were tried again, and whether the replica that a retry came to knew the write. */
final class RetryCounter {
    private final Set<String> writes = new TreeSet<>();
    private final Set<String> underWay = new TreeSet<>();
    private long made;
    private long known;

    /** A client tries a write again. */
    void made(String requestId) {
        made++;
        writes.add(requestId);
        underWay.add(requestId);
    }

    /** A replica answers with the events of an earlier try. */
    void repeated(String requestId) {
        if (underWay.remove(requestId)) {
            known++;
        }
    }

    /** A client knows how a write ended, or has given it up. */
    void ended(String requestId) {
        underWay.remove(requestId);
    }

    /** @param doubled how many writes got events of several tries */
    RunResult.Retried count(long doubled) {
        return new RunResult.Retried(writes.size(), made, known, doubled);
    }
}
