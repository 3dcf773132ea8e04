package io.dotkv.storage.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.storage.engine.MemoryEngine;
import io.dotkv.storage.engine.ScriptedEngine;
import org.junit.jupiter.api.Test;

class WriteStallMonitorTest {
    private static final long MILLIS = 1_000_000;

    private final ScriptedEngine engine = new ScriptedEngine(new MemoryEngine());
    private final WriteStallMonitor gauge = new WriteStallMonitor(engine);

    @Test
    void aShortStallShedsNothingAndALongOneDoesUntilItEnds() {
        assertThat(sheds(0)).isFalse();
        engine.stall(true);
        assertThat(sheds(250)).isFalse();
        assertThat(sheds(500)).isFalse();
        assertThat(sheds(750)).isTrue();
        engine.stall(false);
        assertThat(sheds(1000)).isFalse();
        engine.stall(true);
        assertThat(sheds(1250)).isFalse();
    }

    private boolean sheds(long millis) {
        gauge.look(millis * MILLIS);
        return gauge.sheds();
    }
}
