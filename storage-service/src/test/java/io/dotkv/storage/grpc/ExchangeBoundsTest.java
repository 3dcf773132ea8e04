package io.dotkv.storage.grpc;

import static io.dotkv.storage.grpc.ExchangeTest.outcomeOf;
import static io.dotkv.storage.grpc.ExchangeTest.reasonOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.HybridTime;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.Row;
import io.dotkv.proto.storage.v1.Call;
import io.dotkv.proto.storage.v1.ExchangeRequest;
import io.dotkv.proto.storage.v1.ExchangeResponse;
import io.dotkv.proto.storage.v1.Reply;
import io.dotkv.proto.storage.v1.StorageServiceGrpc;
import io.dotkv.storage.Outcome;
import io.dotkv.storage.Refusal;
import io.dotkv.storage.Requests;
import io.dotkv.storage.grpc.codec.StorageAnswerCodec;
import io.dotkv.storage.grpc.codec.StorageRequestCodec;
import io.dotkv.storage.grpc.exchange.ExchangeSettings;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Nothing grows without bound at either end, and calls that wait go together. */
@Tag("integration")
class ExchangeBoundsTest {
    private static final ExchangeSettings SMALL = new ExchangeSettings(
            100,
            50_000,
            10,
            1 << 20,
            40_000,
            32 << 10,
            Duration.ofMillis(50),
            Duration.ofMillis(100),
            Duration.ofMillis(50),
            Duration.ofSeconds(1),
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(60),
            Duration.ofSeconds(60));

    /** Greets and then takes no message. */
    private static final class DeafService extends StorageServiceGrpc.StorageServiceImplBase {
        @Override
        public StreamObserver<ExchangeRequest> exchange(StreamObserver<ExchangeResponse> responses) {
            ((ServerCallStreamObserver<ExchangeResponse>) responses).disableAutoRequest();
            responses.onNext(ExchangeResponse.getDefaultInstance());
            return new Collected<>();
        }
    }

    /** Keeps what a stream brings. */
    private static final class Collected<M> implements StreamObserver<M> {
        private final List<M> messages = new ArrayList<>();
        private Status status = Status.UNKNOWN;

        @Override
        public void onNext(M message) {
            messages.add(message);
        }

        @Override
        public void onError(Throwable failure) {
            status = Status.fromThrowable(failure);
        }

        @Override
        public void onCompleted() {
            status = Status.OK;
        }
    }

    @Test
    void whenTheServerTakesNothingCallsBeyondTheBoundAreRefusedAndThoseBeforeItNeverSent() {
        try (InProcess both = InProcess.connectedTo(new DeafService(), SMALL)) {
            List<CompletionStage<Outcome<Long>>> calls = new ArrayList<>();
            for (int call = 1; call <= 150; call++) {
                calls.add(both.remote.apply(Messages.apply(call, both.in(InProcess.SECOND))));
            }
            for (int call = 100; call < 150; call++) {
                assertThat(reasonOf(calls.get(call))).isEqualTo(Refusal.Reason.OVERLOADED);
            }
            assertThat(calls.get(0)).isNotDone();
            both.time.runFor(2 * InProcess.SECOND);
            for (int call = 0; call < 100; call++) {
                assertThat(reasonOf(calls.get(call))).isEqualTo(Refusal.Reason.EXPIRED);
            }
            assertThat(both.remote.apply(Messages.apply(1, both.in(InProcess.SECOND))))
                    .isNotDone();
        }
    }

    @Test
    void whenTheServerTakesNothingTheBytesThatWaitAreBoundedToo() {
        try (InProcess both = InProcess.connectedTo(new DeafService(), SMALL)) {
            String large = "x".repeat(20_000);
            List<CompletionStage<Outcome<Long>>> calls = new ArrayList<>();
            for (int call = 1; call <= 3; call++) {
                calls.add(both.remote.apply(
                        new Requests.Apply(7, Messages.put(call, large), "", both.in(InProcess.SECOND))));
            }
            assertThat(calls.get(1)).isNotDone();
            assertThat(reasonOf(calls.get(2))).isEqualTo(Refusal.Reason.OVERLOADED);
        }
    }

    @Test
    void callsThatEndUnsentMakeRoomForOthers() {
        try (InProcess both = InProcess.connectedTo(new DeafService(), SMALL)) {
            String large = "x".repeat(20_000);
            for (int round = 0; round < 10; round++) {
                for (int call = 1; call <= 2; call++) {
                    assertThat(both.remote.apply(
                                    new Requests.Apply(7, Messages.put(call, large), "", both.in(InProcess.SECOND))))
                            .isNotDone();
                }
                both.time.runFor(2 * InProcess.SECOND);
            }
        }
    }

    @Test
    void aCallOrAnAnswerLargerThanAMessageIsRefusedByItselfAndTheStreamStays() {
        try (InProcess both = InProcess.connected(SMALL, Runnable::run)) {
            String tooLarge = "x".repeat(40_000);
            assertThat(reasonOf(both.remote.apply(
                            new Requests.Apply(7, Messages.put(1, tooLarge), "", both.in(InProcess.SECOND)))))
                    .isEqualTo(Refusal.Reason.NOT_UNDERSTOOD);
            var read = both.remote.read(Messages.read(both.in(InProcess.SECOND)));
            both.storage
                    .reads
                    .remove()
                    .answer()
                    .complete(
                            Outcome.done(new Row(Messages.put(1, tooLarge).leaves(), DotSet.upTo(Messages.ACTOR, 1))));
            assertThat(reasonOf(read)).isEqualTo(Refusal.Reason.TOO_MANY_SIBLINGS);
            assertThat(both.remote.isReachable()).isTrue();
        }
    }

    @Test
    void callsThatWaitForTheSenderGoInOneMessageAndSoDoTheirAnswers() {
        Queue<Runnable> tasks = new ArrayDeque<>();
        try (InProcess both = new InProcess(SMALL, tasks::add)) {
            Counting counting = new Counting(both);
            both.startServer(counting);
            both.time.runUntil(both.remote::isReachable, 5 * InProcess.SECOND);
            List<CompletionStage<Outcome<Long>>> calls = new ArrayList<>();
            for (int call = 1; call <= 25; call++) {
                calls.add(both.remote.apply(Messages.apply(call, both.in(InProcess.SECOND))));
            }
            runAll(tasks);
            assertThat(counting.callsPerMessage).containsExactly(10, 10, 5);
            both.storage.applies.forEach(call -> call.answer().complete(Outcome.done(7L)));
            assertThat(calls).noneMatch(call -> call.toCompletableFuture().isDone());
            runAll(tasks);
            assertThat(calls).allMatch(call -> call.toCompletableFuture().isDone());
        }
    }

    private static void runAll(Queue<Runnable> tasks) {
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
    }

    /** Counts the calls in each message on their way to the service. */
    private static final class Counting extends StorageServiceGrpc.StorageServiceImplBase {
        private final StorageGrpcService service;
        private final List<Integer> callsPerMessage = new ArrayList<>();

        Counting(InProcess both) {
            service = new StorageGrpcService(both.storage, both.ports(), both.settings);
        }

        @Override
        public StreamObserver<ExchangeRequest> exchange(StreamObserver<ExchangeResponse> responses) {
            StreamObserver<ExchangeRequest> inner = service.exchange(responses);
            return new StreamObserver<>() {
                @Override
                public void onNext(ExchangeRequest request) {
                    callsPerMessage.add(request.getCallsCount());
                    inner.onNext(request);
                }

                @Override
                public void onError(Throwable failure) {
                    inner.onError(failure);
                }

                @Override
                public void onCompleted() {
                    inner.onCompleted();
                }
            };
        }
    }

    @Test
    void aClientThatSendsMoreThanTheBoundIsNotListenedToUntilItsCallsAreAnswered() {
        try (InProcess both = InProcess.connected(SMALL, Runnable::run)) {
            Collected<ExchangeResponse> responses = new Collected<>();
            StreamObserver<ExchangeRequest> requests =
                    StorageServiceGrpc.newStub(both.channel).exchange(responses);
            for (int message = 0; message < 50; message++) {
                requests.onNext(applies(message * 10, 10));
            }
            assertThat(both.storage.applies).hasSize(100);
            for (int answered = 0; answered < 500; answered++) {
                both.storage.applies.remove().answer().complete(Outcome.done(7L));
                assertThat(both.storage.applies).hasSizeLessThanOrEqualTo(110);
            }
            assertThat(repliesOf(responses)).hasSize(500);
            requests.onCompleted();
            assertThat(responses.status).isEqualTo(Status.OK);
        }
    }

    @Test
    void aClientThatTakesNoAnswersIsNotListenedToAndReadsBeyondTheBytesAreRefused() {
        try (InProcess both = InProcess.connected(SMALL, Runnable::run)) {
            SlowReader reader = new SlowReader();
            StorageServiceGrpc.newStub(both.channel).exchange(reader);
            Row large = new Row(
                    List.of(new Leaf(
                            Messages.put(1).events().getFirst(),
                            Bytes.EMPTY,
                            HybridTime.ZERO,
                            Bytes.wrap(new byte[20_000]))),
                    DotSet.upTo(Messages.ACTOR, 1));
            for (int message = 0; message < 50; message++) {
                reader.requests().onNext(reads(message * 10, 10));
            }
            int answered = 0;
            for (var read = both.storage.reads.poll(); read != null; read = both.storage.reads.poll()) {
                read.answer().complete(Outcome.done(large));
                answered++;
            }
            assertThat(answered).isEqualTo(100);
            reader.takeAll();
            assertThat(reader.replies.stream().filter(Reply::hasRow)).hasSizeBetween(1, 5);
            assertThat(reader.replies.stream()
                            .filter(Reply::hasRefusal)
                            .map(reply -> StorageAnswerCodec.decode(reply.getRefusal())
                                    .reason()))
                    .containsOnly(Refusal.Reason.OVERLOADED);
            assertThat(both.storage.reads).isNotEmpty();
        }
    }

    @Test
    void aMalformedCallIsRefusedByItselfAndDisturbsNoOther() {
        try (InProcess both = InProcess.connected()) {
            Collected<ExchangeResponse> responses = new Collected<>();
            StreamObserver<ExchangeRequest> requests =
                    StorageServiceGrpc.newStub(both.channel).exchange(responses);
            requests.onNext(ExchangeRequest.newBuilder()
                    .addCalls(Call.newBuilder().setId(1))
                    .addCalls(Call.newBuilder()
                            .setId(2)
                            .setRead(io.dotkv.proto.storage.v1.ReadRequest.getDefaultInstance()))
                    .addCalls(applies(2, 1).getCalls(0))
                    .build());
            both.storage.applies.remove().answer().complete(Outcome.done(7L));
            assertThat(repliesOf(responses)).extracting(Reply::getId).containsExactly(1L, 2L, 3L);
            assertThat(repliesOf(responses).get(1).getRefusal().getDetail())
                    .isEqualTo("a key has 1 to 4096 bytes, not 0");
            assertThat(repliesOf(responses).get(2).hasDurable()).isTrue();
        }
    }

    @Test
    void aCallWithoutAnIdOrTooManyInAMessageEndTheStream() {
        try (InProcess both = InProcess.connected()) {
            for (ExchangeRequest wrong : List.of(
                    ExchangeRequest.newBuilder()
                            .addCalls(Call.getDefaultInstance())
                            .build(),
                    applies(1, 4097))) {
                Collected<ExchangeResponse> responses = new Collected<>();
                StorageServiceGrpc.newStub(both.channel).exchange(responses).onNext(wrong);
                assertThat(responses.status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
                assertThat(responses.status.getDescription()).contains("call");
            }
            assertThat(both.remote.isReachable()).isTrue();
        }
    }

    @Test
    void answersOfTheWrongKindLeaveTheOutcomeUnknown() {
        Reply durable = Reply.newBuilder()
                .setDurable(io.dotkv.proto.storage.v1.Applied.getDefaultInstance())
                .build();
        Reply row = Reply.newBuilder()
                .setRow(io.dotkv.proto.storage.v1.Row.getDefaultInstance())
                .build();
        Reply assigned = Reply.newBuilder()
                .setAssigned(io.dotkv.proto.storage.v1.Assigned.getDefaultInstance())
                .build();
        for (Reply wrong : List.of(durable, row, assigned, Reply.getDefaultInstance())) {
            try (InProcess both = InProcess.connectedTo(new AnswerService(wrong), SMALL)) {
                Heard heard = new Heard();
                both.remote.mutate(Messages.mutate("v", "r1", both.in(InProcess.SECOND)), heard);
                assertThat(heard.events()).singleElement().isInstanceOf(Outcome.Unknown.class);
                if (!wrong.hasRow() && !wrong.hasAssigned()) {
                    var read = both.remote.read(Messages.read(both.in(InProcess.SECOND)));
                    assertThat(outcomeOf(read)).isInstanceOf(Outcome.Unknown.class);
                }
            }
        }
    }

    /** Answers every call by the same reply. */
    private static final class AnswerService extends StorageServiceGrpc.StorageServiceImplBase {
        private final Reply answer;

        AnswerService(Reply answer) {
            this.answer = answer;
        }

        @Override
        public StreamObserver<ExchangeRequest> exchange(StreamObserver<ExchangeResponse> responses) {
            responses.onNext(ExchangeResponse.getDefaultInstance());
            return new StreamObserver<>() {
                @Override
                public void onNext(ExchangeRequest request) {
                    for (Call call : request.getCallsList()) {
                        responses.onNext(ExchangeResponse.newBuilder()
                                .addReplies(answer.toBuilder().setId(call.getId()))
                                .build());
                    }
                }

                @Override
                public void onError(Throwable failure) {}

                @Override
                public void onCompleted() {
                    responses.onCompleted();
                }
            };
        }
    }

    private static ExchangeRequest applies(int firstId, int count) {
        ExchangeRequest.Builder request = ExchangeRequest.newBuilder();
        for (int call = 0; call < count; call++) {
            request.addCalls(Call.newBuilder()
                    .setId(firstId + call + 1L)
                    .setApply(StorageRequestCodec.encode(Messages.apply(1, InProcess.SECOND), 0)));
        }
        return request.build();
    }

    private static ExchangeRequest reads(int firstId, int count) {
        ExchangeRequest.Builder request = ExchangeRequest.newBuilder();
        for (int call = 0; call < count; call++) {
            request.addCalls(Call.newBuilder()
                    .setId(firstId + call + 1L)
                    .setRead(StorageRequestCodec.encode(Messages.read(InProcess.SECOND), 0)));
        }
        return request.build();
    }

    private static List<Reply> repliesOf(Collected<ExchangeResponse> responses) {
        return responses.messages.stream()
                .flatMap(response -> response.getRepliesList().stream())
                .toList();
    }
}
