package io.dotkv.storage.grpc;

import static io.dotkv.storage.grpc.ExchangeTest.outcomeOf;
import static io.dotkv.storage.grpc.ExchangeTest.reasonOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.kernel.Row;
import io.dotkv.storage.Outcome;
import io.dotkv.storage.Refusal;
import io.dotkv.storage.StampedWrite;
import io.dotkv.storage.grpc.exchange.ExchangeSettings;
import io.grpc.Context;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The data path when the stream breaks, at each stage of a call, and how it comes back. */
@Tag("integration")
class ExchangeBreaksTest {
    @Test
    void withoutAServerCallsAreRefusedAtOnce() {
        try (InProcess both = new InProcess(ExchangeSettings.DEFAULT, Runnable::run)) {
            both.time.runFor(5 * InProcess.SECOND);
            assertThat(both.remote.isReachable()).isFalse();
            assertThat(reasonOf(both.remote.read(Messages.read(both.in(InProcess.SECOND)))))
                    .isEqualTo(Refusal.Reason.UNREACHABLE);
            Heard heard = new Heard();
            both.remote.mutate(Messages.mutate("v", "r1", both.in(InProcess.SECOND)), heard);
            assertThat(heard.events()).singleElement().isInstanceOf(Outcome.Refused.class);
        }
    }

    @Test
    void aCallThatWasGivenToTheStreamIsUnknownWhenTheStreamBreaks() {
        try (InProcess both = InProcess.connected()) {
            var read = both.remote.read(Messages.read(both.in(InProcess.SECOND)));
            var apply = both.remote.apply(Messages.apply(1, both.in(InProcess.SECOND)));
            Heard heard = new Heard();
            both.remote.mutate(Messages.mutate("v", "r1", both.in(InProcess.SECOND)), heard);
            both.killServer();
            assertThat(outcomeOf(read)).isInstanceOf(Outcome.Unknown.class);
            assertThat(outcomeOf(apply)).isInstanceOf(Outcome.Unknown.class);
            assertThat(heard.events()).singleElement().isInstanceOf(Outcome.Unknown.class);
            assertThat(both.remote.isReachable()).isFalse();
        }
    }

    @Test
    void aCallThatWaitedToBeSentIsRefusedWhenTheStreamBreaks() {
        Queue<Runnable> tasks = new ArrayDeque<>();
        boolean[] hold = {false};
        try (InProcess both = InProcess.connected(ExchangeSettings.DEFAULT, task -> {
            if (hold[0]) {
                tasks.add(task);
            } else {
                task.run();
            }
        })) {
            hold[0] = true;
            var apply = both.remote.apply(Messages.apply(1, both.in(InProcess.SECOND)));
            both.killServer();
            assertThat(reasonOf(apply)).isEqualTo(Refusal.Reason.UNREACHABLE);
            tasks.forEach(Runnable::run);
            assertThat(both.storage.applies).isEmpty();
        }
    }

    @Test
    void aMutationThatWasAssignedEndsUnknownWhenTheStreamBreaks() {
        try (InProcess both = InProcess.connected()) {
            Heard heard = new Heard();
            both.remote.mutate(Messages.mutate("v", "r1", both.in(InProcess.SECOND)), heard);
            StampedWrite assignment = new StampedWrite(Messages.put(5, "v"), 0, false);
            var mutation = both.storage.mutations.remove();
            mutation.listener().assigned(assignment);
            both.killServer();
            mutation.listener().ended(Outcome.done(7L));
            assertThat(heard.events()).hasSize(2).startsWith(assignment);
            assertThat(heard.events().getLast()).isInstanceOf(Outcome.Unknown.class);
        }
    }

    @Test
    void closingEndsWhatWaitsAndRefusesWhatComesLater() {
        try (InProcess both = InProcess.connected()) {
            var apply = both.remote.apply(Messages.apply(1, both.in(InProcess.SECOND)));
            both.remote.close();
            assertThat(outcomeOf(apply)).isInstanceOf(Outcome.Unknown.class);
            both.time.runFor(5 * InProcess.SECOND);
            assertThat(both.remote.isReachable()).isFalse();
            assertThat(reasonOf(both.remote.apply(Messages.apply(1, both.in(InProcess.SECOND)))))
                    .isEqualTo(Refusal.Reason.UNREACHABLE);
        }
    }

    @Test
    void aServerThatIsBackIsNoticedWithinTwoSecondsHoweverLongItWasAway() {
        try (InProcess both = InProcess.connected()) {
            for (long awaySeconds : new long[] {0, 1, 60, 600}) {
                both.killServer();
                both.time.runFor(awaySeconds * InProcess.SECOND);
                assertThat(both.remote.isReachable()).isFalse();
                both.startServer();
                assertThat(both.time.runUntil(both.remote::isReachable, 2 * InProcess.SECOND))
                        .isTrue();
                assertWorks(both);
            }
        }
    }

    @Test
    void aServerThatComesUpLaterIsFound() {
        try (InProcess both = new InProcess(ExchangeSettings.DEFAULT, Runnable::run)) {
            both.time.runFor(10 * InProcess.SECOND);
            both.startServer();
            assertThat(both.time.runUntil(both.remote::isReachable, 2 * InProcess.SECOND))
                    .isTrue();
            assertWorks(both);
        }
    }

    @Test
    void answersOfTheStreamBeforeDoNotReachCallsOfTheNext() {
        try (InProcess both = InProcess.connected()) {
            both.remote.read(Messages.read(both.in(InProcess.SECOND)));
            var old = both.storage.reads.remove();
            both.killServer();
            both.startServer();
            both.time.runUntil(both.remote::isReachable, 2 * InProcess.SECOND);
            var read = both.remote.read(Messages.read(both.in(InProcess.SECOND)));
            old.answer().complete(Outcome.done(Row.EMPTY));
            assertThat(read).isNotDone();
        }
    }

    @Test
    void theStreamOutlivesTheCallInWhoseContextItWasOpened() {
        try (Context.CancellableContext handler = Context.current().withCancellation()) {
            InProcess[] both = new InProcess[1];
            handler.run(() -> both[0] = InProcess.connected());
            try (InProcess connected = both[0]) {
                handler.cancel(null);
                assertThat(connected.remote.isReachable()).isTrue();
                assertWorks(connected);
            }
        }
    }

    private static void assertWorks(InProcess both) {
        both.storage.reads.clear();
        CompletionStage<Outcome<Row>> read = both.remote.read(Messages.read(both.in(InProcess.SECOND)));
        both.storage.reads.remove().answer().complete(Outcome.done(Row.EMPTY));
        assertThat(read).isCompletedWithValue(Outcome.done(Row.EMPTY));
    }
}
