package io.dotkv.launcher.transfer;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import com.google.protobuf.ByteString;
import java.io.EOFException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Reads one pair in JSON, strictly: nothing is guessed, and what is wrong is said in words. Not thread-safe. */
final class JsonEntry {
    private static final String SHAPE = "one object such as {\"key\":\"…\",\"value\":\"…\"}";

    private @Nullable ByteString key;
    private @Nullable ByteString value;

    private JsonEntry() {}

    /** The pair in a line of JSON. */
    static Pair read(String line) throws BadLine {
        JsonEntry entry = new JsonEntry();
        try (JsonReader reader = new JsonReader(new StringReader(line))) {
            reader.setStrictness(Strictness.STRICT);
            entry.read(reader);
        } catch (EOFException e) {
            throw new BadLine("it ends within its JSON; a line holds " + SHAPE);
        } catch (MalformedJsonException | IllegalStateException e) {
            throw new BadLine("it is not JSON; a line holds " + SHAPE);
        } catch (IOException impossible) {
            throw new IllegalStateException("text is always read", impossible);
        }
        return entry.pair();
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
                default ->
                    throw new BadLine("it has \"" + name + "\"; only key, rawKey, value and rawValue may stand in it");
            }
        }
        reader.endObject();
        if (reader.peek() != JsonToken.END_DOCUMENT) {
            throw new BadLine("something follows its JSON; a line holds " + SHAPE);
        }
    }

    private Pair pair() throws BadLine {
        if (key == null) {
            throw new BadLine("it has no key and no rawKey");
        }
        if (value == null) {
            throw new BadLine("it has no value and no rawValue");
        }
        return new Pair(key, value);
    }

    private static ByteString once(String what, @Nullable ByteString before, ByteString now) throws BadLine {
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
