package io.dotkv.launcher.transfer;

import com.google.protobuf.ByteString;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** How an entry is written on one line. A line ends with a line feed, or with a carriage return and a line feed. */
public enum Format {
    /**
     * JSON: {@code {"key": …, "value": …}} for a key with one plain value and nothing else, {@code {"key": …,
     * "content": …}} for every other, with the content that {@code Read} answers. Bytes that are not text are in
     * base64, in {@code rawKey} and {@code rawValue}. Holds every entry.
     */
    JSONL {
        @Override
        public DumpEntry read(ByteString line) throws BadLine {
            return checked(JsonEntry.read(text(line)));
        }

        @Override
        public ByteString write(DumpEntry entry) {
            return ByteString.copyFromUtf8(JsonEntry.write(entry));
        }
    },

    /**
     * Key, tab, value: the bytes as they are, without any escaping. The first tab ends the key. Holds a plain value,
     * whose key has no tab, in which nothing has a line feed, and which does not end with a carriage return.
     */
    TSV {
        @Override
        public DumpEntry read(ByteString line) throws BadLine {
            int tab = indexOf(line, '\t');
            if (tab < 0) {
                throw new BadLine("it has no tab between a key and a value"
                        + (line.startsWith(BRACE) ? "; if this is JSON Lines, load it with --format jsonl" : ""));
            }
            int end = line.endsWith(RETURN) ? line.size() - 1 : line.size();
            return checked(DumpEntry.plain(line.substring(0, tab), List.of(line.substring(tab + 1, end))));
        }

        @Override
        public ByteString write(DumpEntry entry) throws BadLine {
            ByteString key = entry.key();
            ByteString value =
                    entry.onlyValue().orElseThrow(() -> new BadLine("only one plain value can be written; use jsonl"));
            if (indexOf(key, '\t') >= 0 || indexOf(key, '\n') >= 0 || indexOf(value, '\n') >= 0) {
                throw new BadLine("a tab in the key or a line break cannot be written as key, tab, value; use jsonl");
            }
            if (value.endsWith(RETURN)) {
                throw new BadLine("a carriage return at the end would be read as part of the line break; use jsonl");
            }
            ByteString line = key.concat(TAB).concat(value);
            if (!TextInput.isPlain(
                    line.substring(0, Math.min(HEAD, line.size())).toByteArray())) {
                throw new BadLine("at the beginning of a file it would not be read as text; use jsonl");
            }
            return line;
        }
    };

    private static final ByteString TAB = ByteString.copyFromUtf8("\t");
    private static final ByteString RETURN = ByteString.copyFromUtf8("\r");
    private static final ByteString BRACE = ByteString.copyFromUtf8("{");
    private static final int HEAD = 16;
    private static final int MAX_KEY_BYTES = 4096;

    /**
     * The format of an input: by the end of its name, or else by its first line. One that begins with a brace and has
     * no tab cannot be key, tab, value.
     */
    public static Format of(Path file, BufferedInputStream in) throws IOException {
        String name = file.toString().toLowerCase(Locale.ROOT).replaceFirst("\\.gz$", "");
        if (name.endsWith(".jsonl") || name.endsWith(".ndjson") || name.endsWith(".json")) {
            return JSONL;
        }
        if (name.endsWith(".tsv")) {
            return TSV;
        }
        ByteString line = ByteString.copyFrom(TextInput.firstLine(in));
        return line.startsWith(BRACE) && (indexOf(line, '\t') < 0 || JSONL.canRead(line)) ? JSONL : TSV;
    }

    private boolean canRead(ByteString line) {
        try {
            return !read(line).key().isEmpty();
        } catch (BadLine bad) {
            return false;
        }
    }

    /** The entry on a line, given without its line feed. */
    public abstract DumpEntry read(ByteString line) throws BadLine;

    /** The line of an entry, without a line feed. */
    public abstract ByteString write(DumpEntry entry) throws BadLine;

    private static DumpEntry checked(DumpEntry entry) throws BadLine {
        if (entry.key().isEmpty()) {
            throw new BadLine("its key is empty");
        }
        if (entry.key().size() > MAX_KEY_BYTES) {
            throw new BadLine("its key has " + entry.key().size() + " bytes; " + MAX_KEY_BYTES + " is the most");
        }
        return entry;
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
