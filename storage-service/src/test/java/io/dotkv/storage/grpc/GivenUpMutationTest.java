package io.dotkv.storage.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.proto.storage.v1.Call;
import io.dotkv.proto.storage.v1.ExchangeRequest;
import io.dotkv.proto.storage.v1.Reply;
import io.dotkv.proto.storage.v1.StorageServiceGrpc;
import io.dotkv.storage.MutationListener;
import io.dotkv.storage.Outcome;
import io.dotkv.storage.Refusal;
import io.dotkv.storage.StampedWrite;
import io.dotkv.storage.grpc.codec.StorageAnswerCodec;
import io.dotkv.storage.grpc.codec.StorageRequestCodec;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("integration")
class GivenUpMutationTest {
    /** Sent at the first moment of the stream. */
    private static final long FIRST_MICROS = 1;

    /** Listens to a mutation that nobody waits for any more. */
    private static final class Gone implements MutationListener {
        private final List<Outcome<Long>> ends = new ArrayList<>();
        private boolean isGone;

        @Override
        public void assigned(StampedWrite assignment) {}

        @Override
        public void ended(Outcome<Long> outcome) {
            ends.add(outcome);
        }

        @Override
        public boolean isGivenUp() {
            return isGone;
        }
    }

    @Test
    void aMutationThatIsGivenUpIsGivenUpAtTheOtherEndToo() {
        try (InProcess both = InProcess.connected()) {
            Gone listener = new Gone();
            both.remote.mutate(Messages.mutate("v", "r1", both.in(10 * InProcess.SECOND)), listener);
            both.remote.mutate(Messages.mutate("w", "r2", both.in(10 * InProcess.SECOND)), new Heard());
            var first = both.storage.mutations.remove();
            var second = both.storage.mutations.remove();
            both.time.runFor(InProcess.SECOND);
            assertThat(first.listener().isGivenUp()).isFalse();
            listener.isGone = true;
            both.time.runFor(100 * InProcess.MILLI);
            assertThat(first.listener().isGivenUp()).isTrue();
            assertThat(second.listener().isGivenUp()).isFalse();
            first.listener().ended(Outcome.refused(new Refusal(Refusal.Reason.EXPIRED, 1, "given up")));
            assertThat(listener.ends).hasSize(1);
        }
    }

    @Test
    void aStreamThatBreaksGivesUpWhatWaitsBehindIt() {
        try (InProcess both = InProcess.connected()) {
            both.remote.mutate(Messages.mutate("v", "r1", both.in(10 * InProcess.SECOND)), new Heard());
            var waiting = both.storage.mutations.remove();
            both.remote.close();
            assertThat(waiting.listener().isGivenUp()).isTrue();
        }
    }

    @Test
    void aCallThatWasLateHasThatMuchLessTime() {
        try (InProcess both = InProcess.connected()) {
            SlowReader caller = opened(both);
            caller.requests().onNext(probe());
            both.time.runFor(10 * InProcess.SECOND);
            caller.requests()
                    .onNext(sentFirst(Call.newBuilder()
                            .setId(1)
                            .setRead(StorageRequestCodec.encode(
                                    Messages.read(both.in(3 * InProcess.SECOND)), both.in(0)))));
            assertThat(both.storage.reads.remove().request().deadlineNanos() - both.in(0))
                    .isBetween(-7001 * InProcess.MILLI, -6990 * InProcess.MILLI);
        }
    }

    @Test
    void aMutationThatWasLateIsNotBegunAndAnotherStorageMayBeAsked() {
        try (InProcess both = InProcess.connected()) {
            SlowReader caller = opened(both);
            caller.requests().onNext(probe());
            both.time.runFor(10 * InProcess.SECOND);
            caller.requests()
                    .onNext(sentFirst(Call.newBuilder()
                            .setId(1)
                            .setMutate(StorageRequestCodec.encode(
                                    Messages.mutate("v", "r1", both.in(30 * InProcess.SECOND)), both.in(0)))));
            assertThat(both.storage.mutations).isEmpty();
            assertThat(caller.replies)
                    .singleElement()
                    .satisfies(reply -> assertThat(reasonOf(reply)).isEqualTo(Refusal.Reason.UNREACHABLE));
        }
    }

    private static Refusal.Reason reasonOf(Reply reply) {
        return StorageAnswerCodec.decode(reply.getRefusal()).reason();
    }

    private static SlowReader opened(InProcess both) {
        SlowReader caller = new SlowReader();
        StorageServiceGrpc.newStub(both.channel).exchange(caller);
        caller.takeAll();
        return caller;
    }

    private static ExchangeRequest probe() {
        return ExchangeRequest.newBuilder()
                .setSentMicros(FIRST_MICROS)
                .setProbe(1)
                .build();
    }

    private static ExchangeRequest sentFirst(Call.Builder call) {
        return ExchangeRequest.newBuilder()
                .setSentMicros(FIRST_MICROS)
                .addCalls(call)
                .build();
    }
}
