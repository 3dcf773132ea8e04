package io.dotkv.kernel.encoding;

import io.dotkv.kernel.Bytes;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** Writes the compact binary form of kernel values into a growing array. One thread at a time. */
public final class ByteWriter {
    private byte[] array;
    private int length;

    public ByteWriter(int expectedBytes) {
        array = new byte[Math.max(16, expectedBytes)];
    }

    public void writeByte(int value) {
        ensure(1);
        array[length++] = (byte) value;
    }

    /** An unsigned number in 1 to 10 bytes, 7 bits to a byte, lowest first. */
    public void writeVarint(long value) {
        ensure(10);
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            array[length++] = (byte) ((rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        array[length++] = (byte) rest;
    }

    /** 8 bytes, highest first. */
    public void writeLong(long value) {
        ensure(8);
        for (int shift = 56; shift >= 0; shift -= 8) {
            array[length++] = (byte) (value >>> shift);
        }
    }

    /** 4 bytes, highest first. */
    public void writeInt(int value) {
        ensure(4);
        for (int shift = 24; shift >= 0; shift -= 8) {
            array[length++] = (byte) (value >>> shift);
        }
    }

    /** The bytes alone; the reader must know how many. */
    public void writeRaw(byte[] bytes) {
        ensure(bytes.length);
        System.arraycopy(bytes, 0, array, length, bytes.length);
        length += bytes.length;
    }

    /** The number of bytes, then the bytes. */
    public void writeBytes(Bytes bytes) {
        writeVarint(bytes.length());
        writeRaw(bytes.array());
    }

    /** The CRC-32C of everything written so far. */
    public void writeChecksum() {
        CRC32C checksum = new CRC32C();
        checksum.update(array, 0, length);
        writeInt((int) checksum.getValue());
    }

    public byte[] toByteArray() {
        return Arrays.copyOf(array, length);
    }

    private void ensure(int more) {
        if (array.length - length < more) {
            array = Arrays.copyOf(array, Math.max(array.length * 2, length + more));
        }
    }
}
