package io.dotkv.kernel.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ThreadSchedulerTest {
    private final CompletableFuture<Throwable> reported = new CompletableFuture<>();
    private final ThreadScheduler scheduler =
            new ThreadScheduler("test", (thread, failure) -> reported.complete(failure));

    @AfterEach
    void close() {
        scheduler.close();
    }

    @Test
    void tasksRunOneAfterTheOtherInTheOrderOfTheirSubmission() throws Exception {
        List<Integer> ran = new ArrayList<>();
        CountDownLatch done = new CountDownLatch(1);
        for (int i = 0; i < 100; i++) {
            int number = i;
            scheduler.execute(() -> ran.add(number));
        }
        scheduler.execute(done::countDown);
        assertThat(done.await(5, TimeUnit.SECONDS)).isTrue();
        assertThat(ran).hasSize(100).isSorted();
    }

    @Test
    void aTaskThatThrowsIsReportedAndTheNextOneRuns() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        scheduler.execute(() -> {
            throw new IllegalStateException("broken");
        });
        scheduler.execute(done::countDown);
        assertThat(done.await(5, TimeUnit.SECONDS)).isTrue();
        assertThat(reported.get(5, TimeUnit.SECONDS)).hasMessage("broken");
    }

    @Test
    void aDelayedTaskRunsAfterItsDelay() throws Exception {
        CompletableFuture<Long> ranAt = new CompletableFuture<>();
        long start = System.nanoTime();
        scheduler.schedule(() -> ranAt.complete(System.nanoTime()), 20_000_000);
        assertThat(ranAt.get(5, TimeUnit.SECONDS) - start).isGreaterThanOrEqualTo(20_000_000);
    }

    @Test
    void aCancelledTaskNeverRuns() throws Exception {
        CountDownLatch cancelled = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        List<String> ran = new ArrayList<>();
        scheduler.execute(() -> awaitQuietly(cancelled));
        scheduler.schedule(() -> ran.add("cancelled"), 0).cancel();
        cancelled.countDown();
        scheduler.execute(done::countDown);
        assertThat(done.await(5, TimeUnit.SECONDS)).isTrue();
        assertThat(ran).isEmpty();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertThat(latch.await(5, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void afterClosingTasksAreDroppedInSilence() {
        scheduler.close();
        scheduler.execute(() -> reported.complete(new AssertionError("ran")));
        assertThat(reported).isNotDone();
    }
}
