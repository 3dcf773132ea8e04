package io.dotkv.launcher.bench;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.dotkv.proto.replication.v1.DeleteRequest;
import io.dotkv.proto.replication.v1.Form;
import io.dotkv.proto.replication.v1.GetRequest;
import io.dotkv.proto.replication.v1.PipelineRequest;
import io.dotkv.proto.replication.v1.PutRequest;
import java.util.BitSet;
import java.util.SplittableRandom;

/**
 * Makes the operations of a load. Values are slices of random bytes, so that nothing on the way can compress them; keys
 * look like {@code bench:00001234}. Not thread-safe.
 */
final class Operations {
    private static final int POOL_BYTES = 1 << 20;

    private final BenchSettings settings;
    private final KeyChooser chooser;
    private final SplittableRandom random;
    private final ByteString pool;
    private final BitSet written;

    /** @param written takes the numbers of the keys of all puts */
    Operations(BenchSettings settings, long seed, BitSet written) {
        this.written = written;
        this.settings = settings;
        this.chooser = settings.spread().among(settings.keyCount());
        this.random = new SplittableRandom(seed);
        byte[] bytes = new byte[POOL_BYTES + settings.valueBytes()];
        random.nextBytes(bytes);
        this.pool = UnsafeByteOperations.unsafeWrap(bytes);
    }

    /** The next operation of the workload. */
    PipelineRequest.Builder next() {
        int key = chooser.next(random);
        return random.nextInt(100) < settings.workload().readPercent() ? get(key) : put(key);
    }

    /** A blind put of the key with this number. */
    PipelineRequest.Builder put(int key) {
        int offset = random.nextInt(POOL_BYTES);
        written.set(key);
        return PipelineRequest.newBuilder()
                .setPut(PutRequest.newBuilder()
                        .setRawKey(key(key))
                        .setRawValue(pool.substring(offset, offset + settings.valueBytes()))
                        .setConsistency(settings.consistency()));
    }

    /** A deletion of the key with this number. */
    PipelineRequest.Builder delete(int key) {
        return PipelineRequest.newBuilder()
                .setDelete(DeleteRequest.newBuilder().setRawKey(key(key)).setConsistency(settings.consistency()));
    }

    private PipelineRequest.Builder get(int key) {
        return PipelineRequest.newBuilder()
                .setGet(GetRequest.newBuilder()
                        .setRawKey(key(key))
                        .setForm(Form.RAW)
                        .setConsistency(settings.consistency()));
    }

    /** The key with this number. */
    static ByteString key(int number) {
        byte[] key = {'b', 'e', 'n', 'c', 'h', ':', '0', '0', '0', '0', '0', '0', '0', '0', '0', '0'};
        int rest = number;
        for (int index = key.length - 1; rest > 0; index--) {
            key[index] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        return UnsafeByteOperations.unsafeWrap(key);
    }
}
