package io.dotkv.launcher.cli.format;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import io.dotkv.proto.replication.v1.Entry;
import io.dotkv.proto.replication.v1.Value;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/**
 * Stored bytes and words of the command line as people see them: every command shows them through here. What a terminal
 * would obey is caught once more where it is written, by {@link io.dotkv.launcher.output.EscapedOutput}, whoever wrote
 * it.
 */
public final class DisplayText {
    private DisplayText() {}

    public static ByteString bytes(Value value) {
        return switch (value.getValueFormCase()) {
            case VALUE -> value.getValueBytes();
            case RAW_VALUE -> value.getRawValue();
            case VALUEFORM_NOT_SET -> ByteString.EMPTY;
        };
    }

    public static ByteString keyBytes(Entry entry) {
        return switch (entry.getKeyFormCase()) {
            case KEY -> entry.getKeyBytes();
            case RAW_KEY -> entry.getRawKey();
            case KEYFORM_NOT_SET -> ByteString.EMPTY;
        };
    }

    /** Clean UTF-8 without control characters as it is; otherwise base64, named as such. */
    public static String text(ByteString bytes) {
        if (bytes.isValidUtf8()) {
            String text = bytes.toStringUtf8();
            if (text.codePoints().noneMatch(point -> Character.isISOControl(point) && point != '\n' && point != '\t')) {
                return text;
            }
        }
        return "base64:" + java.util.Base64.getEncoder().encodeToString(bytes.toByteArray());
    }

    /** The same, at most so many characters of it; what is cut off is counted. */
    public static String text(ByteString bytes, int room) {
        String text = text(bytes);
        if (text.length() <= room) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(room - 1)) ? room - 1 : room;
        return text.substring(0, end) + String.format(Locale.ROOT, "… (%,d bytes; --full shows all)", bytes.size());
    }

    /** The same on one line: line feeds and tabs are written as {@code \n} and {@code \t}. */
    public static String line(ByteString bytes) {
        return line(text(bytes));
    }

    /** Text on one line. */
    public static String line(String text) {
        return text.replace("\n", "\\n").replace("\t", "\\t");
    }

    public static String time(Timestamp time) {
        return Instant.ofEpochSecond(time.getSeconds(), time.getNanos())
                .truncatedTo(ChronoUnit.MILLIS)
                .toString();
    }

    public static String count(long number, String one, String many) {
        return number == 1 ? "1 " + one : String.format(Locale.ROOT, "%,d %s", number, many);
    }
}
