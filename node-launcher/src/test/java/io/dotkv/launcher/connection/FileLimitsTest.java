package io.dotkv.launcher.connection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileLimitsTest {
    @ParameterizedTest
    @CsvSource({"192, 48, 16", "256, 64, 64", "1024, 256, 640", "4096, 512, 3072", "1048576, 512, 20000"})
    void theFilesOfAProcessAreDivided(long total, int engineFiles, int connections) {
        assertThat(new FileLimits(total).engineFiles()).isEqualTo(engineFiles);
        assertThat(new FileLimits(total).connections()).isEqualTo(connections);
    }

    @ParameterizedTest
    @ValueSource(longs = {FileLimits.LEAST, 300, 1000, 5000, 65_536, Long.MAX_VALUE})
    void connectionsAndTheEngineLeaveAReserve(long total) {
        FileLimits limits = new FileLimits(total);
        assertThat(total - limits.engineFiles() - limits.connections()).isGreaterThanOrEqualTo(128);
    }
}
