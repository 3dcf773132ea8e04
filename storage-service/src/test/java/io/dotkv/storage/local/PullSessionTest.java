package io.dotkv.storage.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.simulated.SimulatedTime;
import io.dotkv.storage.Outcome;
import io.dotkv.storage.PullMessage;
import io.dotkv.storage.Refusal;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class PullSessionTest {
    private static final PullMessage MESSAGE =
            new PullMessage.Unavailable(new PartitionId(1), new Refusal(Refusal.Reason.NOT_A_REPLICA, 1, "not here"));

    private final SimulatedTime time = new SimulatedTime(1);

    private PullSession.Patience patience() {
        return new PullSession.Patience(time, 1_000_000);
    }

    @Test
    void aTakerThatTakesTooLongEndsThePull() {
        CompletableFuture<Void> never = new CompletableFuture<>();
        PullSession session = new PullSession(List.of(MESSAGE), List.of(), message -> never, Runnable::run, patience());
        CompletableFuture<Outcome<Integer>> done = session.run();
        time.runFor(999_999);
        assertThat(done).isNotDone();
        time.runFor(1);
        assertThat(done).isCompletedWithValue(Outcome.unknown("the puller did not take a message within 1 ms"));
        assertThat(never).isNotDone();
    }

    @Test
    void whatIsLeftWhenThePullWasStoppedIsNotSent() {
        CompletableFuture<Void> first = new CompletableFuture<>();
        int[] sent = {0};
        PullSession session = new PullSession(
                List.of(MESSAGE, MESSAGE),
                List.of(),
                message -> {
                    sent[0]++;
                    return first;
                },
                Runnable::run,
                patience());
        CompletableFuture<Outcome<Integer>> done = session.run();
        session.stop();
        first.complete(null);
        assertThat(sent[0]).isEqualTo(1);
        assertThat(done).isCompletedWithValue(Outcome.unknown("the storage is stopping"));
    }
}
