package io.dotkv.launcher.output;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Lets UTF-8 through and writes as <code>&#92;u001b</code> what a terminal would obey instead of showing: control
 * characters except the line feed and the tab, and the characters that change the direction of text. What is written
 * here is text, whoever made it: a key, a value, a sentence of a node. In JSON the escape stands for the same
 * character.
 *
 * <p>Threading: one thread at a time, as under a {@link java.io.PrintStream}.
 */
public final class EscapedOutput extends FilterOutputStream {
    private static final int[] NOTHING = {};

    /** The first bytes of a character that may have to be escaped. */
    private int[] begun = NOTHING;

    /** An output into this stream. */
    public EscapedOutput(OutputStream into) {
        super(into);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int plain = offset;
        for (int at = offset; at < offset + length; at++) {
            if (begun.length == 0 && isPlain(bytes[at] & 0xFF)) {
                continue;
            }
            out.write(bytes, plain, at - plain);
            write(bytes[at]);
            plain = at + 1;
        }
        out.write(bytes, plain, offset + length - plain);
    }

    @Override
    public void write(int value) throws IOException {
        int next = value & 0xFF;
        if (begun.length == 1 && begun[0] == 0xE2 && (next == 0x80 || next == 0x81)) {
            begun = new int[] {0xE2, next};
            return;
        }
        int point = pointEndingWith(next);
        if (point >= 0) {
            begun = NOTHING;
            escape(point);
            return;
        }
        release();
        if (next == 0xC2 || next == 0xE2) {
            begun = new int[] {next};
        } else if (isPlain(next)) {
            out.write(next);
        } else {
            escape(next);
        }
    }

    /** Neither a control character nor the first byte of a character that may have to be escaped. */
    private static boolean isPlain(int next) {
        return (next >= ' ' || next == '\n' || next == '\t') && next != 0x7F && next != 0xC2 && next != 0xE2;
    }

    /** The character to escape that ends with this byte, or -1. */
    private int pointEndingWith(int next) {
        if (begun.length == 1 && begun[0] == 0xC2 && next >= 0x80 && next <= 0x9F) {
            return next;
        }
        if (begun.length == 2) {
            int point = 0x2000 | (begun[1] & 0x3F) << 6 | (next & 0x3F);
            boolean turns = (point >= 0x202A && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069);
            return turns && next >= 0x80 && next <= 0xBF ? point : -1;
        }
        return -1;
    }

    private void release() throws IOException {
        for (int each : begun) {
            out.write(each);
        }
        begun = NOTHING;
    }

    private void escape(int point) throws IOException {
        out.write(String.format(Locale.ROOT, "\\u%04x", point).getBytes(StandardCharsets.US_ASCII));
    }
}
