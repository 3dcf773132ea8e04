package io.dotkv.launcher.transfer;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.dotkv.proto.replication.v1.Content;
import java.io.EOFException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes one entry in JSON, strictly: nothing is guessed, and what is wrong is said in words. Not
 * thread-safe.
 */
final class JsonEntry {
    private static final String SHAPE = "one object such as {\"key\":\"…\",\"value\":\"…\"}";

    private static final Gson LINE = new GsonBuilder().disableHtmlEscaping().create();

    private @Nullable ByteString key;
    private @Nullable ByteString value;
    private @Nullable Content content;

    private JsonEntry() {}

    /** The line of an entry. */
    static String write(DumpEntry entry) {
        JsonObject line = new JsonObject();
        add(line, "key", "rawKey", entry.key());
        entry.onlyValue()
                .ifPresentOrElse(
                        value -> add(line, "value", "rawValue", value),
                        () -> line.add("content", json(entry.content())));
        return LINE.toJson(line);
    }

    private static void add(JsonObject line, String textName, String rawName, ByteString bytes) {
        if (bytes.isValidUtf8()) {
            line.addProperty(textName, bytes.toStringUtf8());
        } else {
            line.addProperty(rawName, Base64.getEncoder().encodeToString(bytes.toByteArray()));
        }
    }

    private static JsonElement json(Content content) {
        try {
            return JsonParser.parseString(JsonFormat.printer().sortingMapKeys().print(content));
        } catch (InvalidProtocolBufferException impossible) {
            throw new IllegalStateException("a message without Any is always JSON", impossible);
        }
    }

    /** The entry in a line of JSON. */
    static DumpEntry read(String line) throws BadLine {
        JsonEntry entry = new JsonEntry();
        try (JsonReader reader = new JsonReader(new StringReader(line))) {
            reader.setStrictness(Strictness.STRICT);
            entry.read(reader);
        } catch (EOFException e) {
            throw new BadLine("it ends within its JSON; a line holds " + SHAPE);
        } catch (MalformedJsonException | JsonParseException | IllegalStateException e) {
            throw new BadLine("it is not JSON; a line holds " + SHAPE);
        } catch (IOException impossible) {
            throw new IllegalStateException("text is always read", impossible);
        }
        return entry.entry();
    }

    private void read(JsonReader reader) throws IOException, BadLine {
        reader.beginObject();
        while (reader.hasNext()) {
            String name = reader.nextName();
            switch (name) {
                case "key" -> key = once("key", key, utf8(text(name, reader)));
                case "rawKey", "raw_key" -> key = once("key", key, base64(name, text(name, reader)));
                case "value" -> value = once("value", value, utf8(text(name, reader)));
                case "rawValue", "raw_value" -> value = once("value", value, base64(name, text(name, reader)));
                case "content" -> content = once("content", content, content(reader));
                default ->
                    throw new BadLine(
                            "it has \"" + name + "\"; only key, rawKey, value, rawValue and content may stand in it");
            }
        }
        reader.endObject();
        if (reader.peek() != JsonToken.END_DOCUMENT) {
            throw new BadLine("something follows its JSON; a line holds " + SHAPE);
        }
    }

    private DumpEntry entry() throws BadLine {
        if (key == null) {
            throw new BadLine("it has no key and no rawKey");
        }
        if ((value == null) == (content == null)) {
            throw new BadLine(
                    value == null ? "it has no value, no rawValue and no content" : "it has a value and a content");
        }
        return value == null
                ? new DumpEntry(key, Objects.requireNonNull(content))
                : DumpEntry.plain(key, List.of(value));
    }

    private static Content content(JsonReader reader) throws IOException, BadLine {
        Content.Builder content = Content.newBuilder();
        try {
            JsonFormat.parser().merge(JsonParser.parseReader(reader).toString(), content);
        } catch (InvalidProtocolBufferException malformed) {
            throw new BadLine("its content is none that a dump writes: "
                    + String.valueOf(malformed.getMessage()).replaceAll(" in message dotkv[.\\w]+", ""));
        }
        if (content.build().equals(Content.getDefaultInstance())) {
            throw new BadLine("its content is empty");
        }
        return content.build();
    }

    private static <T> T once(String what, @Nullable T before, T now) throws BadLine {
        if (before != null) {
            throw new BadLine("it has its " + what + " twice");
        }
        return now;
    }

    private static String text(String name, JsonReader reader) throws IOException, BadLine {
        if (reader.peek() != JsonToken.STRING) {
            throw new BadLine("its " + name + " is not text: write it in quotes");
        }
        return reader.nextString();
    }

    private static ByteString base64(String name, String text) throws BadLine {
        try {
            return ByteString.copyFrom(
                    Base64.getDecoder().decode(text.replace('-', '+').replace('_', '/')));
        } catch (IllegalArgumentException malformed) {
            throw new BadLine("its " + name + " is not base64");
        }
    }

    /** Half of a surrogate pair can be written in JSON, but is no text. */
    private static ByteString utf8(String text) throws BadLine {
        try {
            return ByteString.copyFrom(StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text)));
        } catch (CharacterCodingException malformed) {
            throw new BadLine("its text has half of a surrogate pair");
        }
    }
}
