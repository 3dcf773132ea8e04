package io.dotkv.replication.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AnswerRoomTest {
    private final AnswerRoom room = new AnswerRoom(100_000);

    @Test
    void largeAnswersFitUntilTheRoomIsFull() {
        assertThat(room.take(60_000)).isTrue();
        assertThat(room.take(60_000)).isFalse();
        assertThat(room.take(40_000)).isTrue();
    }

    @Test
    void aSmallAnswerAlwaysFits() {
        assertThat(room.take(100_000)).isTrue();
        assertThat(room.take(1_000)).isTrue();
        assertThat(room.take(20_000)).isFalse();
    }

    @Test
    void anAnswerLargerThanTheRoomFitsWhenNoOtherWaits() {
        assertThat(room.take(200_000)).isTrue();
        assertThat(room.take(20_000)).isFalse();
    }

    @Test
    void whatWasGivenBackIsRoomAgain() {
        assertThat(room.take(100_000)).isTrue();
        room.give(100_000);
        assertThat(room.take(100_000)).isTrue();
    }
}
