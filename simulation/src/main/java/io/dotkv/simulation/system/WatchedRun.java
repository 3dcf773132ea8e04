package io.dotkv.simulation.system;

import io.dotkv.simulation.Run;
import io.dotkv.simulation.RunOptions;
import io.dotkv.simulation.RunResult;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/**
 * A run on a thread of its own, watched from the caller's. An event that does not end, since it goes in circles or
 * waits for what will not come, makes it a run that failed, with the place where its thread is, and not a program that
 * hangs.
 *
 * <p>A thread cannot be ended from outside: that of a run which was given up is interrupted and left behind, and does
 * not keep the program from ending.
 */
public final class WatchedRun {
    /**
     * Looks without a new event, not seconds, so that a program that was stopped for a while is not taken for one that
     * hangs.
     */
    private static final int MOST_LOOKS = 60;

    private static final int FRAMES = 20;

    private final long seed;
    private final RunOptions options;
    private final AtomicLong tasks = new AtomicLong();

    private WatchedRun(long seed, RunOptions options) {
        this.seed = seed;
        this.options = options;
    }

    /** Runs a seed, of which no event may take a minute. */
    public static RunResult of(long seed, RunOptions options) {
        return of(seed, options, Duration.ofSeconds(1));
    }

    /** @param look the real time between two looks */
    static RunResult of(long seed, RunOptions options, Duration look) {
        return new WatchedRun(seed, options).watch(look);
    }

    private RunResult watch(Duration look) {
        FutureTask<RunResult> run = new FutureTask<>(() -> Run.of(seed, options, tasks));
        Thread thread = Thread.ofPlatform().daemon().name("seed " + seed).start(run);
        long seen = -1;
        int looks = 0;
        while (looks < MOST_LOOKS) {
            try {
                return run.get(look.toNanos(), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                long ran = tasks.get();
                looks = ran == seen ? looks + 1 : 0;
                seen = ran;
            } catch (ExecutionException e) {
                throw new IllegalStateException("seed " + seed + " ended with " + e.getCause(), e);
            } catch (InterruptedException e) {
                thread.interrupt();
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while seed " + seed + " ran", e);
            }
        }
        String place = placeOf(thread);
        thread.interrupt();
        return Run.givenUp(
                seed,
                options,
                seen,
                "event " + seen + " does not end; after " + MOST_LOOKS * look.toMillis() + " ms it is at " + place);
    }

    private static String placeOf(Thread thread) {
        return Arrays.stream(thread.getStackTrace())
                .limit(FRAMES)
                .map(StackTraceElement::toString)
                .collect(Collectors.joining("\n    ", "\n    ", "\n"));
    }
}
