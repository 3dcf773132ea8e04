package io.dotkv.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BoundedCallsTest {
    private final BoundedCalls calls = new BoundedCalls(
            "test", failure -> Status.INTERNAL.withCause(failure).asException());
    private final List<String> answers = new ArrayList<>();

    private void call(CompletableFuture<Integer> result, Function<Integer, String> encode) {
        calls.unary(
                new StreamObserver<String>() {
                    @Override
                    public void onNext(String response) {
                        answers.add(response);
                    }

                    @Override
                    public void onError(@Nullable Throwable failure) {
                        answers.add(Status.fromThrowable(failure == null ? new Exception() : failure)
                                .getCode()
                                .name());
                    }

                    @Override
                    public void onCompleted() {
                        answers.add("end");
                    }
                },
                () -> result,
                encode);
    }

    @Test
    void aResultIsEncodedAndSent() {
        call(CompletableFuture.completedFuture(7), number -> "number " + number);
        assertThat(answers).containsExactly("number 7", "end");
    }

    @Test
    void aResultThatCannotBeEncodedIsAFailure() {
        call(CompletableFuture.completedFuture(7), number -> {
            throw new IllegalStateException("not encodable");
        });
        assertThat(answers).containsExactly("INTERNAL");
    }

    @Test
    void tooManyWaitingCallsAreRefusedUntilOneHasEnded() {
        List<CompletableFuture<Integer>> open = new ArrayList<>();
        for (int number = 0; number < 256; number++) {
            CompletableFuture<Integer> result = new CompletableFuture<>();
            open.add(result);
            call(result, String::valueOf);
        }
        call(CompletableFuture.completedFuture(1), String::valueOf);
        assertThat(answers).containsExactly("RESOURCE_EXHAUSTED");
        open.getFirst().complete(2);
        call(CompletableFuture.completedFuture(3), String::valueOf);
        assertThat(answers).containsExactly("RESOURCE_EXHAUSTED", "2", "end", "3", "end");
    }
}
