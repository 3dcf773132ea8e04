package io.dotkv.storage.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.storage.engine.Engine;
import io.dotkv.storage.engine.EngineContract;
import org.junit.jupiter.api.Test;

class CrashingEngineTest extends EngineContract {
    @Override
    protected Engine open() {
        return new CrashingEngine();
    }

    @Test
    void aCrashKeepsWhatWasSyncedAndAPrefixOfTheRest() {
        CrashingEngine engine = new CrashingEngine();
        write(engine, true, batch -> batch.put(key("a"), value("1")));
        write(engine, false, batch -> batch.put(key("b"), value("2")));
        write(engine, false, batch -> batch.delete(key("a")));
        assertThat(engine.unsyncedBatches()).isEqualTo(2);
        assertThat(all(engine.crash(0))).containsExactly("a=1");
        assertThat(all(engine.crash(1))).containsExactly("a=1", "b=2");
        assertThat(all(engine.crash(2))).containsExactly("b=2");
        engine.sync();
        assertThat(engine.unsyncedBatches()).isZero();
        assertThat(all(engine.crash(0))).containsExactly("b=2");
    }

    @Test
    void aTornBatchKeepsOnlySomeOfItsChanges() {
        CrashingEngine engine = new CrashingEngine();
        write(engine, false, batch -> {
            batch.put(key("a"), value("1"));
            batch.put(key("b"), value("2"));
        });
        assertThat(all(engine.crashTorn(0, 1))).containsExactly("a=1");
    }
}
