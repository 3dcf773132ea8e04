package io.dotkv.launcher.transfer;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;

/** Cuts a stream of bytes into lines, each at most so long that no input can fill the memory. Not thread-safe. */
final class Lines {
    /** A line: its number from 1, and its bytes without the line feed; a line that is too long is cut, and says so. */
    record Line(long number, ByteString bytes, boolean cut) {}

    private static final int BUFFER_BYTES = 1 << 16;

    private final InputStream in;
    private final int maxBytes;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int position;
    private int limit;
    private long number;
    private long readBytes;

    Lines(InputStream in, int maxBytes) {
        this.in = in;
        this.maxBytes = maxBytes;
    }

    /** The next line; empty after the last. A line feed at the very end begins no further line. */
    Optional<Line> next() throws IOException {
        if (!fill()) {
            return Optional.empty();
        }
        number++;
        byte[] line = new byte[0];
        int length = 0;
        boolean cut = false;
        boolean ended = false;
        while (!ended && fill()) {
            int end = position;
            while (end < limit && buffer[end] != '\n') {
                end++;
            }
            int taken = Math.min(end - position, maxBytes - length);
            cut |= taken < end - position;
            if (length + taken > line.length) {
                line = Arrays.copyOf(line, length == 0 ? taken : Math.min(maxBytes, 2 * (length + taken)));
            }
            System.arraycopy(buffer, position, line, length, taken);
            length += taken;
            ended = end < limit;
            position = ended ? end + 1 : end;
        }
        return Optional.of(new Line(number, ByteString.copyFrom(line, 0, length), cut));
    }

    /** How many bytes were taken from the stream. */
    long readBytes() {
        return readBytes - (limit - position);
    }

    private boolean fill() throws IOException {
        if (position == limit) {
            position = 0;
            limit = Math.max(0, in.read(buffer));
            readBytes += limit;
        }
        return position < limit;
    }
}
