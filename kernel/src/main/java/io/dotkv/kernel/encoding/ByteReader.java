package io.dotkv.kernel.encoding;

import io.dotkv.kernel.Bytes;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** Reads what {@link ByteWriter} wrote; refuses anything else without reading past the end. One thread at a time. */
public final class ByteReader {
    private final byte[] array;
    private final int end;
    private int position;

    public ByteReader(byte[] array) {
        this(array, array.length);
    }

    private ByteReader(byte[] array, int end) {
        this.array = array;
        this.end = end;
    }

    /** A reader of everything before the checksum at the end of the array, which is verified. */
    public static ByteReader checked(byte[] array) throws MalformedException {
        if (array.length < 4) {
            throw new MalformedException("too short for a checksum: " + array.length + " bytes");
        }
        int end = array.length - 4;
        CRC32C checksum = new CRC32C();
        checksum.update(array, 0, end);
        ByteReader trailer = new ByteReader(array);
        trailer.position = end;
        if (trailer.readInt() != (int) checksum.getValue()) {
            throw new MalformedException("the checksum does not match");
        }
        return new ByteReader(array, end);
    }

    public int remaining() {
        return end - position;
    }

    public int readByte() throws MalformedException {
        need(1);
        return array[position++] & 0xff;
    }

    public long readVarint() throws MalformedException {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int next = readByte();
            value |= (long) (next & 0x7f) << shift;
            if (next < 0x80) {
                if (shift == 63 && next > 1) {
                    break;
                }
                return value;
            }
        }
        throw new MalformedException("a number has too many bytes");
    }

    /** A varint from 0 to the limit. */
    public int readSize(int limit) throws MalformedException {
        long size = readVarint();
        if (size < 0 || size > limit) {
            throw new MalformedException("a size of " + Long.toUnsignedString(size) + " is over the limit of " + limit);
        }
        return (int) size;
    }

    public long readLong() throws MalformedException {
        need(8);
        long value = 0;
        for (int index = 0; index < 8; index++) {
            value = (value << 8) | (array[position++] & 0xff);
        }
        return value;
    }

    public int readInt() throws MalformedException {
        need(4);
        int value = 0;
        for (int index = 0; index < 4; index++) {
            value = (value << 8) | (array[position++] & 0xff);
        }
        return value;
    }

    public byte[] readRaw(int length) throws MalformedException {
        need(length);
        position += length;
        return Arrays.copyOfRange(array, position - length, position);
    }

    public Bytes readBytes() throws MalformedException {
        return Bytes.wrap(readRaw(readSize(remaining())));
    }

    public void expectEnd() throws MalformedException {
        if (position != end) {
            throw new MalformedException(remaining() + " bytes too many");
        }
    }

    private void need(int bytes) throws MalformedException {
        if (bytes > remaining()) {
            throw new MalformedException("cut short: " + bytes + " bytes wanted, " + remaining() + " left");
        }
    }
}
