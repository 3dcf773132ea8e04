package io.dotkv.storage.local;

import io.dotkv.kernel.ports.Scheduler;
import io.dotkv.storage.Outcome;
import io.dotkv.storage.PullMessage;
import io.dotkv.storage.replica.PullAnswer;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Hands the messages of one pull to its taker, each when the one before has been taken, so that neither side ever holds
 * more than one. Runs on the readers and occupies none while it waits, which it does not for ever: it holds a snapshot.
 */
final class PullSession {
    private final Iterator<PullMessage> first;
    private final Iterator<Supplier<PullAnswer>> answers;
    private final Function<PullMessage, CompletionStage<?>> taker;
    private final Executor readers;
    private final Patience patience;
    private final CompletableFuture<Outcome<Integer>> done = new CompletableFuture<>();
    private @Nullable PullAnswer current;
    private int sent;

    /** How long a taker is waited for, and what tells the time. */
    record Patience(Scheduler timer, long nanos) {}

    /**
     * @param first messages that go before the answers
     * @param answers made one after the other, on a reader
     * @param patience how long the taker has for each message
     */
    PullSession(
            List<PullMessage> first,
            List<Supplier<PullAnswer>> answers,
            Function<PullMessage, CompletionStage<?>> taker,
            Executor readers,
            Patience patience) {
        this.first = first.iterator();
        this.answers = answers.iterator();
        this.taker = taker;
        this.readers = readers;
        this.patience = patience;
    }

    CompletableFuture<Outcome<Integer>> run() {
        resume();
        return done;
    }

    /** Ends it when it next waits for its taker, or now if it does. */
    void stop() {
        fail("the storage is stopping");
    }

    private void fail(String why) {
        done.complete(Outcome.unknown(why));
    }

    private void resume() {
        if (done.isDone()) {
            return;
        }
        try {
            readers.execute(this::step);
        } catch (RejectedExecutionException e) {
            fail("the storage is stopping or overloaded");
        }
    }

    private void step() {
        try {
            PullMessage message = next();
            if (message == null) {
                done.complete(Outcome.done(sent));
                return;
            }
            sent++;
            CompletionStage<?> taking = taker.apply(message);
            Scheduler.Cancellable end = patience.timer.schedule(
                    () -> fail("the puller did not take a message within " + patience.nanos / 1_000_000 + " ms"),
                    patience.nanos);
            var _ = taking.whenComplete((taken, failure) -> {
                end.cancel();
                if (failure == null) {
                    resume();
                } else {
                    fail(why(failure));
                }
            });
        } catch (RuntimeException e) {
            fail(String.valueOf(e.getMessage()));
        }
    }

    private static String why(Throwable failure) {
        Throwable cause = failure instanceof CompletionException wrapped && wrapped.getCause() != null
                ? wrapped.getCause()
                : failure;
        return "the puller cancelled: " + cause.getMessage();
    }

    private @Nullable PullMessage next() {
        if (first.hasNext()) {
            return first.next();
        }
        while (true) {
            PullAnswer answer = current;
            PullMessage message = answer == null ? null : answer.next();
            if (message != null) {
                return message;
            }
            if (!answers.hasNext()) {
                return null;
            }
            current = answers.next().get();
        }
    }
}
