package io.dotkv.replication.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class RequestAdmissionTest {
    @Test
    void noMoreRequestsAreLetInThanTheLimit() {
        RequestAdmission admission = new RequestAdmission(2, 1000);
        assertThat(admission.enter(1)).isTrue();
        assertThat(admission.enter(1)).isTrue();
        assertThat(admission.enter(1)).isFalse();
        admission.leave(1);
        assertThat(admission.enter(1)).isTrue();
    }

    @Test
    void noMoreBytesAreLetInThanTheLimit() {
        RequestAdmission admission = new RequestAdmission(10, 1000);
        assertThat(admission.enter(600)).isTrue();
        assertThat(admission.enter(600)).isFalse();
        assertThat(admission.enter(400)).isTrue();
        assertThat(admission.inFlight()).isEqualTo(2);
    }

    @Test
    void aRequestThatHoldsAllHasRoomForWhatIsLargerThanTheLimit() {
        RequestAdmission admission = new RequestAdmission(10, 1000);
        assertThat(admission.grow(1500, 0)).isTrue();
        assertThat(admission.grow(1500, 1500)).isTrue();
        assertThat(admission.grow(1, 0)).isFalse();
        admission.shrink(3000);
        assertThat(admission.grow(900, 0)).isTrue();
        assertThat(admission.grow(200, 0)).isFalse();
    }

    @Test
    void aRequestThatIsAnsweredMakesRoomEvenWhileAReplicaStillHangs() {
        RequestAdmission admission = new RequestAdmission(1, 1000);
        admission.enter(1);
        admission.leave(1);
        assertThat(admission.enter(1)).isTrue();
    }

    @Test
    void itIsDrainedWhenEverythingThatWasLetInIsDone() {
        RequestAdmission admission = new RequestAdmission(10, 1000);
        admission.enter(1);
        CompletionStage<Void> drained = admission.close();
        assertThat(admission.enter(1)).isFalse();
        admission.leave(1);
        assertThat(drained.toCompletableFuture()).isNotDone();
        admission.done();
        assertThat(drained.toCompletableFuture()).isCompleted();
    }
}
