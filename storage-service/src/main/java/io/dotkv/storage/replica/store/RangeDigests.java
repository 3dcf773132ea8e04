package io.dotkv.storage.replica.store;

import com.google.common.hash.HashFunction;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.Row;
import io.dotkv.storage.Digests;
import io.dotkv.storage.Requests;
import io.dotkv.storage.engine.View;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Makes the digests of a partition's ranges from a snapshot: one walk over its rows, bounded in rows, bytes and answer.
 *
 * <p>The hash of a row is one of its key and of the leaves with dots in the common set, in order; that of a range is
 * one of the hashes of its rows that have such leaves. So a row that was written after the common set was taken counts
 * for nothing.
 *
 * <p>murmur3 with 128 bits: rot is no adversary. One thread.
 */
public final class RangeDigests {
    private static final HashFunction HASH = Hashing.murmur3_128();
    private static final int MOST_ROWS = 16_000;
    private static final long MOST_BYTES = 4 << 20;
    private static final int MOST_RANGES = 4_000;
    private static final int MOST_END_BYTES = 512 << 10;

    private final Requests.Digest request;
    private final Consumer<Key> onDamage;
    private final List<Digests.Range> ranges = new ArrayList<>();
    private int nextEnd;
    private Hasher hasher = HASH.newHasher();
    private int rangeRows;
    private int damaged;
    private int unsettled;
    private int rows;
    private long bytes;
    private long endBytes;

    private RangeDigests(Requests.Digest request, Consumer<Key> onDamage) {
        this.request = request;
        this.onDamage = onDamage;
    }

    /**
     * The digests that are asked for.
     *
     * @param view the snapshot
     * @param clock the clock that belongs to it
     * @param onDamage is told of the keys whose rows are damaged
     */
    public static Digests of(View view, DotSet clock, Requests.Digest request, Consumer<Key> onDamage) {
        RangeDigests walk = new RangeDigests(request, onDamage);
        try (RowCursor cursor =
                new RowCursor(new PartitionStore(request.partition()).rows(view, request.after(), Bytes.EMPTY))) {
            walk.walk(cursor);
        }
        return new Digests(clock, walk.bytes, walk.ranges);
    }

    private void walk(RowCursor cursor) {
        boolean more = cursor.next();
        while (more && !isDone()) {
            Key key = cursor.key();
            if (closesBefore(key)) {
                continue;
            }
            take(key, cursor);
            if (rangeRows >= request.rowsPerRange() || isFull() || key.bytes().equals(wantedEnd())) {
                close(key.bytes());
                if (isFull()) {
                    return;
                }
            }
            more = cursor.next();
        }
        if (!isDone()) {
            closeTheRest();
        }
    }

    /** Whether a range that was asked for ends before this key; then it is closed. */
    private boolean closesBefore(Key key) {
        Bytes end = wantedEnd();
        if (end.isEmpty() || key.bytes().compareTo(end) <= 0) {
            return false;
        }
        close(end);
        return true;
    }

    private void closeTheRest() {
        if (request.ends().isEmpty()) {
            close(Bytes.EMPTY);
        }
        while (nextEnd < request.ends().size()) {
            close(wantedEnd());
        }
    }

    /**
     * The end of the range that was asked for and is not behind yet; empty when none was asked for, or that of the
     * partition.
     */
    private Bytes wantedEnd() {
        return nextEnd < request.ends().size() ? request.ends().get(nextEnd) : Bytes.EMPTY;
    }

    /** Whether all ranges that were asked for are behind. */
    private boolean isDone() {
        return !request.ends().isEmpty() && nextEnd == request.ends().size();
    }

    private boolean isFull() {
        return rows >= MOST_ROWS || bytes >= MOST_BYTES || ranges.size() >= MOST_RANGES || endBytes >= MOST_END_BYTES;
    }

    private void take(Key key, RowCursor cursor) {
        rows++;
        rangeRows++;
        try {
            Row row = cursor.row();
            if (row.context().isEmpty()) {
                hash(key, row);
            } else {
                unsettled++;
            }
        } catch (DamagedRowException e) {
            damaged++;
            onDamage.accept(key);
        }
        bytes += cursor.rowBytes();
    }

    private void hash(Key key, Row row) {
        Hasher ofRow = HASH.newHasher();
        boolean counts = false;
        for (Leaf leaf : row.leaves()) {
            if (request.common().contains(leaf.dot())) {
                counts = true;
                ofRow.putInt(leaf.dot().actor().node())
                        .putInt(leaf.dot().actor().boot())
                        .putLong(leaf.dot().counter())
                        .putBytes(hashOf(leaf));
            }
        }
        if (counts) {
            hasher.putInt(key.bytes().length())
                    .putBytes(key.bytes().array())
                    .putBytes(ofRow.hash().asBytes());
        }
    }

    private static byte[] hashOf(Leaf leaf) {
        return HASH.newHasher()
                .putInt(leaf.path().length())
                .putBytes(leaf.path().array())
                .putLong(leaf.time().packed())
                .putBytes(leaf.payload().array())
                .hash()
                .asBytes();
    }

    private void close(Bytes end) {
        ranges.add(new Digests.Range(
                end, rangeRows, damaged, unsettled, Bytes.wrap(hasher.hash().asBytes())));
        endBytes += end.length();
        if (nextEnd < request.ends().size() && end.equals(request.ends().get(nextEnd))) {
            nextEnd++;
        }
        hasher = HASH.newHasher();
        rangeRows = 0;
        damaged = 0;
        unsettled = 0;
    }
}
