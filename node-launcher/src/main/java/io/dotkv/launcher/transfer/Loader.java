package io.dotkv.launcher.transfer;

import com.google.protobuf.ByteString;
import io.dotkv.launcher.client.RetryDecision;
import io.dotkv.launcher.client.Route;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Puts every entry of an input, many at a time, each again and again as the same write until it is acknowledged,
 * refused, or its patience ends. Two entries of one key never fly together: the later one of the input is put later.
 *
 * <p>When not one put has been acknowledged for as long as the patience lasts, the load is given up: a cluster that is
 * gone shall not be waited for entry by entry.
 *
 * <p>A load that ends before its input does says from which line to go on: every line before it is loaded, bad or
 * refused.
 *
 * <p>Threading: {@link #load} is called once and blocks; answers arrive on the event loop. State is guarded by the
 * object.
 */
public final class Loader {
    private static final int MAX_LINE_BYTES = 48 << 20;

    private final LoadSettings settings;
    private final LoadSpread spread;
    private final ScheduledExecutorService timer;
    private final LoadWatcher watcher;
    private final Map<ByteString, Long> linesInFlight = new HashMap<>();
    private long startNanos;
    private long loaded;
    private long badLines;
    private long refused;
    private long notApplied;
    private long unknown;
    private long lastLoadedNanos;
    private long nextLine = 1;
    private long firstLostLine = Long.MAX_VALUE;
    private boolean stopped;
    private Optional<String> brokenInput = Optional.empty();

    /** A load over these routes; the timer belongs to them. */
    public Loader(LoadSettings settings, List<Route> routes, ScheduledExecutorService timer, LoadWatcher watcher) {
        this.settings = settings;
        this.spread = new LoadSpread(routes, System.nanoTime());
        this.timer = timer;
        this.watcher = watcher;
    }

    /** Loads the input to its end, or until it is stopped or given up. */
    public LoadReport load(InputStream in) throws InterruptedException {
        synchronized (this) {
            startNanos = System.nanoTime();
            lastLoadedNanos = startNanos;
        }
        Lines lines = new Lines(in, MAX_LINE_BYTES);
        try {
            Optional<Lines.Line> line = lines.next();
            while (line.isPresent() && !isStopped()) {
                if (line.get().number() >= settings.fromLine()) {
                    take(line.get());
                }
                progress(lines.readBytes());
                line = lines.next();
            }
        } catch (IOException broken) {
            breakOff(String.valueOf(broken.getMessage()));
        }
        return finish();
    }

    private void take(Lines.Line line) throws InterruptedException {
        begin(line);
        try {
            if (line.cut()) {
                throw new BadLine("it has more than " + MAX_LINE_BYTES + " bytes");
            }
            DumpEntry entry = settings.format().read(line.bytes());
            if (settings.dryRun()) {
                checked();
            } else if (enter(line, entry.key())) {
                new LoadingEntry(this, settings, spread, timer, line, entry).go();
            }
        } catch (BadLine bad) {
            bad(line, bad.why());
        }
    }

    private synchronized void begin(Lines.Line line) {
        nextLine = line.number();
    }

    private synchronized void checked() {
        nextLine++;
        loaded++;
    }

    private synchronized void bad(Lines.Line line, String why) {
        nextLine++;
        badLines++;
        watcher.failed(line.number(), line.bytes(), why);
    }

    /** Waits until the entry may fly; false when the load is stopped before. */
    private synchronized boolean enter(Lines.Line line, ByteString key) throws InterruptedException {
        while (!stopped && (linesInFlight.size() >= settings.inFlight() || linesInFlight.containsKey(key))) {
            wait();
        }
        if (!stopped) {
            linesInFlight.put(key, line.number());
            nextLine++;
        }
        return !stopped;
    }

    /** Takes no further line, and tries nothing again. Entries in flight may still be acknowledged. */
    public synchronized void stop() {
        stopped = true;
        notifyAll();
    }

    synchronized boolean isStopped() {
        return stopped;
    }

    private synchronized void breakOff(String why) {
        brokenInput = Optional.of(why);
    }

    private synchronized void progress(long readBytes) {
        watcher.progress(loaded, readBytes);
    }

    private synchronized LoadReport finish() throws InterruptedException {
        while (!linesInFlight.isEmpty()) {
            wait();
        }
        return report();
    }

    /** Waits until nothing is in flight any more, but not for long; what has become of the load so far. */
    public synchronized LoadReport reportWithin(Duration time) throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); !linesInFlight.isEmpty() && left > 0; left = end - System.nanoTime()) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return report();
    }

    private LoadReport report() {
        long firstInFlight =
                linesInFlight.values().stream().mapToLong(Long::longValue).min().orElse(Long.MAX_VALUE);
        long goOnAt = Math.max(settings.fromLine(), Math.min(nextLine, Math.min(firstInFlight, firstLostLine)));
        return new LoadReport(
                loaded,
                badLines,
                refused,
                notApplied,
                unknown,
                stopped || brokenInput.isPresent() ? goOnAt : 0,
                brokenInput,
                System.nanoTime() - startNanos);
    }

    /** An entry was acknowledged. */
    synchronized void acknowledged(DumpEntry entry) {
        loaded++;
        lastLoadedNanos = System.nanoTime();
        leave(entry);
    }

    /** An entry failed for good. */
    synchronized void failed(Lines.Line line, DumpEntry entry, RetryDecision verdict, String why) {
        switch (verdict) {
            case NOT_APPLIED -> notApplied++;
            case UNKNOWN_OUTCOME -> unknown++;
            case REFUSED, INTERNAL -> refused++;
        }
        watcher.failed(line.number(), line.bytes(), why);
        if (verdict != RetryDecision.REFUSED) {
            firstLostLine = Math.min(firstLostLine, line.number());
            stopped |=
                    System.nanoTime() - lastLoadedNanos >= settings.patience().toNanos();
        }
        leave(entry);
    }

    private void leave(DumpEntry entry) {
        linesInFlight.remove(entry.key());
        notifyAll();
    }
}
