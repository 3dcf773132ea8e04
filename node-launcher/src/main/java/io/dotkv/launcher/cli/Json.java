package io.dotkv.launcher.cli;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.util.JsonFormat;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** JSON for standard output. */
public final class Json {
    private Json() {}

    /** A message, as grpcurl shows it. */
    static String of(MessageOrBuilder message) {
        try {
            return JsonFormat.printer().print(message);
        } catch (InvalidProtocolBufferException impossible) {
            throw new IllegalStateException("a message without Any is always JSON", impossible);
        }
    }

    /** A message on one line. */
    static String lineOf(MessageOrBuilder message) {
        try {
            return JsonFormat.printer().omittingInsignificantWhitespace().print(message);
        } catch (InvalidProtocolBufferException impossible) {
            throw new IllegalStateException("a message without Any is always JSON", impossible);
        }
    }

    /** Maps, collections, numbers, truth values and text, on one line. */
    public static String of(Object value) {
        return switch (value) {
            case Map<?, ?> map ->
                map.entrySet().stream()
                        .map(entry -> quoted(String.valueOf(entry.getKey())) + ":" + of((Object) entry.getValue()))
                        .collect(Collectors.joining(",", "{", "}"));
            case Collection<?> items ->
                items.stream().map(item -> of((Object) item)).collect(Collectors.joining(",", "[", "]"));
            case Number number -> number.toString();
            case Boolean truth -> truth.toString();
            default -> quoted(value.toString());
        };
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int index = 0; index < text.length(); index++) {
            char next = text.charAt(index);
            if (next == '"' || next == '\\') {
                quoted.append('\\').append(next);
            } else if (next < ' ') {
                quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) next));
            } else {
                quoted.append(next);
            }
        }
        return quoted.append('"').toString();
    }
}
