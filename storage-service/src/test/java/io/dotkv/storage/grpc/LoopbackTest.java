package io.dotkv.storage.grpc;

import static io.dotkv.storage.grpc.ExchangeTest.outcomeOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.kernel.ports.SeededRandom;
import io.dotkv.storage.Outcome;
import io.dotkv.storage.PullMessage;
import io.dotkv.storage.Requests;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The data path over a real socket and many threads. */
@Tag("integration")
class LoopbackTest {
    private static final long TEN_SECONDS = 10_000_000_000L;

    /** Answers each apply by its counter: at once, soon on another thread, or never. */
    private static final class MoodyStorage extends ScriptedStorage implements AutoCloseable {
        private final ScheduledExecutorService threads = new ScheduledThreadPoolExecutor(3);

        @Override
        public CompletionStage<Outcome<Long>> apply(Requests.Apply request) {
            long counter = request.delta().events().getFirst().counter();
            CompletableFuture<Outcome<Long>> answer = new CompletableFuture<>();
            switch ((int) (counter % 5)) {
                case 0 -> answer.complete(Outcome.done(counter));
                case 1, 2 -> threads.execute(() -> answer.complete(Outcome.done(counter)));
                case 3 -> {
                    var _ = threads.schedule(
                            () -> answer.complete(Outcome.done(counter)), counter % 40, TimeUnit.MILLISECONDS);
                }
                default -> {
                    if (counter % 100 != 4) {
                        threads.execute(() -> answer.complete(Outcome.done(counter)));
                    }
                }
            }
            return answer;
        }

        @Override
        public void close() {
            threads.shutdownNow();
        }
    }

    @Test
    void tensOfThousandsOfCallsFromManyThreadsGetTheirOwnAnswers() throws Exception {
        int callers = 4;
        int callsEach = 10_000;
        AtomicInteger right = new AtomicInteger();
        AtomicInteger unknown = new AtomicInteger();
        AtomicInteger wrong = new AtomicInteger();
        CountDownLatch all = new CountDownLatch(callers * callsEach);
        try (MoodyStorage storage = new MoodyStorage();
                Loopback both = new Loopback(storage)) {
            for (int caller = 0; caller < callers; caller++) {
                long first = 1L + (long) caller * callsEach;
                Thread.ofPlatform().daemon().start(() -> {
                    Semaphore inFlight = new Semaphore(500);
                    for (long counter = first; counter < first + callsEach; counter++) {
                        long expected = counter;
                        inFlight.acquireUninterruptibly();
                        long now = System.nanoTime();
                        boolean never = expected % 100 == 4;
                        both.remote
                                .apply(Messages.apply(expected, now + (never ? TEN_SECONDS / 20 : 2 * TEN_SECONDS)))
                                .whenComplete((outcome, failure) -> {
                                    if (outcome != null && outcome.equals(Outcome.done(expected))) {
                                        right.incrementAndGet();
                                    } else if (never && outcome instanceof Outcome.Unknown) {
                                        unknown.incrementAndGet();
                                    } else {
                                        wrong.incrementAndGet();
                                    }
                                    inFlight.release();
                                    all.countDown();
                                });
                    }
                });
            }
            assertThat(all.await(60, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(wrong).hasValue(0);
        assertThat(unknown).hasValue(callers * callsEach / 100);
        assertThat(right).hasValue(callers * callsEach - unknown.get());
    }

    @Test
    void aPullOfManyMessagesCrossesTheSocketOneAfterTheOther() throws Exception {
        SeededRandom random = new SeededRandom(1);
        ScriptedStorage storage = new ScriptedStorage();
        for (int message = 0; message < 2000; message++) {
            storage.toPull.add(Messages.pullMessage(random));
        }
        try (Loopback both = new Loopback(storage)) {
            List<PullMessage> taken = Collections.synchronizedList(new ArrayList<>());
            var pull = both.remote.pull(Messages.pull(random), message -> {
                taken.add(message);
                return CompletableFuture.supplyAsync(() -> "taken");
            });
            assertThat(pull.toCompletableFuture().get(30, TimeUnit.SECONDS)).isEqualTo(Outcome.done(2000));
            assertThat(taken).isEqualTo(storage.toPull);
        }
    }

    @Test
    void whateverIsInFlightWhenTheServerDiesIsEndedAtOnceAndTheNextServerIsFoundWithinASecondOrTwo() throws Exception {
        ScriptedStorage storage = new ScriptedStorage();
        try (Loopback both = new Loopback(storage)) {
            for (int round = 0; round < 3; round++) {
                var read = both.remote.read(Messages.read(System.nanoTime() + TEN_SECONDS));
                Loopback.await(() -> !storage.reads.isEmpty());
                storage.reads.clear();
                both.killServer();
                Loopback.await(() -> read.toCompletableFuture().isDone());
                assertThat(outcomeOf(read)).isInstanceOf(Outcome.Unknown.class);
                assertThat(both.remote.isReachable()).isFalse();
                both.restartServer();
                long back = System.nanoTime();
                Loopback.await(both.remote::isReachable);
                assertThat(System.nanoTime() - back).isLessThan(TEN_SECONDS / 3);
            }
        }
    }
}
