package io.dotkv.kernel;

/**
 * The name under which values are stored: 1 to 4,096 bytes, in byte order.
 *
 * @param bytes the bytes of the key; for a textual key, its UTF-8 form
 */
public record Key(Bytes bytes) implements Comparable<Key> {
    /** The most bytes a key may have. */
    public static final int MAX_BYTES = 4096;

    public Key {
        if (bytes.isEmpty() || bytes.length() > MAX_BYTES) {
            throw new IllegalArgumentException("a key has 1 to " + MAX_BYTES + " bytes, not " + bytes.length());
        }
    }

    /** The key whose UTF-8 form is the text. */
    public static Key of(String text) {
        return new Key(Bytes.utf8(text));
    }

    @Override
    public int compareTo(Key other) {
        return bytes.compareTo(other.bytes);
    }

    @Override
    public String toString() {
        return bytes.toString();
    }
}
