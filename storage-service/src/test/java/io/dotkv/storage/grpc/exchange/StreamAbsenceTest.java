package io.dotkv.storage.grpc.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StreamAbsenceTest {
    private static final long START = -17;

    private final StreamAbsence absence = new StreamAbsence(START);

    @Test
    void nothingIsToldWhileTheFirstStreamIsOpened() {
        assertThat(absence.isToBeTold(START + 1)).isFalse();
        assertThat(absence.isToBeTold(START + StreamAbsence.FIRST_STREAM_NANOS - 1))
                .isFalse();
    }

    @Test
    void aFirstStreamThatTakesLongIsToldOnce() {
        assertThat(absence.isToBeTold(START + StreamAbsence.FIRST_STREAM_NANOS)).isTrue();
        assertThat(absence.isToBeTold(START + 2 * StreamAbsence.FIRST_STREAM_NANOS))
                .isFalse();
    }

    @Test
    void aStreamThatBreaksIsToldAtOnceAndOnceEachTime() {
        absence.over();
        assertThat(absence.isToBeTold(START + 1)).isTrue();
        assertThat(absence.isToBeTold(START + 2)).isFalse();
        absence.over();
        assertThat(absence.isToBeTold(START + 3)).isTrue();
    }
}
