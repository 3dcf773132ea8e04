package io.dotkv.launcher.transfer;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;

/**
 * The lines of an input that may come from another program. What its first bytes tell is done before anything is taken
 * for an entry: a byte order mark of UTF-8 is left out, what gzip has packed is unpacked, and other packed files and
 * UTF-16 are refused.
 */
public final class TextInput {
    private static final int BUFFER_BYTES = 1 << 16;
    private static final int LONGEST_MARK = 8;

    private TextInput() {}

    /** What the first bytes of an input tell. */
    private enum Beginning {
        TEXT,
        UTF_8_MARK,
        UTF_16,
        GZIP,
        BZIP2,
        XZ,
        ZSTD,
        ZIP;

        static Beginning of(byte[] head) {
            if (begins(head, 0xEF, 0xBB, 0xBF)) {
                return UTF_8_MARK;
            }
            if (begins(head, 0xFF, 0xFE) || begins(head, 0xFE, 0xFF) || isUnmarkedUtf16(head)) {
                return UTF_16;
            }
            if (begins(head, 0x1F, 0x8B, 0x08)) {
                return GZIP;
            }
            if (begins(head, 'B', 'Z', 'h') && head.length > 4 && head[4] == 0x31) {
                return BZIP2;
            }
            if (begins(head, 0xFD, '7', 'z', 'X', 'Z', 0)) {
                return XZ;
            }
            if (begins(head, 0x28, 0xB5, 0x2F, 0xFD)) {
                return ZSTD;
            }
            return begins(head, 'P', 'K', 3, 4) ? ZIP : TEXT;
        }

        private static boolean begins(byte[] head, int... mark) {
            for (int index = 0; index < mark.length; index++) {
                if (index >= head.length || (head[index] & 0xFF) != mark[index]) {
                    return false;
                }
            }
            return true;
        }

        /** Four characters of ASCII, each with a zero byte on the same side. */
        private static boolean isUnmarkedUtf16(byte[] head) {
            if (head.length < LONGEST_MARK) {
                return false;
            }
            int zeroAt = head[0] == 0 ? 0 : 1;
            for (int index = 0; index < LONGEST_MARK; index++) {
                boolean zero = head[index] == 0;
                if (zero != (index % 2 == zeroAt) || head[index] < 0) {
                    return false;
                }
            }
            return true;
        }
    }

    /** Whether bytes at the beginning of an input would be taken for what they are: the beginning of its first line. */
    static boolean isPlain(byte[] head) {
        return Beginning.of(head) == Beginning.TEXT;
    }

    /**
     * The input as lines.
     *
     * @return a stream that supports marks
     * @throws ForeignInput when it holds no lines
     */
    public static BufferedInputStream of(InputStream raw) throws IOException, ForeignInput {
        BufferedInputStream in = new BufferedInputStream(raw, BUFFER_BYTES);
        in.mark(LONGEST_MARK);
        byte[] head = in.readNBytes(LONGEST_MARK);
        in.reset();
        return switch (Beginning.of(head)) {
            case TEXT -> in;
            case UTF_8_MARK -> {
                in.skipNBytes(3);
                yield of(in);
            }
            case GZIP -> of(new GZIPInputStream(new AnyMembers(in), BUFFER_BYTES));
            case UTF_16 ->
                throw new ForeignInput("the input is UTF-16, not UTF-8. Convert it: iconv -f UTF-16 -t UTF-8 FILE");
            case BZIP2 -> throw packed("bzip2", "bzip2 -dc");
            case XZ -> throw packed("xz", "xz -dc");
            case ZSTD -> throw packed("zstd", "zstd -dc");
            case ZIP -> throw packed("zip", "unzip -p");
        };
    }

    private static ForeignInput packed(String program, String unpack) {
        return new ForeignInput(
                "the input is compressed with " + program + ". Unpack it: " + unpack + " FILE | dotkv load -");
    }

    /**
     * A file of gzip may have several members. {@link GZIPInputStream} looks for a further one only when bytes are said
     * to be available, which a pipe does not say before they have come; the rest would be lost without a word.
     */
    private static final class AnyMembers extends FilterInputStream {
        AnyMembers(BufferedInputStream in) {
            super(in);
        }

        @Override
        public int available() throws IOException {
            in.mark(1);
            int next = in.read();
            in.reset();
            return next < 0 ? 0 : 1;
        }
    }

    /** The first line, or its beginning, without its line feed; the stream is left where it was. */
    static byte[] firstLine(BufferedInputStream in) throws IOException {
        in.mark(BUFFER_BYTES);
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next >= 0 && next != '\n' && line.size() < BUFFER_BYTES - 1; next = in.read()) {
            line.write(next);
        }
        in.reset();
        return line.toByteArray();
    }
}
