package io.dotkv.replication.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.ErrorInfo;
import io.dotkv.proto.replication.v1.Outcome;
import io.dotkv.proto.replication.v1.PipelineRequest;
import io.dotkv.proto.replication.v1.PipelineResponse;
import io.dotkv.proto.replication.v1.PutRequest;
import io.dotkv.proto.replication.v1.WriteOutcome;
import io.dotkv.replication.ContextToken;
import io.dotkv.replication.Failure;
import io.dotkv.replication.Operation;
import io.dotkv.replication.WriteResult;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("integration")
class PipelineTest {
    private static final int IN_FLIGHT = 8;

    private final ScriptedReplication replication = new ScriptedReplication();
    private final Served served = new Served(
            replication,
            new ReplicationGrpcSettings(
                    Duration.ofSeconds(5).toNanos(), Duration.ofSeconds(60).toNanos(), 1 << 20, IN_FLIGHT, 40_000));

    /** The client's side; asks for answers only as the test does. */
    private static final class Client implements ClientResponseObserver<PipelineRequest, PipelineResponse> {
        private final BlockingQueue<PipelineResponse> answers = new LinkedBlockingQueue<>();
        private final CompletableFuture<String> end = new CompletableFuture<>();
        private final CompletableFuture<ClientCallStreamObserver<PipelineRequest>> requests = new CompletableFuture<>();

        @Override
        public void beforeStart(ClientCallStreamObserver<PipelineRequest> stream) {
            stream.disableAutoRequestWithInitial(0);
            requests.complete(stream);
        }

        @Override
        public void onNext(PipelineResponse response) {
            answers.add(response);
        }

        @Override
        public void onError(Throwable error) {
            end.complete(error.toString());
        }

        @Override
        public void onCompleted() {
            end.complete("completed");
        }

        void put(long id) {
            requests.join()
                    .onNext(PipelineRequest.newBuilder()
                            .setId(id)
                            .setPut(PutRequest.newBuilder()
                                    .setKey("k")
                                    .setValue("v")
                                    .setRequestId("r" + id))
                            .build());
        }

        void read(int answerCount) {
            requests.join().request(answerCount);
        }

        PipelineResponse answer() throws InterruptedException {
            PipelineResponse answer = answers.poll(10, TimeUnit.SECONDS);
            assertThat(answer).isNotNull();
            return answer;
        }
    }

    @AfterEach
    void stop() {
        served.close();
    }

    @Test
    void answersComeAsEachOperationEndsInAnyOrder() throws Exception {
        Client client = open();
        client.read(10);
        client.put(1);
        client.put(2);
        asked(2);
        replication.writeOf("r2").complete(applied("r2"));
        assertThat(client.answer().getId()).isEqualTo(2);
        replication.writeOf("r1").complete(applied("r1"));
        assertThat(client.answer().getPut().getRequestId()).isEqualTo("r1");
    }

    @Test
    void aFailedOperationAnswersWithItsStatusAndLeavesTheStreamOpen() throws Exception {
        Client client = open();
        client.read(10);
        client.put(1);
        replication
                .writeOf("r1")
                .complete(new WriteResult.NotApplied(
                        new Failure(Failure.Reason.TOO_FEW_REPLICAS, "The put was not done."), 2, "r1"));
        PipelineResponse failed = client.answer();
        assertThat(failed.getFailure().getCode()).isEqualTo(14);
        assertThat(failed.getFailure().getMessage()).isEqualTo("The put was not done.");
        assertThat(Statuses.detail(failed.getFailure().getDetailsList(), ErrorInfo.class)
                        .orElseThrow()
                        .getReason())
                .isEqualTo("TOO_FEW_REPLICAS");
        WriteOutcome outcome = Statuses.detail(failed.getFailure().getDetailsList(), WriteOutcome.class)
                .orElseThrow();
        assertThat(outcome.getOutcome()).isEqualTo(Outcome.NOT_APPLIED);
        assertThat(outcome.getRequired()).isEqualTo(2);
        client.requests.join().onNext(PipelineRequest.newBuilder().setId(2).build());
        assertThat(client.answer().getFailure().getCode()).isEqualTo(3);
        client.put(3);
        replication.writeOf("r3").complete(applied("r3"));
        assertThat(client.answer().hasPut()).isTrue();
    }

    @Test
    void noMoreOperationsAreTakenThanMayBeInFlight() throws Exception {
        Client client = open();
        client.read(1000);
        for (int id = 0; id < 3 * IN_FLIGHT; id++) {
            client.put(id);
        }
        asked(IN_FLIGHT);
        assertThat(replication.asked.poll(100, TimeUnit.MILLISECONDS)).isNull();
        replication.writeOf("r0").complete(applied("r0"));
        asked(1);
        assertThat(replication.asked.poll(100, TimeUnit.MILLISECONDS)).isNull();
    }

    @Test
    void aClientThatDoesNotReadItsAnswersIsNotListenedTo() throws Exception {
        Client client = open();
        for (int id = 0; id < 40 * IN_FLIGHT; id++) {
            replication.writeOf("r" + id).complete(applied("r" + id));
            client.put(id);
        }
        int taken = 0;
        while (replication.asked.poll(200, TimeUnit.MILLISECONDS) != null) {
            taken++;
        }
        assertThat(taken).isLessThan(2 * IN_FLIGHT);
        client.read(1000);
        for (int id = 0; id < 40 * IN_FLIGHT; id++) {
            client.answer();
        }
    }

    @Test
    void afterTheClientHasClosedItsSideEverythingIsAnsweredAndThenTheStreamEnds() throws Exception {
        Client client = open();
        client.read(10);
        client.put(1);
        client.put(2);
        client.requests.join().onCompleted();
        asked(2);
        replication.writeOf("r1").complete(applied("r1"));
        client.answer();
        assertThat(client.end).isNotDone();
        replication.writeOf("r2").complete(applied("r2"));
        client.answer();
        assertThat(client.end.get(10, TimeUnit.SECONDS)).isEqualTo("completed");
    }

    @Test
    void answersFromManyThreadsAreAllDeliveredOnce() throws Exception {
        Client client = open();
        client.read(100_000);
        int count = 5000;
        Set<Long> seen = ConcurrentHashMap.newKeySet();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            threads.execute(() -> {
                for (int id = 0; id < count; id++) {
                    client.put(id);
                }
            });
            for (int answered = 0; answered < count; answered++) {
                Operation.Write write = (Operation.Write) replication.asked.poll(10, TimeUnit.SECONDS);
                assertThat(write).isNotNull();
                threads.execute(() -> replication.writeOf(write.requestId()).complete(applied(write.requestId())));
            }
        }
        for (int answered = 0; answered < count; answered++) {
            assertThat(seen.add(client.answer().getId())).isTrue();
        }
        assertThat(client.answers).isEmpty();
    }

    @Test
    void aClientThatGoesAwayLeavesNothingBehind() throws Exception {
        Client client = open();
        client.read(10);
        client.put(1);
        asked(1);
        client.requests.join().cancel("gone", null);
        client.end.get(10, TimeUnit.SECONDS);
        replication.writeOf("r1").complete(applied("r1"));
        assertThat(client.answers).isEmpty();
    }

    private Client open() {
        Client client = new Client();
        served.streaming().pipeline(client);
        return client;
    }

    private void asked(int count) throws InterruptedException {
        for (int operation = 0; operation < count; operation++) {
            assertThat(replication.asked.poll(10, TimeUnit.SECONDS)).isNotNull();
        }
    }

    private static WriteResult applied(String requestId) {
        return new WriteResult.Applied(new ContextToken("context"), 0, List.of(), requestId, Optional.empty());
    }
}
