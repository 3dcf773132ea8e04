package io.dotkv.storage.local;

import io.dotkv.storage.Outcome;
import io.dotkv.storage.Refusal;
import io.dotkv.storage.engine.EngineException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The few that do what may read the disk. Their queue is bounded; what does not fit is refused. */
final class ReadWorkers implements Executor {
    private static final Logger LOG = LoggerFactory.getLogger(ReadWorkers.class);

    private final Workers.Pool pool;

    ReadWorkers(Workers.Pool pool) {
        this.pool = pool;
    }

    /** @throws RejectedExecutionException when too much waits, or after the stop */
    @Override
    public void execute(Runnable work) {
        pool.execute(work);
    }

    /**
     * Runs work on a reader; its answer, or a refusal when too much waits or the engine fails. Work whose answer was
     * cancelled before its turn is not done.
     */
    <T> CompletionStage<Outcome<T>> answer(Supplier<Outcome<T>> work) {
        CompletableFuture<Outcome<T>> answer = new CompletableFuture<>();
        try {
            pool.execute(() -> {
                if (!answer.isDone()) {
                    answer.complete(run(work));
                }
            });
        } catch (RejectedExecutionException e) {
            Refusal.Reason reason = pool.isStopped() ? Refusal.Reason.STOPPING : Refusal.Reason.OVERLOADED;
            answer.complete(
                    Outcome.refused(new Refusal(reason, 0, "this node has too many queued reads, or is stopping")));
        }
        return answer;
    }

    private static <T> Outcome<T> run(Supplier<Outcome<T>> work) {
        try {
            return work.get();
        } catch (EngineException e) {
            return Outcome.refused(new Refusal(Refusal.Reason.ENGINE_FAILED, 0, String.valueOf(e.getMessage())));
        } catch (RuntimeException e) {
            LOG.error("unexpected error in the storage", e);
            return Outcome.unknown("unexpected error in the storage: " + e);
        }
    }

    /** Takes no more work and waits for what it has; whether it has ended. */
    boolean stop() {
        return pool.stop();
    }
}
