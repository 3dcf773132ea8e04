package io.dotkv.launcher.transfer;

import com.google.protobuf.ByteString;
import io.dotkv.launcher.client.Route;
import io.dotkv.launcher.client.Verdict;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;

/**
 * Puts every entry of an input, many at a time, each again and again as the same write until it is acknowledged, refused,
 * or its patience ends. Two entries of one key never fly together: the later one of the input is put later.
 *
 * <p>When not one put has been acknowledged for as long as the patience lasts, the load is given up: a cluster that is gone
 * shall not be waited for entry by entry.
 *
 * <p>Threading: {@link #load} is called once and blocks; answers arrive on the event loop. State is guarded by the object.
 */
public final class Loader {
    private static final int MAX_LINE_BYTES = 48 << 20;

    private final LoadSettings settings;
    private final Spread spread;
    private final ScheduledExecutorService timer;
    private final LoadWatcher watcher;
    private final Set<ByteString> keysInFlight = new HashSet<>();
    private long loaded;
    private long badLines;
    private long refused;
    private long notApplied;
    private long unknown;
    private long lastLoadedNanos;
    private long stoppedAtLine;

    /** A load over these routes; the timer belongs to them. */
    public Loader(LoadSettings settings, List<Route> routes, ScheduledExecutorService timer, LoadWatcher watcher) {
        this.settings = settings;
        this.spread = new Spread(routes, System.nanoTime());
        this.timer = timer;
        this.watcher = watcher;
    }

    /** Loads the input to its end. */
    public LoadReport load(InputStream in) throws IOException, InterruptedException {
        long start = System.nanoTime();
        synchronized (this) {
            lastLoadedNanos = start;
        }
        Lines lines = new Lines(in, MAX_LINE_BYTES);
        Optional<Lines.Line> line = lines.next();
        while (line.isPresent() && !givenUp()) {
            take(line.get());
            progress(lines.readBytes());
            line = lines.next();
        }
        return finish(start);
    }

    private void take(Lines.Line line) throws InterruptedException {
        try {
            if (line.cut()) {
                throw new BadLine("it has more than " + MAX_LINE_BYTES + " bytes");
            }
            Pair pair = settings.format().read(line.bytes());
            waitFor(pair.key());
            new LoadingPut(this, settings, spread, timer, line, pair).attempt();
        } catch (BadLine bad) {
            synchronized (this) {
                badLines++;
                watcher.failed(line.number(), line.bytes(), bad.why());
            }
        }
    }

    private synchronized void waitFor(ByteString key) throws InterruptedException {
        while (keysInFlight.size() >= settings.inFlight() || keysInFlight.contains(key)) {
            wait();
        }
        keysInFlight.add(key);
    }

    private synchronized boolean givenUp() {
        return stoppedAtLine > 0;
    }

    private synchronized void progress(long readBytes) {
        watcher.progress(loaded, readBytes);
    }

    private synchronized LoadReport finish(long start) throws InterruptedException {
        while (!keysInFlight.isEmpty()) {
            wait();
        }
        return new LoadReport(loaded, badLines, refused, notApplied, unknown, stoppedAtLine, System.nanoTime() - start);
    }

    /** A put was acknowledged. */
    synchronized void acknowledged(Pair pair) {
        loaded++;
        lastLoadedNanos = System.nanoTime();
        leave(pair);
    }

    /** A put failed for good. */
    synchronized void failed(Lines.Line line, Pair pair, Verdict verdict, String why) {
        switch (verdict) {
            case NOT_APPLIED -> notApplied++;
            case UNKNOWN_OUTCOME -> unknown++;
            case REFUSED, INTERNAL -> refused++;
        }
        watcher.failed(line.number(), line.bytes(), why);
        boolean nothingGoesIn =
                System.nanoTime() - lastLoadedNanos >= settings.patience().toNanos();
        if (nothingGoesIn && verdict != Verdict.REFUSED && stoppedAtLine == 0) {
            stoppedAtLine = line.number();
        }
        leave(pair);
    }

    private void leave(Pair pair) {
        keysInFlight.remove(pair.key());
        notifyAll();
    }
}
