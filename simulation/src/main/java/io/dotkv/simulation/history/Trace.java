package io.dotkv.simulation.history;

import io.dotkv.kernel.simulated.SimulatedTime;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What happens, one line for each event, and a hash over all lines so far: two runs with one hash were the same. One
 * thread.
 */
public final class Trace {
    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private final SimulatedTime time;
    private final Optional<Consumer<String>> reader;
    private long hash = FNV_OFFSET;
    private long events;

    /** @param reader is told each line; empty when only the hash is wanted */
    public Trace(SimulatedTime time, Optional<Consumer<String>> reader) {
        this.time = time;
        this.reader = reader;
    }

    /** Something has happened to somebody. */
    public void event(String who, String what) {
        long nanos = time.monotonicNanos();
        mix(nanos);
        mix(who);
        mix(what);
        events++;
        if (reader.isPresent()) {
            reader.get().accept(String.format(Locale.ROOT, "%12.6f  %-4s  %s", nanos / 1e9, who, what));
        }
    }

    private void mix(String text) {
        long mixed = hash;
        for (int at = 0; at < text.length(); at++) {
            mixed = (mixed ^ text.charAt(at)) * FNV_PRIME;
        }
        hash = mixed;
    }

    private void mix(long number) {
        hash = (hash ^ number) * FNV_PRIME;
    }

    public long hash() {
        return hash;
    }

    public long events() {
        return events;
    }
}
