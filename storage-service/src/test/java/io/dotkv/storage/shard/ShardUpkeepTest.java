package io.dotkv.storage.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.kernel.Actor;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Delta;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.HybridTime;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.system.SystemClock;
import io.dotkv.storage.engine.Engine;
import io.dotkv.storage.engine.MemoryEngine;
import io.dotkv.storage.replica.Replica;
import io.dotkv.storage.replica.store.DamagedRowException;
import io.dotkv.storage.replica.store.RowFinder;
import io.dotkv.storage.system.ThreadDriver;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a shard does between writes. */
class ShardUpkeepTest {
    private static final Actor PEER = new Actor(2, 1);
    private static final int ROWS = 350;

    private final MemoryEngine engine = new MemoryEngine();
    private final EngineHealth engineHealth = new EngineHealth(failure -> {});

    /** A delta applied on the shard's thread. */
    private record Applying(Replica replica, Delta delta, CompletableFuture<Void> done) implements Task {
        @Override
        public long sizeBytes() {
            return 1;
        }

        @Override
        public @Nullable Replica stage() {
            try {
                replica.apply(delta);
                return replica;
            } catch (DamagedRowException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void durable() {
            done.complete(null);
        }

        @Override
        public void failed(String reason) {
            done.completeExceptionally(new AssertionError(reason));
        }

        @Override
        public void stopped() {
            failed("stopped");
        }
    }

    @Test
    void residualsOfManyRowsAreStrippedWhenTheClockHasCaughtUp() throws Exception {
        Replica replica = open();
        Shard shard = new Shard(
                engine,
                new ShardSettings(true, 1000, 1000),
                engineHealth,
                new SystemClock(),
                new ThreadDriver("shard under test"));
        shard.own(List.of(replica));
        shard.start();
        // Each second event replaces the one before, which comes later than all of them.
        for (int row = 1; row <= ROWS; row++) {
            apply(shard, replica, delta(row, 2L * row, DotSet.of(new Dot(PEER, 2L * row - 1))));
        }
        assertThat(residuals(replica)).isEqualTo(ROWS);
        for (int row = 1; row <= ROWS; row++) {
            apply(shard, replica, delta(row, 2L * row - 1, DotSet.EMPTY));
        }
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (residuals(replica) > 0) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.onSpinWait();
        }
        assertThat(shard.stop()).isTrue();
        assertThat(engineHealth.failure()).isNull();
    }

    private Replica open() {
        try (Engine.Batch batch = engine.newBatch()) {
            Replica replica = Replica.open(
                    new PartitionId(0), engine, new Replica.Beginning("life", false, false, 2, 2, 1000), batch);
            engine.write(batch, true);
            return replica;
        }
    }

    private static Delta delta(int row, long counter, DotSet replaced) {
        Dot dot = new Dot(PEER, counter);
        Leaf leaf = new Leaf(dot, Bytes.EMPTY, HybridTime.ZERO, Bytes.utf8("v"));
        return new Delta(Key.of("key " + row), List.of(leaf), replaced.with(dot), List.of(dot));
    }

    private static void apply(Shard shard, Replica replica, Delta delta) throws Exception {
        Applying task = new Applying(replica, delta, new CompletableFuture<>());
        assertThat(shard.submit(task)).isTrue();
        task.done.get(30, TimeUnit.SECONDS);
    }

    private int residuals(Replica replica) throws DamagedRowException {
        int residuals = 0;
        try (RowFinder rows = new RowFinder(engine)) {
            Key key = rows.first(replica.partition(), Bytes.EMPTY, Bytes.EMPTY);
            while (key != null) {
                residuals += rows.row(replica.partition(), key).context().isEmpty() ? 0 : 1;
                key = rows.after(replica.partition(), key, Bytes.EMPTY);
            }
        }
        return residuals;
    }
}
