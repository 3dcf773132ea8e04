package io.dotkv.storage;

import io.dotkv.storage.engine.Engine;
import io.dotkv.storage.replica.Replica;
import io.dotkv.storage.shard.Shard;
import io.dotkv.storage.shard.ShardSettings;
import io.dotkv.storage.shard.Task;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The shards of a storage; a partition belongs to one of them. */
final class Shards {
    private final List<Shard> shards = new ArrayList<>();
    private final List<ShardState> states = new ArrayList<>();

    Shards(Engine engine, StorageSettings settings, Environment environment) {
        ShardSettings each = new ShardSettings(
                settings.durability() == StorageSettings.Durability.SYNC, settings.queueTasks(), settings.queueBytes());
        for (int index = 0; index < settings.shards(); index++) {
            shards.add(new Shard("dotkv-shard-" + index, engine, each, environment.fatal()::accept));
            states.add(new ShardState(environment.clock(), settings));
        }
    }

    void start() {
        shards.forEach(Shard::start);
    }

    void stop() {
        shards.forEach(Shard::stop);
    }

    boolean haveFailed() {
        return shards.stream().anyMatch(shard -> shard.failure() != null);
    }

    /** Gives each shard the upkeep of its share. */
    void own(List<Replica> held) {
        for (List<Replica> share : shares(held)) {
            if (!share.isEmpty()) {
                shards.get(indexOf(share.getFirst())).own(share);
            }
        }
    }

    /** The replicas of each shard, in order of shard. */
    List<List<Replica>> shares(List<Replica> replicas) {
        List<List<Replica>> shares = new ArrayList<>();
        shards.forEach(shard -> shares.add(new ArrayList<>()));
        replicas.forEach(replica -> shares.get(indexOf(replica)).add(replica));
        return shares;
    }

    ShardState stateOf(Replica replica) {
        return states.get(indexOf(replica));
    }

    /** Queues a task at the shard of a replica; a refusal when the shard does not take it. */
    @Nullable
    Refusal submit(Replica replica, Role role, Task task) {
        Shard shard = shards.get(indexOf(replica));
        if (shard.submit(task)) {
            return null;
        }
        String failure = shard.failure();
        return failure != null
                ? role.refuse(Refusal.Reason.ENGINE_FAILED, failure)
                : role.refuse(
                        Refusal.Reason.OVERLOADED,
                        "too many writes wait on node " + role.mandate().node());
    }

    private int indexOf(Replica replica) {
        return replica.partition().number() % shards.size();
    }
}
