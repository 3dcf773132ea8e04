package io.dotkv.storage.local;

import io.dotkv.storage.Refusal;
import io.dotkv.storage.engine.Engine;
import io.dotkv.storage.replica.Replica;
import io.dotkv.storage.shard.EngineHealth;
import io.dotkv.storage.shard.Shard;
import io.dotkv.storage.shard.ShardSettings;
import io.dotkv.storage.shard.Task;
import io.dotkv.storage.shard.WriteStallMonitor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The shards of a storage; a partition belongs to one of them. */
final class Shards {
    private final List<Shard> shards = new ArrayList<>();
    private final List<ShardState> states = new ArrayList<>();
    private final EngineHealth engineHealth;
    private final WriteStallMonitor stalls;
    private volatile boolean stopping;

    Shards(Engine engine, StorageSettings settings, StoragePorts environment, EngineHealth engineHealth) {
        this.engineHealth = engineHealth;
        this.stalls = new WriteStallMonitor(engine);
        ShardSettings each = new ShardSettings(
                settings.durability() == StorageSettings.Durability.SYNC, settings.queueTasks(), settings.queueBytes());
        for (int index = 0; index < settings.shards(); index++) {
            shards.add(new Shard(
                    engine,
                    each,
                    engineHealth,
                    environment.clock(),
                    environment.workers().shardDriver("dotkv-shard-" + index)));
            states.add(new ShardState(environment.clock(), settings));
        }
    }

    void start() {
        shards.forEach(Shard::start);
    }

    /** Looks whether the engine takes writes. Called every {@link WriteStallMonitor#LOOK_NANOS}. */
    void look(long nowNanos) {
        stalls.look(nowNanos);
    }

    /** Finishes what is queued; whether everything was written. */
    boolean stop() {
        stopping = true;
        boolean written = true;
        for (Shard shard : shards) {
            written &= shard.stop();
        }
        return written;
    }

    /** Gives each shard the upkeep of its share. */
    void own(List<Replica> held) {
        List<List<Replica>> shares = shares(held);
        for (int index = 0; index < shards.size(); index++) {
            shards.get(index).own(shares.get(index));
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

    /** Queues a write that may be shed: like {@link #submit}, but refused as well while the engine takes no writes. */
    @Nullable
    Refusal submitWrite(Replica replica, StorageState state, Task task) {
        return stalls.sheds()
                ? state.refuse(
                        Refusal.Reason.OVERLOADED,
                        "the engine of node " + state.assignment().node()
                                + " is stalled and takes no writes until earlier writes are flushed")
                : submit(replica, state, task);
    }

    /** Queues a task at the shard of a replica; a refusal when the shard does not take it. */
    @Nullable
    Refusal submit(Replica replica, StorageState state, Task task) {
        return shards.get(indexOf(replica)).submit(task) ? null : refusal(state);
    }

    /** Why a task is not taken. */
    Refusal refusal(StorageState state) {
        String failure = engineHealth.failure();
        if (failure != null) {
            return state.refuse(Refusal.Reason.ENGINE_FAILED, failure);
        }
        return stopping
                ? state.stopping()
                : state.refuse(
                        Refusal.Reason.OVERLOADED,
                        "too many requests are queued on node "
                                + state.assignment().node());
    }

    private int indexOf(Replica replica) {
        return replica.partition().number() % shards.size();
    }
}
