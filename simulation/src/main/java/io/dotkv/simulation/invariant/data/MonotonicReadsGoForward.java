package io.dotkv.simulation.invariant.data;

import io.dotkv.kernel.Dot;
import io.dotkv.kernel.Key;
import io.dotkv.simulation.history.ClientRead;
import io.dotkv.simulation.history.History;
import io.dotkv.simulation.history.TraceText;
import io.dotkv.simulation.invariant.Invariant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Once a monotonic read has shown a value, every read of the key at a majority that begins later shows it, or something
 * that has replaced it, and nothing that it replaced: to whomever and through any node.
 */
public final class MonotonicReadsGoForward implements Invariant {
    private final History history;
    private final int majority;
    private final boolean isPromised;
    private final Map<Key, List<Seen>> seen = new TreeMap<>();

    /** What a monotonic read showed. */
    private record Seen(long endedNanos, String client, List<Dot> dots) {}

    /** @param losses how many replicas may lose what they have before the others have it again */
    public MonotonicReadsGoForward(History history, int replicas, int losses) {
        this.history = history;
        this.majority = replicas / 2 + 1;
        this.isPromised = majority > losses;
    }

    @Override
    public String sentence() {
        return "What a monotonic read has shown, no later read of a majority goes behind.";
    }

    @Override
    public void read(ClientRead read, Verdict verdict) {
        List<Seen> before = seen.computeIfAbsent(read.key(), first -> new ArrayList<>());
        if (isPromised && read.required() >= majority) {
            for (Seen earlier : before) {
                if (earlier.endedNanos() <= read.beganNanos()) {
                    history.goesBack(read.key(), earlier.dots(), read.values())
                            .ifPresent(how -> verdict.violated("key " + TraceText.of(read.key()) + " shows "
                                    + TraceText.of(read.values()) + " to " + read.client() + ", " + how
                                    + ", after a monotonic read had shown " + earlier.dots() + " to "
                                    + earlier.client()));
                }
            }
        }
        if (read.monotonic()) {
            before.add(new Seen(read.endedNanos(), read.client(), read.dots()));
        }
    }
}
