package io.dotkv.storage.grpc;

import static io.dotkv.storage.grpc.ExchangeTest.outcomeOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.kernel.ports.SeededRandom;
import io.dotkv.proto.storage.v1.PullRequest;
import io.dotkv.proto.storage.v1.PullResponse;
import io.dotkv.proto.storage.v1.StorageServiceGrpc;
import io.dotkv.storage.Outcome;
import io.dotkv.storage.PullMessage;
import io.dotkv.storage.Requests;
import io.dotkv.storage.grpc.exchange.ExchangeSettings;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("integration")
class PullTest {
    private static final CompletionStage<?> TAKEN = CompletableFuture.completedFuture("taken");

    private final SeededRandom random = new SeededRandom(1);
    private final Requests.Pull request = Messages.pull(random);

    @Test
    void everyMessageIsHandedOverInOrderAndTheAnswerIsTheirNumber() {
        try (InProcess both = InProcess.connected()) {
            script(both, 50);
            List<PullMessage> taken = new ArrayList<>();
            var pull = both.remote.pull(request, message -> {
                taken.add(message);
                return TAKEN;
            });
            assertThat(pull).isCompletedWithValue(Outcome.done(50));
            assertThat(taken).isEqualTo(both.storage.toPull);
            assertThat(both.storage.others.remove()).isEqualTo(request);
        }
    }

    @Test
    void aMessageComesOnlyWhenTheOneBeforeIsTakenAndTheStorageIsNotFarAhead() {
        try (InProcess both = InProcess.connected()) {
            script(both, 50);
            List<CompletableFuture<String>> taking = new ArrayList<>();
            var pull = both.remote.pull(request, message -> {
                taking.add(new CompletableFuture<>());
                return taking.getLast();
            });
            for (int message = 0; message < 50; message++) {
                assertThat(taking).hasSize(message + 1);
                assertThat(both.storage.pulled).isLessThanOrEqualTo(message + 3);
                assertThat(pull).isNotDone();
                taking.get(message).complete("taken");
            }
            assertThat(pull).isCompletedWithValue(Outcome.done(50));
        }
    }

    @Test
    void aMessageThatIsNotTakenEndsThePullAtBothEnds() {
        try (InProcess both = InProcess.connected()) {
            script(both, 50);
            List<PullMessage> seen = new ArrayList<>();
            var pull = both.remote.pull(request, message -> {
                seen.add(message);
                return seen.size() < 3
                        ? TAKEN
                        : CompletableFuture.failedFuture(new IllegalStateException("the disk is full"));
            });
            assertThat(outcomeOf(pull))
                    .isInstanceOfSatisfying(
                            Outcome.Unknown.class,
                            unknown -> assertThat(unknown.reason()).contains("the disk is full"));
            assertThat(both.storage.pulled).isLessThan(50);
            assertThat(seen).hasSize(3);
        }
    }

    @Test
    void aPullerThatTakesNothingForAMinuteIsGivenUpByTheServer() {
        try (InProcess both = InProcess.connected()) {
            script(both, 50);
            both.remote.pull(request, message -> new CompletableFuture<>());
            both.time.runFor(59 * InProcess.SECOND);
            assertThat(both.storage.pullGivenUp).isFalse();
            both.time.runFor(2 * InProcess.SECOND);
            assertThat(both.storage.pullGivenUp).isTrue();
        }
    }

    @Test
    void aServerThatSendsNothingForAMinuteIsGivenUpByThePuller() {
        try (InProcess both = InProcess.connectedTo(new SilentService(), ExchangeSettings.DEFAULT)) {
            var pull = both.remote.pull(request, message -> TAKEN);
            both.time.runFor(59 * InProcess.SECOND);
            assertThat(pull).isNotDone();
            both.time.runFor(2 * InProcess.SECOND);
            assertThat(outcomeOf(pull)).isInstanceOf(Outcome.Unknown.class);
        }
    }

    @Test
    void aServerThatDiesEndsThePull() {
        try (InProcess both = InProcess.connected()) {
            script(both, 50);
            var pull = both.remote.pull(request, message -> new CompletableFuture<>());
            both.killServer();
            assertThat(pull).isDone();
            assertThat(outcomeOf(pull)).isNotInstanceOf(Outcome.Done.class);
        }
    }

    private void script(InProcess both, int messages) {
        for (int message = 0; message < messages; message++) {
            both.storage.toPull.add(Messages.pullMessage(random));
        }
    }

    /** Takes a pull and never answers. */
    private static final class SilentService extends StorageServiceGrpc.StorageServiceImplBase {
        @Override
        public void pull(PullRequest pull, StreamObserver<PullResponse> observer) {}
    }
}
