package io.dotkv.storage.local;

import io.dotkv.storage.engine.Engine;
import io.dotkv.storage.replica.Replica;
import io.dotkv.storage.shard.Task;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Takes a snapshot between two batches of a shard, together with the clocks of its replicas, so that rows and clocks
 * belong together.
 */
final class SnapshotTask implements Task {
    private final Engine engine;
    private final List<Replica> replicas;
    private final CompletableFuture<@Nullable Frozen> answer = new CompletableFuture<>();

    /** A snapshot and what readers could see of each replica at that moment. */
    record Frozen(Engine.Snapshot snapshot, Map<Replica, Replica.Reading> readings) {}

    SnapshotTask(Engine engine, List<Replica> replicas) {
        this.engine = engine;
        this.replicas = replicas;
    }

    /** The snapshot, to be closed by whoever gets it; null when the shard stops or fails. */
    CompletableFuture<@Nullable Frozen> answer() {
        return answer;
    }

    @Override
    public long sizeBytes() {
        return 0;
    }

    @Override
    public @Nullable Replica stage() {
        Map<Replica, Replica.Reading> readings = LinkedHashMap.newLinkedHashMap(replicas.size());
        for (Replica replica : replicas) {
            readings.put(replica, replica.reading());
        }
        answer.complete(new Frozen(engine.snapshot(), readings));
        return null;
    }

    @Override
    public void durable() {}

    @Override
    public void failed(String reason) {
        answer.complete(null);
    }

    @Override
    public void stopped() {
        answer.complete(null);
    }
}
