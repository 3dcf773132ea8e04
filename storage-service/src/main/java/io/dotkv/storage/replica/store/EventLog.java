package io.dotkv.storage.replica.store;

import io.dotkv.kernel.Actor;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.DotSet;
import io.dotkv.storage.engine.Engine;
import io.dotkv.storage.engine.View;

/**
 * Which events a replica has, its clock, and which of them its log can no longer name a key for.
 *
 * <p>On disk the clock is the last checkpoint and the log records above it. A checkpoint also prunes: of each actor the
 * newest events stay in the log, and of those nothing that all replicas have confirmed.
 *
 * <p>Invariant: every event of the clock has a log record, is pruned, or is of a closed boot. One thread.
 */
public final class EventLog {
    private static final int CHECKPOINT_EVENTS = 4096;

    private final long retention;
    private DotSet clock;
    private DotSet pruned;
    private DotSet recordsGone;
    private DotSet leaving = DotSet.EMPTY;
    private boolean checkpointDue;
    private long sinceCheckpoint;

    public EventLog(PartitionStore store, View view, long retention) {
        this.retention = retention;
        this.clock = store.clock(view);
        this.pruned = store.pruned(view);
        this.recordsGone = clock.wholeBoots();
    }

    public DotSet clock() {
        return clock;
    }

    /** How many events the log has records of. */
    public long size() {
        return clock.size() - pruned.size();
    }

    /** Takes an event into the clock; false when it was there. A log record belongs to it, in the same batch. */
    public boolean take(Dot dot) {
        if (clock.contains(dot)) {
            return false;
        }
        clock = clock.with(dot);
        return true;
    }

    /** Takes events into the clock of which nobody here knows the key; how many were new. */
    public long takeUnlogged(DotSet dots) {
        DotSet news = dots.minus(clock);
        if (!news.isEmpty()) {
            clock = clock.union(news);
            pruned = pruned.union(news).minus(clock.wholeBoots());
            checkpointDue = true;
        }
        return news.size();
    }

    /**
     * All dots of the boots before this actor's are in the clock from now on, and nothing else is remembered of them.
     */
    public void raiseFloor(Actor first) {
        clock = clock.union(DotSet.allBelow(first));
        pruned = pruned.minus(clock.wholeBoots());
        checkpointDue = true;
    }

    /** Whether the next batch holds a floor that the disk does not have. */
    public boolean raisesFloor() {
        return !clock.wholeBoots().equals(recordsGone);
    }

    /** Drops the records of these events with the next batch. */
    public void prune(DotSet confirmed) {
        DotSet news = recorded(confirmed);
        if (!news.isEmpty()) {
            leaving = leaving.union(news);
            pruned = pruned.union(news);
            checkpointDue = true;
        }
    }

    /** Those of these events that have a record. */
    public DotSet recorded(DotSet events) {
        return events.intersect(clock).minus(pruned).minus(clock.wholeBoots());
    }

    /** Whether the log has a record of this event. */
    public boolean hasRecord(Dot dot) {
        return !pruned.contains(dot)
                && clock.floorOf(dot.actor().node()) <= dot.actor().boot();
    }

    /** Asks for a checkpoint with the next batch, unless there is nothing new since the last. */
    public void checkpoint() {
        checkpointDue |= sinceCheckpoint > 0;
    }

    /** Whether the next batch has to hold a checkpoint, even if nothing else. */
    public boolean isCheckpointDue() {
        return checkpointDue;
    }

    /** Adds a checkpoint to a batch that already has the records of so many new events, if one is due. */
    public void addTo(Engine.Batch batch, EngineKeys keys, int newEvents) {
        sinceCheckpoint += newEvents;
        if (!checkpointDue && sinceCheckpoint < CHECKPOINT_EVENTS) {
            return;
        }
        for (Actor actor : clock.actors()) {
            prune(batch, keys, actor);
        }
        dropClosed(batch, keys);
        dropLeaving(batch, keys);
        batch.put(keys.pruned(), PartitionStore.encode(pruned));
        batch.put(keys.clock(), PartitionStore.encode(clock));
        checkpointDue = false;
        sinceCheckpoint = 0;
    }

    private void dropClosed(Engine.Batch batch, EngineKeys keys) {
        for (Actor first : clock.floors()) {
            if (recordsGone.floorOf(first.node()) < first.boot()) {
                batch.deleteRange(keys.log(new Actor(first.node(), 1), 0), keys.log(first, 0));
            }
        }
        recordsGone = clock.wholeBoots();
    }

    private void dropLeaving(Engine.Batch batch, EngineKeys keys) {
        for (Actor actor : leaving.actors()) {
            long[] runs = leaving.runsOf(actor);
            for (int run = 0; run < runs.length; run += 2) {
                batch.deleteRange(keys.log(actor, runs[run]), keys.log(actor, runs[run + 1] + 1));
            }
        }
        leaving = DotSet.EMPTY;
    }

    private void prune(Engine.Batch batch, EngineKeys keys, Actor actor) {
        long last = clock.highest(actor) - retention;
        if (last < 1) {
            return;
        }
        DotSet old = DotSet.upTo(actor, last).intersect(clock).minus(pruned);
        if (!old.isEmpty()) {
            pruned = pruned.union(old);
            batch.deleteRange(keys.log(actor, 0), keys.log(actor, last + 1));
        }
    }
}
