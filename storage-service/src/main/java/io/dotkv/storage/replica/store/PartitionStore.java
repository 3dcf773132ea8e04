package io.dotkv.storage.replica.store;

import io.dotkv.kernel.Actor;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.Row;
import io.dotkv.kernel.encoding.ByteReader;
import io.dotkv.kernel.encoding.ByteWriter;
import io.dotkv.kernel.encoding.Encoding;
import io.dotkv.kernel.encoding.MalformedException;
import io.dotkv.storage.PullMessage;
import io.dotkv.storage.WriteId;
import io.dotkv.storage.engine.Cursor;
import io.dotkv.storage.engine.DamagedDataException;
import io.dotkv.storage.engine.Engine;
import io.dotkv.storage.engine.EngineException;
import io.dotkv.storage.engine.View;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads and writes the pieces of one partition in an engine or a snapshot of it. Stateless. */
public final class PartitionStore {
    private final PartitionId partition;
    private final EngineKeys keys;

    public PartitionStore(PartitionId partition) {
        this.partition = partition;
        this.keys = new EngineKeys(partition);
    }

    public EngineKeys keys() {
        return keys;
    }

    /** The stored row, {@link Row#EMPTY} when there is none. */
    public Row row(View view, Key key) throws DamagedRowException {
        try {
            return decode(key, view.get(keys.row(key)));
        } catch (DamagedDataException e) {
            throw new DamagedRowException(key, String.valueOf(e.getMessage()));
        }
    }

    /** The stored row if it can be had without reading the disk, else null. */
    @Nullable
    public Row cachedRow(Engine engine, Key key) throws DamagedRowException {
        try {
            byte[] encoded = engine.getCached(keys.row(key));
            return Engine.isNotCached(encoded) ? null : decode(key, encoded);
        } catch (DamagedDataException e) {
            throw new DamagedRowException(key, String.valueOf(e.getMessage()));
        }
    }

    public static Row decode(Key key, byte @Nullable [] encoded) throws DamagedRowException {
        try {
            return encoded == null ? Row.EMPTY : Encoding.decodeRow(encoded);
        } catch (MalformedException e) {
            throw new DamagedRowException(key, String.valueOf(e.getMessage()));
        }
    }

    /** A walk over the stored rows whose keys begin with the prefix, from the first behind the given key. */
    public Cursor rows(View view, Bytes after, Bytes prefix) {
        return view.scan(rowsStart(after, prefix), rowsEnd(prefix));
    }

    /** Where the rows whose keys begin with the prefix and are behind the given key begin. */
    byte[] rowsStart(Bytes after, Bytes prefix) {
        boolean fromPrefix = after.isEmpty() || after.compareTo(prefix) < 0;
        return fromPrefix ? keys.row(prefix) : next(keys.row(after));
    }

    /** Behind the last row whose key begins with the prefix. */
    byte[] rowsEnd(Bytes prefix) {
        return end(keys.row(prefix));
    }

    /** The first place behind everything that begins with this. */
    private byte[] end(byte[] rowPrefix) {
        for (int at = rowPrefix.length - 1; at > 2; at--) {
            if (rowPrefix[at] != (byte) 0xff) {
                byte[] end = Arrays.copyOf(rowPrefix, at + 1);
                end[at]++;
                return end;
            }
        }
        return keys.rowsEnd();
    }

    /** The first place behind this one: keys are ordered like their bytes, so a zero byte more. */
    private static byte[] next(byte[] key) {
        return Arrays.copyOf(key, key.length + 1);
    }

    /** The clock: the last checkpoint and the log records above it. */
    public DotSet clock(View view) {
        DotSet clock = dotSet(view, keys.clock());
        try (Cursor log = view.scan(keys.logsStart(), keys.logsEnd())) {
            boolean found = log.next();
            while (found) {
                Dot dot = EngineKeys.dotOf(log.key());
                Actor actor = dot.actor();
                long known = baseOf(clock, actor);
                if (dot.counter() <= known) {
                    found = log.seek(keys.log(actor, known + 1));
                } else {
                    clock = clock.with(dot);
                    found = log.next();
                }
            }
        }
        return clock;
    }

    private static long baseOf(DotSet clock, Actor actor) {
        long[] runs = clock.runsOf(actor);
        return runs.length > 0 && runs[0] == 1 ? runs[1] : 0;
    }

    /** The promises about former boots, by node. */
    SortedMap<Integer, RetiredBoots.Standing> standings(View view) {
        try (Cursor cursor = view.scan(keys.retiredStart(), keys.retiredEnd())) {
            return RetiredBoots.read(cursor);
        }
    }

    public DotSet pruned(View view) {
        return dotSet(view, keys.pruned());
    }

    /** The events whose names are to be found out. */
    public DotSet unnamed(View view) {
        return dotSet(view, keys.unnamed());
    }

    private DotSet dotSet(View view, byte[] key) {
        byte[] encoded = view.get(key);
        if (encoded == null) {
            return DotSet.EMPTY;
        }
        try {
            ByteReader reader = ByteReader.checked(encoded);
            DotSet set = Encoding.readDotSet(reader);
            reader.expectEnd();
            return set;
        } catch (MalformedException e) {
            throw new EngineException("a clock of partition " + partition + " is damaged: " + e.getMessage(), e);
        }
    }

    public static byte[] encode(DotSet set) {
        ByteWriter writer = new ByteWriter(64);
        Encoding.writeDotSet(writer, set);
        writer.writeChecksum();
        return writer.toByteArray();
    }

    /**
     * Walks the log records of these events.
     *
     * @return how many there were; fewer than events when some have left the log
     */
    public long logRecords(View view, DotSet events, BiConsumer<Dot, Key> taker) {
        return logRecords(view, events, (dot, key, name) -> taker.accept(dot, key));
    }

    /** Takes log records. */
    public interface RecordTaker {
        /** @param name by which the event was asked for, if by any */
        void take(Dot dot, Key key, Optional<WriteId> name);
    }

    /** Walks the log records of these events, as {@link #logRecords(View, DotSet, BiConsumer)} does. */
    public long logRecords(View view, DotSet events, RecordTaker taker) {
        long found = 0;
        for (Actor actor : events.actors()) {
            long[] runs = events.runsOf(actor);
            for (int run = 0; run < runs.length; run += 2) {
                try (Cursor log = view.scan(keys.log(actor, runs[run]), keys.log(actor, runs[run + 1] + 1))) {
                    while (log.next()) {
                        byte[] at = log.key();
                        byte[] value = log.value();
                        taker.take(EngineKeys.dotOf(at), EngineKeys.keyOf(at, value), EngineKeys.nameOf(at, value));
                        found++;
                    }
                }
            }
        }
        return found;
    }

    /** Whether the log names a key for each of these events, and for none of them this one. */
    public boolean areOfOtherKeys(View view, DotSet events, Key key) {
        boolean[] found = {false};
        long named = logRecords(view, events, (dot, of) -> found[0] |= of.equals(key));
        return !found[0] && named == events.size();
    }

    /** Whether the row of a key is marked for its residual context. */
    public boolean isMarkedResidual(View view, Key key) {
        return view.get(keys.residual(key)) != null;
    }

    /** The keys of up to so many rows with a residual context, from the first behind the given key. */
    public List<Key> residuals(View view, Bytes after, int limit) {
        byte[] start = after.isEmpty() ? keys.residualsStart() : next(keys.residual(after));
        List<Key> found = new ArrayList<>();
        try (Cursor marks = view.scan(start, keys.residualsEnd())) {
            while (found.size() < limit && marks.next()) {
                found.add(EngineKeys.keyOf(marks.key()));
            }
        }
        return found;
    }

    /** Hands over the key of every row with a residual context. */
    public void forEachResidual(View view, Consumer<Key> taker) {
        try (Cursor marks = view.scan(keys.residualsStart(), keys.residualsEnd())) {
            while (marks.next()) {
                taker.accept(EngineKeys.keyOf(marks.key()));
            }
        }
    }

    /** The keys of the stored rows in a range. */
    public List<Key> keysWithin(View view, PullMessage.KeyRange range) {
        byte[] end = range.upTo().isEmpty()
                ? keys.rowsEnd()
                : next(keys.row(range.upTo().get()));
        List<Key> found = new ArrayList<>();
        try (Cursor rows = view.scan(next(keys.row(range.after())), end)) {
            while (rows.next()) {
                found.add(EngineKeys.keyOf(rows.key()));
            }
        }
        return found;
    }

    /** The replica's id, or null when the partition was never held here. */
    @Nullable
    public String replicaId(View view) {
        byte[] id = view.get(keys.replica());
        return id == null ? null : new String(id, StandardCharsets.US_ASCII);
    }
}
