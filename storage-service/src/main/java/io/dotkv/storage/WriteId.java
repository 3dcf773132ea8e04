package io.dotkv.storage;

import com.google.common.hash.HashFunction;
import com.google.common.hash.Hashing;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Key;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What a write is recognised by when it is tried again: a hash of 128 bits of its request id and key, so that long ids
 * cost no more than short ones. The same id for another key is another write.
 */
public record WriteId(long firstHalf, long secondHalf) {
    /** How many bytes its encoding has. */
    public static final int BYTES = 16;

    private static final HashFunction HASH = Hashing.murmur3_128();

    /** The name of a request for a key, or null when the request has no id: it is then never a retry. */
    public static @Nullable WriteId of(String requestId, Key key) {
        if (requestId.isEmpty()) {
            return null;
        }
        return decode(HASH.newHasher()
                .putInt(requestId.length())
                .putUnencodedChars(requestId)
                .putBytes(key.bytes().array())
                .hash()
                .asBytes());
    }

    /** A name that no request has: of the last reset of a counter. */
    public static WriteId ofReset(Key key, Bytes path) {
        return decode(HASH.newHasher()
                .putInt(-1)
                .putInt(path.length())
                .putBytes(path.array())
                .putBytes(key.bytes().array())
                .hash()
                .asBytes());
    }

    /** Of so many bytes at least. */
    public static WriteId decode(byte[] encoded) {
        ByteBuffer halves = ByteBuffer.wrap(encoded);
        return new WriteId(halves.getLong(), halves.getLong());
    }

    public byte[] encode() {
        return ByteBuffer.allocate(BYTES).putLong(firstHalf).putLong(secondHalf).array();
    }
}
