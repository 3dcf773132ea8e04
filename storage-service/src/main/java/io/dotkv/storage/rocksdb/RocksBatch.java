package io.dotkv.storage.rocksdb;

import io.dotkv.kernel.encoding.ByteWriter;
import io.dotkv.storage.engine.Engine;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * A batch, written here in the form in which RocksDB keeps batches in memory and in its log, so that it crosses into
 * native code once as a whole and not once for each entry.
 *
 * <pre>
 * 8 bytes sequence number, set by RocksDB; 4 bytes number of entries, lowest first; then each entry:
 * byte kind (0 deletion, 1 value, 15 deletion of a range), the key, and the value or the end of the range;
 * each of them as varint length and bytes
 * </pre>
 *
 * <p>Source: the comment at the head of RocksDB's <i>db/write_batch.cc</i>. The form is the one of the log on disk,
 * which every later RocksDB has to read.
 */
final class RocksBatch implements Engine.Batch {
    private static final int HEADER = 12;
    private static final int COUNT_AT = 8;
    private static final byte DELETION = 0;
    private static final byte VALUE = 1;
    private static final byte RANGE_DELETION = 15;

    private final ByteWriter entries = new ByteWriter(4096);
    private int count;

    RocksBatch() {
        entries.writeRaw(new byte[HEADER]);
    }

    /** The batch as RocksDB takes it; close it. */
    WriteBatch toNative() throws RocksDBException {
        byte[] bytes = entries.toByteArray();
        for (int index = 0; index < Integer.BYTES; index++) {
            bytes[COUNT_AT + index] = (byte) (count >>> (Byte.SIZE * index));
        }
        return new WriteBatch(bytes);
    }

    @Override
    public void put(byte[] key, byte[] value) {
        add(VALUE, key);
        addBytes(value);
    }

    @Override
    public void delete(byte[] key) {
        add(DELETION, key);
    }

    @Override
    public void deleteRange(byte[] from, byte[] to) {
        add(RANGE_DELETION, from);
        addBytes(to);
    }

    private void add(byte kind, byte[] key) {
        count++;
        entries.writeByte(kind);
        addBytes(key);
    }

    private void addBytes(byte[] bytes) {
        entries.writeVarint(bytes.length);
        entries.writeRaw(bytes);
    }

    @Override
    public boolean isEmpty() {
        return count == 0;
    }

    @Override
    public void close() {
        // Nothing native is held between calls.
    }
}
