package io.dotkv.launcher.transfer;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.dotkv.proto.replication.v1.PutRequest;
import java.nio.file.Path;
import java.util.Locale;

/** How a key and a value are written on one line. Lines end with a line feed; a carriage return before it belongs to the value. */
public enum Format {
    /**
     * Key, tab, value: the bytes as they are, without any escaping. The first tab ends the key. Holds every pair whose key
     * has no tab and in which nothing has a line feed.
     */
    TSV {
        @Override
        public Pair read(ByteString line) throws BadLine {
            int tab = indexOf(line, '\t');
            if (tab < 0) {
                throw new BadLine("it has no tab between a key and a value"
                        + (line.startsWith(BRACE) ? "; if this is JSON Lines, load it with --format jsonl" : ""));
            }
            return checked(new Pair(line.substring(0, tab), line.substring(tab + 1)));
        }

        @Override
        public ByteString write(Pair pair) throws BadLine {
            if (indexOf(pair.key(), '\t') >= 0 || indexOf(pair.key(), '\n') >= 0 || indexOf(pair.value(), '\n') >= 0) {
                throw new BadLine("a tab in the key or a line break cannot be written as key, tab, value; use jsonl");
            }
            return pair.key().concat(TAB).concat(pair.value());
        }
    },

    /**
     * JSON: {@code {"key": …, "value": …}}, with {@code rawKey} and {@code rawValue} in base64 for what is not text. Holds
     * every pair.
     */
    JSONL {
        @Override
        public Pair read(ByteString line) throws BadLine {
            return checked(JsonEntry.read(text(line)));
        }

        @Override
        public ByteString write(Pair pair) {
            PutRequest.Builder put = PutRequest.newBuilder();
            if (pair.key().isValidUtf8()) {
                put.setKeyBytes(pair.key());
            } else {
                put.setRawKey(pair.key());
            }
            if (pair.value().isValidUtf8()) {
                put.setValueBytes(pair.value());
            } else {
                put.setRawValue(pair.value());
            }
            try {
                return ByteString.copyFromUtf8(
                        JsonFormat.printer().omittingInsignificantWhitespace().print(put));
            } catch (InvalidProtocolBufferException impossible) {
                throw new IllegalStateException("a put is always JSON", impossible);
            }
        }
    };

    private static final ByteString TAB = ByteString.copyFromUtf8("\t");
    private static final ByteString BRACE = ByteString.copyFromUtf8("{");
    private static final int MAX_KEY_BYTES = 4096;

    /** The format of a file by the end of its name. */
    public static Format of(Path file) {
        String name = file.toString().toLowerCase(Locale.ROOT);
        return name.endsWith(".jsonl") || name.endsWith(".ndjson") || name.endsWith(".json") ? JSONL : TSV;
    }

    /** The pair on a line, given without its line feed. */
    public abstract Pair read(ByteString line) throws BadLine;

    /** The line of a pair, without a line feed. */
    public abstract ByteString write(Pair pair) throws BadLine;

    private static Pair checked(Pair pair) throws BadLine {
        if (pair.key().isEmpty()) {
            throw new BadLine("its key is empty");
        }
        if (pair.key().size() > MAX_KEY_BYTES) {
            throw new BadLine("its key has " + pair.key().size() + " bytes; " + MAX_KEY_BYTES + " is the most");
        }
        return pair;
    }

    private static int indexOf(ByteString bytes, char wanted) {
        for (int index = 0; index < bytes.size(); index++) {
            if (bytes.byteAt(index) == wanted) {
                return index;
            }
        }
        return -1;
    }

    private static String text(ByteString line) throws BadLine {
        if (!line.isValidUtf8()) {
            throw new BadLine("it is not UTF-8");
        }
        return line.toStringUtf8();
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
