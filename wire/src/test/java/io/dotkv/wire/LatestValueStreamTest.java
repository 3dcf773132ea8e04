package io.dotkv.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LatestValueStreamTest {
    private static final int MAX_WAITING = 8;

    private final Reader reader = new Reader();
    private int ends;
    private int unsubscribed;
    private final LatestValueStream<String, Integer, String> stream =
            new LatestValueStream<>(reader, value -> "value " + value, MAX_WAITING, () -> ends++);

    @Test
    void aSlowClientGetsOnlyTheNewestValueOfEachKey() {
        stream.offer("a", 1);
        stream.offer("b", 2);
        stream.offer("a", 3);
        reader.ready = true;
        stream.drain();
        assertThat(reader.got).containsExactly("value 3", "value 2");
    }

    @Test
    void aStreamOnWhichTooManyKeysWaitEndsOnce() {
        stream.feedFrom(() -> unsubscribed++);
        for (int i = 0; i < MAX_WAITING; i++) {
            stream.offer("s" + i, 1);
        }
        assertThat(ends).isZero();
        stream.offer("one more", 1);
        stream.offer("and another", 1);
        assertThat(Status.fromThrowable(reader.failures.getFirst()).getCode())
                .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        stream.end();
        assertThat(reader.failures).hasSize(1);
        assertThat(ends).isEqualTo(1);
        assertThat(unsubscribed).isEqualTo(1);
        reader.ready = true;
        stream.drain();
        assertThat(reader.got).isEmpty();
    }

    /** The other end, which may not be ready. */
    private static final class Reader extends ServerCallStreamObserver<String> {
        private final List<String> got = new ArrayList<>();
        private final List<Throwable> failures = new ArrayList<>();
        private boolean ready;

        @Override
        public void onNext(String message) {
            got.add(message);
        }

        @Override
        public void onError(@Nullable Throwable failure) {
            failures.add(failure == null ? new AssertionError("a failure that is none") : failure);
        }

        @Override
        public void onCompleted() {}

        @Override
        public boolean isReady() {
            return ready;
        }

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public void setOnCancelHandler(Runnable handler) {}

        @Override
        public void setOnReadyHandler(Runnable handler) {}

        @Override
        public void setCompression(String compression) {}

        @Override
        public void disableAutoInboundFlowControl() {}

        @Override
        public void request(int count) {}

        @Override
        public void setMessageCompression(boolean enable) {}
    }
}
