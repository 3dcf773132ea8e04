package io.dotkv.replication.route;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Key;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** How a key is shown to people in messages: quoted text when it is text, else hexadecimal; cut when it is long. */
public final class KeyText {
    private static final int SHOWN = 64;

    private KeyText() {}

    public static String of(Key key) {
        return of(key.bytes());
    }

    public static String of(Bytes bytes) {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.array()))
                    .toString();
        } catch (CharacterCodingException notText) {
            return "0x" + bytes;
        }
        if (text.codePoints().anyMatch(KeyText::unprintable)) {
            return "0x" + bytes;
        }
        int end = text.length() <= SHOWN ? text.length() : text.offsetByCodePoints(0, text.codePointCount(0, SHOWN));
        return '"' + text.substring(0, end) + (end < text.length() ? "…" : "") + '"';
    }

    private static boolean unprintable(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> true;
            default -> codePoint == '"' || codePoint == '\\';
        };
    }
}
