package io.dotkv.launcher.transfer;

import io.dotkv.launcher.client.CallFailed;
import io.dotkv.launcher.client.RetryDecision;
import io.dotkv.launcher.client.Route;
import io.dotkv.proto.replication.v1.PipelineRequest;
import io.dotkv.proto.replication.v1.PipelineResponse;
import io.grpc.Status;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * One entry on its way: each of its operations over as many tries as the patience allows, and each write with one
 * request id over all of its tries. Tries follow one another, so its state needs no guard.
 */
final class LoadingEntry implements Route.Ended {
    private static final long FIRST_PAUSE_MILLIS = 25;
    private static final long LONGEST_PAUSE_MILLIS = 1_000;

    private final Loader loader;
    private final LoadSettings settings;
    private final LoadSpread spread;
    private final ScheduledExecutorService timer;
    private final Lines.Line line;
    private final DumpEntry entry;
    private final LoadingSteps steps;
    private PipelineRequest operation = PipelineRequest.getDefaultInstance();
    private long deadline;
    private int attempts;
    private int route;
    private boolean everUnknown;

    LoadingEntry(
            Loader loader,
            LoadSettings settings,
            LoadSpread spread,
            ScheduledExecutorService timer,
            Lines.Line line,
            DumpEntry entry) {
        this.loader = loader;
        this.settings = settings;
        this.spread = spread;
        this.timer = timer;
        this.line = line;
        this.entry = entry;
        this.steps = new LoadingSteps(entry, settings.consistency());
    }

    /** Begins the next operation, or tells that there is none. */
    void go() {
        Optional<PipelineRequest> next = steps.next();
        if (next.isEmpty()) {
            loader.acknowledged(entry);
            return;
        }
        operation = next.get();
        attempts = 0;
        everUnknown = false;
        deadline = System.nanoTime() + settings.patience().toNanos();
        attempt();
    }

    private void attempt() {
        long now = System.nanoTime();
        route = spread.choose(entry.key().hashCode(), attempts, now);
        attempts++;
        Duration left = Duration.ofNanos(Math.max(1_000_000, deadline - now));
        Duration timeout = left.compareTo(settings.attempt()) < 0 ? left : settings.attempt();
        spread.route(route).send(operation.toBuilder(), timeout, this);
    }

    @Override
    public void answered(PipelineResponse response) {
        steps.answered(response);
        go();
    }

    @Override
    public void failed(CallFailed failure) {
        everUnknown |= failure.verdict() == RetryDecision.UNKNOWN_OUTCOME;
        long now = System.nanoTime();
        long pause = pauseMillis(failure);
        boolean timeIsLeft = deadline - now > TimeUnit.MILLISECONDS.toNanos(pause);
        if (!isFinal(failure) && timeIsLeft && !loader.isStopped()) {
            spread.rest(route, now);
            var _ = timer.schedule(this::attempt, pause, TimeUnit.MILLISECONDS);
            return;
        }
        RetryDecision verdict = everUnknown ? RetryDecision.UNKNOWN_OUTCOME : failure.verdict();
        loader.failed(line, entry, verdict, failure.reason() + ": " + failure.sentence());
    }

    /** A put without a context meets a precondition only where no cluster has formed yet, and that passes. */
    private static boolean isFinal(CallFailed failure) {
        return failure.verdict() == RetryDecision.REFUSED && failure.code() != Status.Code.FAILED_PRECONDITION;
    }

    private long pauseMillis(CallFailed failure) {
        long doubled = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(attempts - 1, 10));
        long asked = failure.retryAfter().map(Duration::toMillis).orElse(0L);
        return Math.max(asked, ThreadLocalRandom.current().nextLong(doubled / 2, doubled + 1));
    }
}
