package io.dotkv.storage.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.HybridTime;
import io.dotkv.kernel.MultiValueRegister;
import io.dotkv.kernel.Row;
import io.dotkv.kernel.VersionVector;
import io.dotkv.kernel.testkit.Samples;
import io.dotkv.kernel.testkit.Seeds;
import io.dotkv.storage.MutationListener;
import io.dotkv.storage.Outcome;
import io.dotkv.storage.Refusal;
import io.dotkv.storage.Requests;
import io.dotkv.storage.StampedWrite;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The data path when both ends are up. */
@Tag("integration")
class ExchangeTest {
    private static final Refusal STALE = new Refusal(Refusal.Reason.STALE_PLACEMENT, 9, "the layout is at 9");

    @Test
    void readsAppliesAndTheirAnswersArriveAsTheyWereSent() {
        Seeds.run(100, random -> {
            try (InProcess both = InProcess.connected()) {
                Requests.Apply sent = Messages.apply(random);
                Requests.Apply apply =
                        new Requests.Apply(sent.placement(), sent.delta(), sent.requestId(), both.in(InProcess.SECOND));
                var applied = both.remote.apply(apply);
                var inStorage = both.storage.applies.remove();
                assertThat(inStorage.request()).isEqualTo(apply);
                inStorage.answer().complete(Outcome.done(7L));
                assertThat(applied).isCompletedWithValue(Outcome.done(7L));
                var read = both.remote.read(new Requests.Read(7, sent.delta().key(), both.in(InProcess.SECOND)));
                Row row = Samples.row(random);
                both.storage.reads.remove().answer().complete(Outcome.done(row));
                assertThat(read).isCompletedWithValue(Outcome.done(row));
            }
        });
    }

    @Test
    void answersOutOfOrderReachTheirCalls() {
        try (InProcess both = InProcess.connected()) {
            List<CompletionStage<Outcome<Long>>> answers = new ArrayList<>();
            for (int call = 1; call <= 100; call++) {
                answers.add(both.remote.apply(Messages.apply(call, both.in(InProcess.SECOND))));
            }
            List<ScriptedStorage.Waiting<Requests.Apply, Long>> waiting = new ArrayList<>(both.storage.applies);
            Collections.reverse(waiting);
            for (var call : waiting) {
                call.answer()
                        .complete(Outcome.done(
                                call.request().delta().events().getFirst().counter()));
            }
            for (int call = 1; call <= 100; call++) {
                assertThat(answers.get(call - 1)).isCompletedWithValue(Outcome.done((long) call));
            }
        }
    }

    @Test
    void aMutationIsFirstAssignedAndThenDurable() {
        try (InProcess both = InProcess.connected()) {
            Heard heard = new Heard();
            both.remote.mutate(Messages.mutate("3 apples", "r1", both.in(InProcess.SECOND)), heard);
            var mutation = both.storage.mutations.remove();
            StampedWrite assignment = new StampedWrite(Messages.put(5, "3 apples"), 2, false);
            mutation.listener().assigned(assignment);
            assertThat(heard.events()).containsExactly(assignment);
            mutation.listener().ended(Outcome.done(7L));
            assertThat(heard.events()).containsExactly(assignment, Outcome.done(7L));
        }
    }

    @Test
    void aDeletionIsAssignedWithoutALeaf() {
        try (InProcess both = InProcess.connected()) {
            Heard heard = new Heard();
            both.remote.mutate(
                    new Requests.Mutate(
                            7, Messages.KEY, Optional.empty(), Optional.empty(), "r1", both.in(InProcess.SECOND)),
                    heard);
            var mutation = both.storage.mutations.remove();
            assertThat(mutation.request().payload()).isEmpty();
            var deletion = MultiValueRegister.replaceCovered(
                    Messages.KEY, new Dot(Messages.ACTOR, 5), HybridTime.ofMillis(1), null, VersionVector.NONE);
            mutation.listener().assigned(new StampedWrite(deletion, 1, false));
            assertThat(heard.events()).containsExactly(new StampedWrite(deletion, 1, false));
        }
    }

    @Test
    void refusalsArriveWithReasonPlacementAndDetail() {
        try (InProcess both = InProcess.connected()) {
            var read = both.remote.read(Messages.read(both.in(InProcess.SECOND)));
            both.storage.reads.remove().answer().complete(Outcome.refused(STALE));
            assertThat(read).isCompletedWithValue(Outcome.refused(STALE));
            var apply = both.remote.apply(Messages.apply(1, both.in(InProcess.SECOND)));
            both.storage.applies.remove().answer().complete(Outcome.refused(STALE));
            assertThat(apply).isCompletedWithValue(Outcome.refused(STALE));
            Heard heard = new Heard();
            both.remote.mutate(Messages.mutate("v", "r1", both.in(InProcess.SECOND)), heard);
            both.storage.mutations.remove().listener().ended(Outcome.refused(STALE));
            assertThat(heard.events()).containsExactly(Outcome.refused(STALE));
        }
    }

    @Test
    void whatTheStorageDoesNotKnowTheCallerDoesNotKnowEither() {
        try (InProcess both = InProcess.connected()) {
            Heard heard = new Heard();
            both.remote.mutate(Messages.mutate("v", "r1", both.in(InProcess.SECOND)), heard);
            var mutation = both.storage.mutations.remove();
            mutation.listener().assigned(new StampedWrite(Messages.put(5, "v"), 0, false));
            mutation.listener().ended(Outcome.unknown("the disk failed"));
            assertThat(heard.events().getLast()).isEqualTo(Outcome.unknown("the disk failed"));
            var apply = both.remote.apply(Messages.apply(1, both.in(InProcess.SECOND)));
            both.storage.applies.remove().answer().completeExceptionally(new IllegalStateException("a bug"));
            assertThat(outcomeOf(apply)).isInstanceOf(Outcome.Unknown.class);
        }
    }

    @Test
    void theTimeLeftTravelsAndNotTheDeadline() {
        try (InProcess both = InProcess.connected()) {
            long now = both.time.monotonicNanos();
            both.remote.read(Messages.read(now + 1_234_567));
            assertThat(both.storage.reads.remove().request().deadlineNanos()).isEqualTo(now + 1_234_000);
        }
    }

    @Test
    void aCallWhoseTimeIsOverIsRefusedWithoutBeingSent() {
        try (InProcess both = InProcess.connected()) {
            var read = both.remote.read(Messages.read(both.time.monotonicNanos()));
            assertThat(reasonOf(read)).isEqualTo(Refusal.Reason.EXPIRED);
            assertThat(both.storage.reads).isEmpty();
        }
    }

    @Test
    void aCallThatIsNotAnsweredInTimeIsUnknownAndItsLateAnswerIsDropped() {
        try (InProcess both = InProcess.connected()) {
            var slow = both.remote.read(Messages.read(both.in(InProcess.SECOND)));
            var patient = both.remote.read(Messages.read(both.in(10 * InProcess.SECOND)));
            both.time.runFor(InProcess.SECOND);
            assertThat(slow).isNotDone();
            both.time.runFor(InProcess.SECOND / 5);
            assertThat(outcomeOf(slow)).isInstanceOf(Outcome.Unknown.class);
            assertThat(patient).isNotDone();
            both.storage.reads.remove().answer().complete(Outcome.done(Row.EMPTY));
            assertThat(outcomeOf(slow)).isInstanceOf(Outcome.Unknown.class);
            assertThat(both.remote.isReachable()).isTrue();
            both.storage.reads.remove().answer().complete(Outcome.done(Row.EMPTY));
            assertThat(patient).isCompletedWithValue(Outcome.done(Row.EMPTY));
        }
    }

    @Test
    void aMutationThatIsAssignedAndNotDurableInTimeEndsUnknownOnce() {
        try (InProcess both = InProcess.connected()) {
            Heard heard = new Heard();
            both.remote.mutate(Messages.mutate("v", "r1", both.in(InProcess.SECOND)), heard);
            var mutation = both.storage.mutations.remove();
            StampedWrite assignment = new StampedWrite(Messages.put(5, "v"), 0, false);
            mutation.listener().assigned(assignment);
            both.time.runFor(2 * InProcess.SECOND);
            mutation.listener().ended(Outcome.done(7L));
            assertThat(heard.events()).hasSize(2).startsWith(assignment);
            assertThat(heard.events().getLast()).isInstanceOf(Outcome.Unknown.class);
        }
    }

    @Test
    void aRequestIdThatStandsForAnotherValueIsRefusedSoThatNoDotLabelsTwoValues() {
        try (InProcess both = InProcess.connected()) {
            Heard heard = new Heard();
            both.remote.mutate(Messages.mutate("new value", "r1", both.in(InProcess.SECOND)), heard);
            var mutation = both.storage.mutations.remove();
            mutation.listener().assigned(new StampedWrite(Messages.put(5, "old value"), 0, true));
            mutation.listener().ended(Outcome.done(7L));
            assertThat(heard.events()).singleElement().isInstanceOf(Outcome.Refused.class);
            Heard again = new Heard();
            both.remote.mutate(Messages.mutate("old value", "r1", both.in(InProcess.SECOND)), again);
            var retry = both.storage.mutations.remove();
            retry.listener().assigned(new StampedWrite(Messages.put(5, "old value"), 0, true));
            retry.listener().ended(Outcome.done(7L));
            assertThat(again.events())
                    .containsExactly(new StampedWrite(Messages.put(5, "old value"), 0, true), Outcome.done(7L));
        }
    }

    @Test
    void aListenerThatThrowsHarmsNoOtherCall() {
        try (InProcess both = InProcess.connected()) {
            MutationListener broken = new MutationListener() {
                @Override
                public void assigned(StampedWrite assignment) {
                    throw new IllegalStateException("a bug in assigned");
                }

                @Override
                public void ended(Outcome<Long> outcome) {
                    throw new IllegalStateException("a bug in ended");
                }
            };
            both.remote.mutate(Messages.mutate("v", "r1", both.in(InProcess.SECOND)), broken);
            var read = both.remote.read(Messages.read(both.in(InProcess.SECOND)));
            var mutation = both.storage.mutations.remove();
            mutation.listener().assigned(new StampedWrite(Messages.put(5, "v"), 0, false));
            mutation.listener().ended(Outcome.done(7L));
            both.storage.reads.remove().answer().complete(Outcome.done(Row.EMPTY));
            assertThat(read).isCompletedWithValue(Outcome.done(Row.EMPTY));
        }
    }

    @Test
    void aValueOfNoBytesIsNotADeletion() {
        try (InProcess both = InProcess.connected()) {
            both.remote.mutate(Messages.mutate("", "r1", both.in(InProcess.SECOND)), new Heard());
            assertThat(both.storage.mutations.remove().request().payload()).contains(Bytes.EMPTY);
        }
    }

    static <T> Outcome<T> outcomeOf(CompletionStage<Outcome<T>> call) {
        assertThat(call).isDone();
        return call.toCompletableFuture().join();
    }

    static <T> Refusal.Reason reasonOf(CompletionStage<Outcome<T>> call) {
        return outcomeOf(call) instanceof Outcome.Refused<T>(Refusal refusal)
                ? refusal.reason()
                : fail("not refused: " + outcomeOf(call));
    }
}
