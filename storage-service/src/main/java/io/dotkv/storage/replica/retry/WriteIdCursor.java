package io.dotkv.storage.replica.retry;

import io.dotkv.kernel.Dot;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.Key;
import io.dotkv.storage.IdentifiedWrite;
import io.dotkv.storage.WriteId;
import io.dotkv.storage.engine.Cursor;
import io.dotkv.storage.engine.View;
import io.dotkv.storage.replica.store.EngineKeys;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The names that a snapshot has for some events, whether or not these are in its log: what a pull brings of events that
 * have left the log. One thread at a time.
 */
public final class WriteIdCursor {
    private static final int NAME_BYTES = 64;

    private final View view;
    private final DotSet events;
    private final byte[] end;
    private byte[] from;
    private boolean done;

    public WriteIdCursor(View view, EngineKeys keys, DotSet events) {
        this.view = view;
        this.events = events;
        this.from = keys.write(0);
        this.end = keys.duplicates(0);
        this.done = events.isEmpty();
    }

    /** The next names, about so many bytes of them; none when there are no more. */
    public List<IdentifiedWrite> next(int bytes) {
        List<IdentifiedWrite> names = new ArrayList<>();
        if (done) {
            return names;
        }
        int left = bytes;
        try (Cursor records = view.scan(from, end)) {
            while (left > 0 && records.next()) {
                WriteRecord record = WriteIdTable.decode(records.value());
                for (WriteRecord.Try each : record.tries()) {
                    if (!record.key().isEmpty() && isWanted(each)) {
                        WriteId name = EngineKeys.idOfWrite(records.key());
                        names.add(new IdentifiedWrite(
                                Optional.of(name), Optional.of(new Key(record.key())), each.dot(0), each.length()));
                        left -= NAME_BYTES + record.key().length();
                    }
                }
                from = Arrays.copyOf(records.key(), records.key().length + 1);
            }
        }
        done = left > 0;
        return names;
    }

    private boolean isWanted(WriteRecord.Try each) {
        for (Dot dot : each.dots()) {
            if (events.contains(dot)) {
                return true;
            }
        }
        return false;
    }
}
