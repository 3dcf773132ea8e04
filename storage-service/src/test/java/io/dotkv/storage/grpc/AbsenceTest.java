package io.dotkv.storage.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AbsenceTest {
    private static final long START = -17;

    private final Absence absence = new Absence(START);

    @Test
    void nothingIsToldWhileTheFirstStreamIsOpened() {
        assertThat(absence.isToBeTold(START + 1)).isFalse();
        assertThat(absence.isToBeTold(START + Absence.FIRST_STREAM_NANOS - 1)).isFalse();
    }

    @Test
    void aFirstStreamThatTakesLongIsToldOnce() {
        assertThat(absence.isToBeTold(START + Absence.FIRST_STREAM_NANOS)).isTrue();
        assertThat(absence.isToBeTold(START + 2 * Absence.FIRST_STREAM_NANOS)).isFalse();
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
