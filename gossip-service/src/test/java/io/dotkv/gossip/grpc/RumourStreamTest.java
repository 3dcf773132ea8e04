package io.dotkv.gossip.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.gossip.rumour.Rumour;
import io.dotkv.gossip.rumour.RumourSettings;
import io.dotkv.gossip.rumour.Version;
import io.dotkv.kernel.Bytes;
import io.dotkv.proto.gossip.v1.SubscribeResponse;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RumourStreamTest {
    private final Reader reader = new Reader();
    private int ends;
    private int unsubscribed;
    private final RumourStream stream = new RumourStream(reader, () -> ends++);

    private static Rumour rumour(String subject, long sequence) {
        return new Rumour("topic", subject, Bytes.EMPTY, new Version(1, sequence, "n"), Rumour.NEVER);
    }

    @Test
    void aSlowReaderGetsTheNewestOfEachSubjectAlone() {
        stream.offer(rumour("a", 1));
        stream.offer(rumour("b", 1));
        stream.offer(rumour("a", 2));
        reader.ready = true;
        stream.drain();
        assertThat(reader.got).containsExactly("a 2", "b 1");
    }

    @Test
    void aReaderForWhomMoreSubjectsWaitThanATopicCanHaveIsCutOffOnce() {
        stream.feedFrom(() -> unsubscribed++);
        for (int i = 0; i < RumourSettings.HARD_MAX_TOPIC_SUBJECTS; i++) {
            stream.offer(rumour("s" + i, 1));
        }
        assertThat(ends).isZero();
        stream.offer(rumour("one more", 1));
        stream.offer(rumour("and another", 1));
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
    private static final class Reader extends ServerCallStreamObserver<SubscribeResponse> {
        private final List<String> got = new ArrayList<>();
        private final List<Throwable> failures = new ArrayList<>();
        private boolean ready;

        @Override
        public void onNext(SubscribeResponse message) {
            got.add(message.getRumour().getSubject() + " "
                    + message.getRumour().getVersion().getSequence());
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
