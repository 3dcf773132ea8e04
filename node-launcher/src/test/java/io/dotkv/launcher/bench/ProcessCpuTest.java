package io.dotkv.launcher.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ProcessCpuTest {
    @Test
    void aNameWithBlanksAndParenthesesDoesNotShiftTheFields() {
        assertThat(ProcessCpu.ticks("42 (a) b (c) S 1 2 3 4 5 6 7 8 9 10 1100 22 0 0 20 0 30"))
                .isEqualTo(1122);
    }

    @Test
    void aProcessThatIsNotThereHasNoTime() {
        assertThat(ProcessCpu.seconds(List.of(Long.MAX_VALUE))).isEmpty();
        assertThat(ProcessCpu.seconds(List.of())).hasValue(0);
    }
}
