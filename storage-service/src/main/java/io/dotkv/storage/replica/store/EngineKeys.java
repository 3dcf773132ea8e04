package io.dotkv.storage.replica.store;

import io.dotkv.kernel.Actor;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.PartitionId;
import io.dotkv.storage.WriteId;
import io.dotkv.storage.replica.retry.WriteRecord;
import java.util.Arrays;
import java.util.Optional;

/**
 * Where everything of a partition lies in the engine: two bytes of partition, one byte of kind, then what the kind
 * says. One prefix for each partition, so that it can be walked, sent and dropped as a whole; one key space for all
 * kinds, so that one batch changes row, log and clock together.
 *
 * <pre>
 * 1  key                    row, as {@link io.dotkv.kernel.encoding.Encoding} says
 * 2  node, boot, counter    log record: the key that the event was for; with a byte 1 behind the counter, before the key
 *                         the name by which the event was asked for
 * 3                         clock at the last checkpoint
 * 4                         the part of the clock that has left the log
 * 5  key                    mark of a row with a residual context
 * 6                         mark of a replica that may lack acknowledged writes
 * 7                         id of the replica
 * 8  node                   promise about the former boots of a node
 * 9                         generation and epoch of what is remembered of writes
 * 10 generation, name       events of a write, as {@link WriteRecord} says
 * 11 generation, name       key of a write that got the events of several tries
 * 12                        events whose names are to be found out
 * 255 (partition 65,535)    id of the storage
 * </pre>
 */
public final class EngineKeys {
    private static final int HEADER = 3;
    private static final byte ROW = 1;
    private static final byte LOG = 2;
    private static final byte CLOCK = 3;
    private static final byte PRUNED = 4;
    private static final byte RESIDUAL = 5;
    private static final byte CATCHING_UP = 6;
    private static final byte REPLICA = 7;
    private static final byte RETIRED = 8;
    private static final byte GENERATION = 9;
    private static final byte WRITE = 10;
    private static final byte DUPLICATE = 11;
    private static final byte UNNAMED = 12;
    private static final int LOG_BYTES = HEADER + 16;

    private final byte high;
    private final byte low;

    public EngineKeys(PartitionId partition) {
        high = (byte) (partition.number() >>> 8);
        low = (byte) partition.number();
    }

    public byte[] row(Key key) {
        return row(key.bytes());
    }

    /** The place of a key, or of the first key with a prefix. */
    public byte[] row(Bytes key) {
        return with(ROW, key);
    }

    public byte[] rowsEnd() {
        return header(LOG, 0);
    }

    public byte[] log(Dot dot) {
        return log(dot.actor(), dot.counter());
    }

    /** Where the log record of an actor's event is; counter 0 is before the actor's first. */
    public byte[] log(Actor actor, long counter) {
        return log(actor, counter, 0);
    }

    /** Where the log record of an event is that was asked for by a name. */
    public byte[] namedLog(Dot dot) {
        byte[] key = log(dot.actor(), dot.counter(), 1);
        key[LOG_BYTES] = 1;
        return key;
    }

    private byte[] log(Actor actor, long counter, int more) {
        byte[] key = header(LOG, 16 + more);
        putInt(key, HEADER, actor.node());
        putInt(key, HEADER + 4, actor.boot());
        putInt(key, HEADER + 8, (int) (counter >>> 32));
        putInt(key, HEADER + 12, (int) counter);
        return key;
    }

    public byte[] logsStart() {
        return header(LOG, 0);
    }

    public byte[] logsEnd() {
        return header(CLOCK, 0);
    }

    public byte[] clock() {
        return header(CLOCK, 0);
    }

    byte[] pruned() {
        return header(PRUNED, 0);
    }

    public byte[] residual(Key key) {
        return residual(key.bytes());
    }

    public byte[] residual(Bytes key) {
        return with(RESIDUAL, key);
    }

    byte[] residualsStart() {
        return header(RESIDUAL, 0);
    }

    byte[] residualsEnd() {
        return header(CATCHING_UP, 0);
    }

    public byte[] catchingUp() {
        return header(CATCHING_UP, 0);
    }

    public byte[] replica() {
        return header(REPLICA, 0);
    }

    byte[] retired(int node) {
        byte[] key = header(RETIRED, 4);
        putInt(key, HEADER, node);
        return key;
    }

    byte[] retiredStart() {
        return header(RETIRED, 0);
    }

    byte[] retiredEnd() {
        return header((byte) (RETIRED + 1), 0);
    }

    public byte[] generation() {
        return header(GENERATION, 0);
    }

    public static byte[] encodeGeneration(int generation, int epoch) {
        byte[] encoded = new byte[8];
        putInt(encoded, 0, generation);
        putInt(encoded, 4, epoch);
        return encoded;
    }

    public static int epochOf(byte[] encoded) {
        return getInt(encoded, 4);
    }

    public static int generationOf(byte[] encoded) {
        return getInt(encoded, 0);
    }

    /** Where the writes of a generation begin. */
    public byte[] write(int generation) {
        byte[] key = header(WRITE, 4);
        putInt(key, HEADER, generation);
        return key;
    }

    public byte[] write(int generation, WriteId name) {
        return named(WRITE, generation, name);
    }

    /** Where the writes with several tries that were found in a generation begin. */
    public byte[] duplicates(int generation) {
        byte[] key = header(DUPLICATE, 4);
        putInt(key, HEADER, generation);
        return key;
    }

    public byte[] duplicate(int generation, WriteId name) {
        return named(DUPLICATE, generation, name);
    }

    public byte[] duplicatesEnd() {
        return header((byte) (DUPLICATE + 1), 0);
    }

    public byte[] unnamed() {
        return header(UNNAMED, 0);
    }

    private byte[] named(byte kind, int generation, WriteId name) {
        byte[] key = header(kind, 4 + WriteId.BYTES);
        putInt(key, HEADER, generation);
        System.arraycopy(name.encode(), 0, key, HEADER + 4, WriteId.BYTES);
        return key;
    }

    /** The generation of a write with several tries. */
    public static int generationOfDuplicate(byte[] engineKey) {
        return getInt(engineKey, HEADER);
    }

    /** The name of a write, with one try or several. */
    public static WriteId idOfWrite(byte[] engineKey) {
        return WriteId.decode(Arrays.copyOfRange(engineKey, HEADER + 4, engineKey.length));
    }

    /** Where the partition begins. */
    public byte[] start() {
        return header((byte) 0, 0);
    }

    /** Behind everything of the partition. */
    public byte[] end() {
        return header((byte) 0xff, 0);
    }

    /** The event of a log record. */
    public static Dot dotOf(byte[] logKey) {
        long counter = ((long) getInt(logKey, HEADER + 8) << 32) | Integer.toUnsignedLong(getInt(logKey, HEADER + 12));
        return new Dot(new Actor(getInt(logKey, HEADER), getInt(logKey, HEADER + 4)), counter);
    }

    private static boolean isNamed(byte[] logKey) {
        return logKey.length > LOG_BYTES;
    }

    /** By which name the event of a log record was asked for, if by any. */
    static Optional<WriteId> nameOf(byte[] logKey, byte[] logValue) {
        return isNamed(logKey) ? Optional.of(WriteId.decode(logValue)) : Optional.empty();
    }

    /** For which key the event of a log record was. */
    public static Key keyOf(byte[] logKey, byte[] logValue) {
        return new Key(
                Bytes.wrap(isNamed(logKey) ? Arrays.copyOfRange(logValue, WriteId.BYTES, logValue.length) : logValue));
    }

    /** The key of a row or of a residual mark. */
    public static Key keyOf(byte[] engineKey) {
        return new Key(Bytes.wrap(Arrays.copyOfRange(engineKey, HEADER, engineKey.length)));
    }

    private byte[] with(byte kind, Bytes key) {
        byte[] engineKey = header(kind, key.length());
        System.arraycopy(key.array(), 0, engineKey, HEADER, key.length());
        return engineKey;
    }

    private byte[] header(byte kind, int more) {
        byte[] key = new byte[HEADER + more];
        key[0] = high;
        key[1] = low;
        key[2] = kind;
        return key;
    }

    private static void putInt(byte[] key, int at, int value) {
        key[at] = (byte) (value >>> 24);
        key[at + 1] = (byte) (value >>> 16);
        key[at + 2] = (byte) (value >>> 8);
        key[at + 3] = (byte) value;
    }

    private static int getInt(byte[] key, int at) {
        return (key[at] & 0xff) << 24 | (key[at + 1] & 0xff) << 16 | (key[at + 2] & 0xff) << 8 | (key[at + 3] & 0xff);
    }
}
