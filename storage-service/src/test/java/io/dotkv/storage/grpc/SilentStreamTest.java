package io.dotkv.storage.grpc;

import static io.dotkv.storage.grpc.ExchangeTest.outcomeOf;
import static io.dotkv.storage.grpc.ExchangeTest.reasonOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.kernel.Row;
import io.dotkv.proto.storage.v1.Applied;
import io.dotkv.proto.storage.v1.Call;
import io.dotkv.proto.storage.v1.ExchangeRequest;
import io.dotkv.proto.storage.v1.ExchangeResponse;
import io.dotkv.proto.storage.v1.Reply;
import io.dotkv.proto.storage.v1.StorageServiceGrpc;
import io.dotkv.storage.Outcome;
import io.dotkv.storage.Refusal;
import io.dotkv.storage.Requests;
import io.dotkv.storage.grpc.exchange.ExchangeSession;
import io.dotkv.storage.grpc.exchange.ExchangeSettings;
import io.dotkv.storage.grpc.exchange.PendingCall;
import io.dotkv.storage.grpc.exchange.SilenceDetector;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What becomes of the calls of a stream whose peer falls silent. */
@Tag("integration")
class SilentStreamTest {
    /** Greets, echoes probes unless it is silent, and keeps the calls of each stream for the test to answer. */
    private static final class Peer extends StorageServiceGrpc.StorageServiceImplBase {
        private final List<Stream> streams = new ArrayList<>();

        @Override
        public StreamObserver<ExchangeRequest> exchange(StreamObserver<ExchangeResponse> responses) {
            Stream stream = new Stream(responses);
            streams.add(stream);
            responses.onNext(ExchangeResponse.getDefaultInstance());
            return stream;
        }
    }

    private static final class Stream implements StreamObserver<ExchangeRequest> {
        private final StreamObserver<ExchangeResponse> responses;
        private final List<Call> calls = new ArrayList<>();
        private boolean silent;

        private Stream(StreamObserver<ExchangeResponse> responses) {
            this.responses = responses;
        }

        @Override
        public void onNext(ExchangeRequest request) {
            calls.addAll(request.getCallsList());
            if (!silent && request.getProbe() != 0) {
                responses.onNext(ExchangeResponse.newBuilder()
                        .setEcho(request.getProbe())
                        .build());
            }
        }

        @Override
        public void onError(Throwable gone) {}

        @Override
        public void onCompleted() {}

        private void durable(Call call) {
            responses.onNext(ExchangeResponse.newBuilder()
                    .addReplies(Reply.newBuilder()
                            .setId(call.getId())
                            .setDurable(Applied.newBuilder().setPlacement(7)))
                    .build());
        }

        /** Which deltas it was sent, in order. */
        private List<Long> counters() {
            return calls.stream()
                    .filter(Call::hasApply)
                    .map(call -> call.getApply().getDelta().getEvents(0).getCounter())
                    .toList();
        }
    }

    private static final class Silent implements ExchangeSession.Owner {
        @Override
        public void established(ExchangeSession session) {}

        @Override
        public void broken(ExchangeSession session, String why) {}
    }

    private final Peer peer = new Peer();

    private static ExchangeSession session(InProcess both, ExchangeSettings settings) {
        ExchangeSession session = new ExchangeSession("peer", both.ports(), settings, new Silent());
        session.open(StorageServiceGrpc.newStub(both.channel));
        return session;
    }

    private static CompletionStage<Outcome<Long>> apply(InProcess both, ExchangeSession session, long counter) {
        Requests.Apply request = Messages.apply(counter, both.in(10 * InProcess.SECOND));
        PendingCall.OfApply call = new PendingCall.OfApply(request);
        session.send(call, both.in(0));
        return call.answer();
    }

    @Test
    void callsMoveInTheirOrderAndTheirAnswersCountOnTheNewStream() {
        try (InProcess both = InProcess.connectedTo(peer, ExchangeSettings.DEFAULT)) {
            ExchangeSession old = session(both, ExchangeSettings.DEFAULT);
            ExchangeSession next = session(both, ExchangeSettings.DEFAULT);
            Stream first = peer.streams.get(1);
            Stream second = peer.streams.get(2);
            List<CompletionStage<Outcome<Long>>> answers = new ArrayList<>();
            for (long counter = 1; counter <= 5; counter++) {
                answers.add(apply(both, old, counter));
            }
            both.time.runFor(InProcess.SECOND);
            old.moveTo(next, both.in(0));
            assertThat(second.counters()).containsExactly(1L, 2L, 3L, 4L, 5L);
            assertThat(second.calls)
                    .as("the time that is left")
                    .allSatisfy(call -> assertThat(call.getApply().getTimeoutMicros())
                            .isEqualTo(Duration.ofSeconds(9).toNanos() / 1000));
            assertThat(old.isWaiting()).isFalse();

            first.calls.forEach(first::durable);
            assertThat(answers).noneMatch(answer -> answer.toCompletableFuture().isDone());
            second.calls.forEach(second::durable);
            assertThat(answers)
                    .allSatisfy(answer -> assertThat(outcomeOf(answer)).isEqualTo(Outcome.done(7L)));
        }
    }

    @Test
    void whatWasAnsweredIsNotSentAgainNorIsAnythingTwice() {
        try (InProcess both = InProcess.connectedTo(peer, ExchangeSettings.DEFAULT)) {
            ExchangeSession old = session(both, ExchangeSettings.DEFAULT);
            ExchangeSession next = session(both, ExchangeSettings.DEFAULT);
            Stream first = peer.streams.get(1);
            for (long counter = 1; counter <= 4; counter++) {
                var _ = apply(both, old, counter);
            }
            first.durable(first.calls.get(0));
            first.durable(first.calls.get(2));
            old.moveTo(next, both.in(0));
            old.moveTo(next, both.in(0));
            assertThat(peer.streams.get(2).counters()).containsExactly(2L, 4L);
            assertThat(first.counters()).containsExactly(1L, 2L, 3L, 4L);
        }
    }

    @Test
    void theOldestGoesFirstAlsoWhenTheNumbersOfSlotsHaveBegunAgain() {
        ExchangeSettings few = few(4);
        try (InProcess both = InProcess.connectedTo(peer, few)) {
            ExchangeSession old = session(both, few);
            ExchangeSession next = session(both, few);
            Stream first = peer.streams.get(1);
            for (long counter = 1; counter <= 14; counter++) {
                var _ = apply(both, old, counter);
                first.durable(first.calls.getLast());
            }
            for (long counter = 15; counter <= 18; counter++) {
                var _ = apply(both, old, counter);
            }
            old.moveTo(next, both.in(0));
            assertThat(peer.streams.get(2).counters()).containsExactly(15L, 16L, 17L, 18L);
        }
    }

    @Test
    void whatFindsNoRoomOnTheNewStreamIsOfUnknownOutcome() {
        try (InProcess both = InProcess.connectedTo(peer, ExchangeSettings.DEFAULT)) {
            ExchangeSession old = session(both, ExchangeSettings.DEFAULT);
            ExchangeSession next = session(both, few(2));
            List<CompletionStage<Outcome<Long>>> answers = new ArrayList<>();
            for (long counter = 1; counter <= 3; counter++) {
                answers.add(apply(both, old, counter));
            }
            old.moveTo(next, both.in(0));
            assertThat(peer.streams.get(2).counters()).containsExactly(1L, 2L);
            assertThat(outcomeOf(answers.get(2))).isInstanceOf(Outcome.Unknown.class);
        }
    }

    @Test
    void aMutationThatWasSentStaysAndEndsWithTheOldStream() {
        try (InProcess both = InProcess.connectedTo(peer, ExchangeSettings.DEFAULT)) {
            ExchangeSession old = session(both, ExchangeSettings.DEFAULT);
            ExchangeSession next = session(both, ExchangeSettings.DEFAULT);
            Heard heard = new Heard();
            old.send(
                    new PendingCall.OfMutate(Messages.mutate("v", "r1", both.in(10 * InProcess.SECOND)), heard),
                    both.in(0));
            old.moveTo(next, both.in(0));
            assertThat(peer.streams.get(2).calls).isEmpty();
            assertThat(old.isWaiting()).isTrue();
            old.abort("it is over");
            assertThat(heard.events()).singleElement().isInstanceOf(Outcome.Unknown.class);
        }
    }

    @Test
    void whileItIsSilentCallsWaitAndGoOverTheNextStreamOnceMutationsToo() {
        try (InProcess both = InProcess.connectedTo(peer, ExchangeSettings.DEFAULT)) {
            Stream silent = fallenSilent(both);
            Heard heard = new Heard();
            both.remote.mutate(Messages.mutate("v", "r1", both.in(10 * InProcess.SECOND)), heard);
            CompletionStage<Outcome<Row>> read = both.remote.read(Messages.read(both.in(10 * InProcess.SECOND)));
            assertThat(both.time.runUntil(() -> peer.streams.size() == 2, InProcess.SECOND))
                    .isTrue();
            both.time.runFor(InProcess.SECOND);
            assertThat(silent.calls).isEmpty();
            assertThat(peer.streams.get(1).calls).hasSize(2);
            assertThat(peer.streams.get(1).calls.getFirst().hasMutate()).isTrue();
            assertThat(heard.events()).isEmpty();
            assertThat(read).isNotDone();
            assertThat(both.remote.isReachable()).isTrue();
        }
    }

    @Test
    void whatWaitsBehindASilenceUntilItsDeadlineSurelyWasNotDone() {
        try (InProcess both = InProcess.connectedTo(peer, ExchangeSettings.DEFAULT)) {
            Stream silent = fallenSilent(both);
            both.killServer();
            Heard heard = new Heard();
            both.remote.mutate(Messages.mutate("v", "r1", both.in(InProcess.SECOND / 2)), heard);
            both.time.runFor(InProcess.SECOND);
            assertThat(silent.calls).isEmpty();
            assertThat(heard.events()).singleElement().isInstanceOf(Outcome.Refused.class);
            CompletionStage<Outcome<Long>> apply = both.remote.apply(Messages.apply(1, both.in(InProcess.SECOND / 2)));
            both.time.runFor(InProcess.SECOND);
            assertThat(reasonOf(apply)).isIn(Refusal.Reason.EXPIRED, Refusal.Reason.UNREACHABLE);
        }
    }

    @Test
    void whatWaitedGoesOnWhenThePeerIsHeardAgain() {
        ExchangeSettings settings = ExchangeSettings.DEFAULT;
        try (InProcess both = InProcess.connectedTo(peer, settings)) {
            ExchangeSession session = session(both, settings);
            Stream stream = peer.streams.get(1);
            sweepFor(both, session, 500);
            stream.silent = true;
            sweepFor(both, session, 1000);
            assertThat(session.verdict()).isEqualTo(SilenceDetector.Verdict.DOUBTFUL);
            var _ = apply(both, session, 1);
            assertThat(stream.calls).isEmpty();
            stream.responses.onNext(ExchangeResponse.getDefaultInstance());
            assertThat(stream.counters()).containsExactly(1L);
        }
    }

    /** The stream of the client, which has been silent for so long that it is in doubt. */
    private Stream fallenSilent(InProcess both) {
        Stream stream = peer.streams.getFirst();
        both.time.runFor(InProcess.SECOND / 2);
        stream.silent = true;
        both.time.runFor(590 * InProcess.MILLI);
        return stream;
    }

    private static void sweepFor(InProcess both, ExchangeSession session, long millis) {
        for (long past = 0; past < millis; past += 50) {
            both.time.runFor(50 * InProcess.MILLI);
            session.sweep(both.in(0));
        }
    }

    /** Room for so many calls. */
    private static ExchangeSettings few(int calls) {
        ExchangeSettings all = ExchangeSettings.DEFAULT;
        return new ExchangeSettings(
                calls,
                all.bytesInFlight(),
                all.batchCalls(),
                all.batchBytes(),
                all.maxMessageBytes(),
                all.sendAheadBytes(),
                all.sweepEvery(),
                all.grace(),
                all.backoffMin(),
                all.backoffMax(),
                all.handshake(),
                all.callTimeout(),
                all.maxTimeout(),
                all.idle());
    }
}
