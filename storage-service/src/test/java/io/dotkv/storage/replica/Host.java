package io.dotkv.storage.replica;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Delta;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.Retirements;
import io.dotkv.kernel.Row;
import io.dotkv.kernel.encoding.Encoding;
import io.dotkv.storage.PartitionClock;
import io.dotkv.storage.PullMessage;
import io.dotkv.storage.WriteId;
import io.dotkv.storage.engine.Cursor;
import io.dotkv.storage.engine.Engine;
import io.dotkv.storage.replica.store.EngineKeys;
import io.dotkv.storage.replica.store.PartitionStore;
import io.dotkv.storage.simulated.CrashingEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A peer in the model: confirms to the history what it has written, and breaks the rules that the fault names. */
final class Host {
    static final PartitionStore STORE = new PartitionStore(Peer.PARTITION);

    final Peer peer;
    private final GhostHistory history;
    private final Fault fault;
    private final List<Dot> unconfirmed = new ArrayList<>();
    private boolean holdsBack;
    private @Nullable Moment earlier;
    private @Nullable CrashingEngine past;

    /** What a replica was like at some time. */
    record Moment(DotSet clock, Engine.Snapshot rows) {}

    Host(Peer peer, GhostHistory history, Fault fault) {
        this.peer = peer;
        this.history = history;
        this.fault = fault;
        peer.holdBack(true);
    }

    /** Whether what is staged waits for a later batch. */
    void holdBack(boolean holds) {
        holdsBack = holds;
        settle();
    }

    /** Changes the residual contexts of the rows behind the replica's back. */
    void rewriteResiduals(UnaryOperator<DotSet> how) {
        try (Engine.Batch batch = peer.engine.newBatch()) {
            rows().forEach((key, row) -> {
                Row changed = new Row(row.leaves(), how.apply(row.context()));
                if (changed.context().isEmpty()) {
                    batch.delete(STORE.keys().residual(key));
                }
                if (changed.isEmpty()) {
                    batch.delete(STORE.keys().row(key));
                } else {
                    batch.put(STORE.keys().row(key), Encoding.encodeRow(changed));
                }
            });
            peer.engine.write(batch, true);
        }
    }

    /** A write has come over the network. It is confirmed unless it is refused. */
    void receiveWrite(Delta delta) {
        if (fault == Fault.LATE_WRITES_OF_CLOSED_BOOTS_ARE_CONFIRMED || !peer.replica.isPast(delta.events())) {
            receive(delta);
        }
    }

    /** A write with a name has come over the network. It is confirmed unless it is refused. */
    void receiveWrite(Delta delta, WriteId name) {
        if (peer.takes(delta, name)) {
            applied(delta.events());
        }
    }

    /** A delta has come over the network. It is confirmed unless it is refused. */
    void receive(Delta delta) {
        boolean isTaken = true;
        switch (fault) {
            case PROMISE_IS_NOT_KEPT -> {
                peer.replica.agreed(new Retirements(Long.MAX_VALUE, List.of()), null);
                peer.replica.retire();
                peer.apply(delta);
            }
            case EVENTS_ENTER_BEFORE_THE_ROW -> {
                peer.apply(new Delta(delta.key(), List.of(), DotSet.of(delta.events()), delta.events()));
                peer.apply(delta);
            }
            case CONTEXT_ENTERS_THE_CLOCK ->
                peer.apply(new Delta(delta.key(), delta.leaves(), delta.context(), dots(delta.context())));
            default -> isTaken = peer.takes(delta);
        }
        if (isTaken) {
            applied(delta.events());
        }
    }

    private static List<Dot> dots(DotSet set) {
        List<Dot> dots = new ArrayList<>();
        for (var actor : set.actors()) {
            for (long counter = 1; counter <= set.highest(actor); counter++) {
                if (set.contains(new Dot(actor, counter))) {
                    dots.add(new Dot(actor, counter));
                }
            }
        }
        return dots;
    }

    void absorb(PullMessage message) {
        peer.absorb(message);
        settle();
    }

    /** These events are staged, and confirmed once they are written. */
    void applied(List<Dot> events) {
        unconfirmed.addAll(events);
        settle();
    }

    private void settle() {
        if (!holdsBack) {
            write();
        }
    }

    void write() {
        peer.write();
        unconfirmed.forEach(dot -> history.confirmed(dot, peer.node()));
        unconfirmed.clear();
        if (fault == Fault.STRIPPED_BY_THE_WHOLE_CLOCK) {
            stripByWholeClock();
        }
    }

    private void stripByWholeClock() {
        rewriteResiduals(context -> context.minus(peer.clock()));
    }

    /** The row as readers get it. */
    Row export(Key key) {
        boolean hidden = fault == Fault.ABSENT_EXPORTED_AS_UNKNOWN && !rows().containsKey(key);
        return hidden ? Row.EMPTY : peer.row(key);
    }

    /** The stored rows. */
    Map<Key, Row> rows() {
        Map<Key, Row> rows = new TreeMap<>();
        try (Cursor cursor =
                peer.engine.scan(STORE.keys().row(Bytes.EMPTY), STORE.keys().rowsEnd())) {
            while (cursor.next()) {
                Key key = EngineKeys.keyOf(cursor.key());
                rows.put(key, Peer.damageFree(() -> PartitionStore.decode(key, cursor.value())));
            }
        }
        return rows;
    }

    /** Keeps this moment for an answer that mixes moments. */
    void remember() {
        earlier = new Moment(peer.clock(), peer.engine.snapshot());
        past = peer.engine.crash(peer.engine.unsyncedBatches());
    }

    /** What was on the disk at the moment that is remembered. */
    Optional<CrashingEngine> past() {
        return Optional.ofNullable(past).map(engine -> engine.crash(0));
    }

    /** The clock loses what it has of closed boots. */
    void forgetFloors() {
        write();
        DotSet clock = STORE.clock(peer.engine);
        try (Engine.Batch batch = peer.engine.newBatch()) {
            batch.put(STORE.keys().clock(), PartitionStore.encode(clock.minus(clock.wholeBoots())));
            peer.engine.write(batch, true);
        }
        peer.resume(peer.engine.crash(peer.engine.unsyncedBatches()), false);
    }

    List<PullMessage> answer(PartitionClock theirs) {
        Moment then = earlier;
        if (then == null) {
            return peer.answer(theirs);
        }
        return switch (fault) {
            case CLOCK_OLDER_THAN_THE_ROWS -> peer.answer(theirs, then.clock, peer.engine.snapshot());
            case ROWS_OLDER_THAN_THE_CLOCK -> peer.answer(theirs, peer.clock(), then.rows);
            default -> peer.answer(theirs);
        };
    }

    /** The dots of leaves, as the events of a repair. */
    static List<Dot> dotsOf(List<Leaf> leaves) {
        return leaves.stream().map(Leaf::dot).toList();
    }

    /** What was staged is gone, and so is what belonged to the life that ended. */
    void ended() {
        unconfirmed.clear();
        earlier = null;
    }
}
