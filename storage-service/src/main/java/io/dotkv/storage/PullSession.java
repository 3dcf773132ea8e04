package io.dotkv.storage;

import io.dotkv.storage.replica.PullAnswer;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Hands the messages of one pull to its taker, each when the one before has been taken, so that neither side ever holds more
 * than one. Runs on the readers and occupies none while it waits.
 */
final class PullSession {
    private final Iterator<PullMessage> first;
    private final Iterator<Supplier<PullAnswer>> answers;
    private final Function<PullMessage, CompletionStage<?>> taker;
    private final Executor readers;
    private final CompletableFuture<Outcome<Integer>> done = new CompletableFuture<>();
    private @Nullable PullAnswer current;
    private int sent;

    /**
     * @param first messages that go before the answers
     * @param answers made one after the other, on a reader
     */
    PullSession(
            List<PullMessage> first,
            List<Supplier<PullAnswer>> answers,
            Function<PullMessage, CompletionStage<?>> taker,
            Executor readers) {
        this.first = first.iterator();
        this.answers = answers.iterator();
        this.taker = taker;
        this.readers = readers;
    }

    CompletableFuture<Outcome<Integer>> run() {
        resume();
        return done;
    }

    private void resume() {
        try {
            readers.execute(this::step);
        } catch (RejectedExecutionException e) {
            done.complete(Outcome.unknown("the storage is stopping, or has too much to read"));
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
            taker.apply(message).whenComplete((taken, failure) -> {
                if (failure == null) {
                    resume();
                } else {
                    done.complete(Outcome.unknown("the taker gave up: " + failure.getMessage()));
                }
            });
        } catch (RuntimeException e) {
            done.complete(Outcome.unknown(String.valueOf(e.getMessage())));
        }
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
