package io.dotkv.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SerialTaskTest {
    @Test
    void howeverOftenItIsAskedBeforeItRunsItRunsOnce() {
        Queue<Runnable> tasks = new ArrayDeque<>();
        AtomicInteger runs = new AtomicInteger();
        SerialTask drain = new SerialTask(tasks::add, runs::incrementAndGet);
        drain.wake();
        drain.wake();
        drain.wake();
        assertThat(tasks).hasSize(1);
        tasks.remove().run();
        assertThat(runs).hasValue(1);
        drain.wake();
        assertThat(tasks).hasSize(1);
    }

    @Test
    void whenItIsAskedWhileItRunsItRunsAgainInTheSameTask() {
        AtomicInteger runs = new AtomicInteger();
        SerialTask[] drain = new SerialTask[1];
        drain[0] = new SerialTask(Runnable::run, () -> {
            if (runs.incrementAndGet() < 3) {
                drain[0].wake();
            }
        });
        drain[0].wake();
        assertThat(runs).hasValue(3);
    }

    @Test
    void itRunsEvenWhenTheExecutorTakesNothingAnyMore() {
        AtomicInteger runs = new AtomicInteger();
        SerialTask drain = new SerialTask(
                task -> {
                    throw new RejectedExecutionException("stopping");
                },
                runs::incrementAndGet);
        drain.wake();
        assertThat(runs).hasValue(1);
    }

    @Test
    void askedByManyThreadsItNeverOverlapsAndForgetsNobody() throws InterruptedException {
        int threads = 4;
        int asks = 20_000;
        AtomicInteger waiting = new AtomicInteger();
        AtomicBoolean running = new AtomicBoolean();
        AtomicBoolean overlapped = new AtomicBoolean();
        try (ExecutorService executor = Executors.newFixedThreadPool(threads + 2)) {
            SerialTask drain = new SerialTask(executor, () -> {
                overlapped.compareAndSet(false, !running.compareAndSet(false, true));
                waiting.set(0);
                running.set(false);
            });
            CountDownLatch asked = new CountDownLatch(threads);
            for (int thread = 0; thread < threads; thread++) {
                executor.execute(() -> {
                    for (int ask = 0; ask < asks; ask++) {
                        waiting.incrementAndGet();
                        drain.wake();
                    }
                    asked.countDown();
                });
            }
            assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(overlapped).isFalse();
        assertThat(waiting).hasValue(0);
    }
}
