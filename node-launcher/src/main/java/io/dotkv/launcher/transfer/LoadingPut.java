package io.dotkv.launcher.transfer;

import io.dotkv.launcher.client.CallFailed;
import io.dotkv.launcher.client.Route;
import io.dotkv.launcher.client.Verdict;
import io.dotkv.proto.replication.v1.PipelineRequest;
import io.dotkv.proto.replication.v1.PipelineResponse;
import io.dotkv.proto.replication.v1.PutRequest;
import io.grpc.Status;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * One entry on its way: one write with one request id, over as many tries as its patience allows. Tries follow one
 * another, so its state needs no guard.
 */
final class LoadingPut implements Route.Ended {
    private static final long FIRST_PAUSE_MILLIS = 25;
    private static final long LONGEST_PAUSE_MILLIS = 1_000;

    private final Loader loader;
    private final LoadSettings settings;
    private final Spread spread;
    private final ScheduledExecutorService timer;
    private final Lines.Line line;
    private final Pair pair;
    private final PutRequest request;
    private final long deadline;
    private int attempts;
    private int route;
    private boolean everUnknown;

    LoadingPut(
            Loader loader,
            LoadSettings settings,
            Spread spread,
            ScheduledExecutorService timer,
            Lines.Line line,
            Pair pair) {
        this.loader = loader;
        this.settings = settings;
        this.spread = spread;
        this.timer = timer;
        this.line = line;
        this.pair = pair;
        this.deadline = System.nanoTime() + settings.patience().toNanos();
        this.request = PutRequest.newBuilder()
                .setRawKey(pair.key())
                .setRawValue(pair.value())
                .setConsistency(settings.consistency())
                .setRequestId(UUID.randomUUID().toString())
                .build();
    }

    void attempt() {
        long now = System.nanoTime();
        route = spread.choose(pair.key(), attempts, now);
        attempts++;
        Duration left = Duration.ofNanos(Math.max(1_000_000, deadline - now));
        Duration timeout = left.compareTo(settings.attempt()) < 0 ? left : settings.attempt();
        spread.route(route).send(PipelineRequest.newBuilder().setPut(request), timeout, this);
    }

    @Override
    public void answered(PipelineResponse response) {
        loader.acknowledged(pair);
    }

    @Override
    public void failed(CallFailed failure) {
        everUnknown |= failure.verdict() == Verdict.UNKNOWN_OUTCOME;
        long now = System.nanoTime();
        long pause = pauseMillis(failure);
        boolean timeIsLeft = deadline - now > TimeUnit.MILLISECONDS.toNanos(pause);
        if (!isFinal(failure) && timeIsLeft) {
            spread.rest(route, now);
            var _ = timer.schedule(this::attempt, pause, TimeUnit.MILLISECONDS);
            return;
        }
        Verdict verdict = everUnknown ? Verdict.UNKNOWN_OUTCOME : failure.verdict();
        loader.failed(line, pair, verdict, failure.reason() + ": " + failure.sentence());
    }

    /** A put without a context meets a precondition only where no cluster has formed yet, and that passes. */
    private static boolean isFinal(CallFailed failure) {
        return failure.verdict() == Verdict.REFUSED && failure.code() != Status.Code.FAILED_PRECONDITION;
    }

    private long pauseMillis(CallFailed failure) {
        long doubled = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(attempts - 1, 10));
        long asked = failure.retryAfter().map(Duration::toMillis).orElse(0L);
        return Math.max(asked, ThreadLocalRandom.current().nextLong(doubled / 2, doubled + 1));
    }
}
