package io.dotkv.launcher.cli.format;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import java.math.BigInteger;
import java.util.Base64;
import java.util.Collection;
import java.util.Map;

/**
 * JSON for standard output, in one style: names of fields as in the API's JSON ({@code writtenAt}), every number as a
 * number, every field that has a value in the table of the command or in the message there, and nothing escaped for
 * HTML.
 */
public final class Json {
    private static final Gson LINE =
            new GsonBuilder().disableHtmlEscaping().serializeNulls().create();
    private static final Gson LINES = new GsonBuilder()
            .disableHtmlEscaping()
            .serializeNulls()
            .setPrettyPrinting()
            .create();

    private Json() {}

    /** A message, over several lines. */
    public static String of(MessageOrBuilder message) {
        return LINES.toJson(tree(message));
    }

    /** A message on one line. */
    public static String lineOf(MessageOrBuilder message) {
        return LINE.toJson(tree(message));
    }

    /** Maps, collections, messages, numbers, truth values and text, on one line. */
    public static String of(Object value) {
        return LINE.toJson(tree(value));
    }

    private static JsonElement tree(Object value) {
        return switch (value) {
            case Map<?, ?> map -> {
                JsonObject object = new JsonObject();
                map.forEach((name, item) -> object.add(String.valueOf(name), tree(item)));
                yield object;
            }
            case Collection<?> items -> {
                JsonArray array = new JsonArray();
                items.forEach(item -> array.add(tree(item)));
                yield array;
            }
            case Double number when !Double.isFinite(number) -> JsonNull.INSTANCE;
            case Float number when !Float.isFinite(number) -> JsonNull.INSTANCE;
            case Number number -> new JsonPrimitive(number);
            case Boolean truth -> new JsonPrimitive(truth);
            case ByteString bytes -> new JsonPrimitive(Base64.getEncoder().encodeToString(bytes.toByteArray()));
            case EnumValueDescriptor constant -> new JsonPrimitive(constant.getName());
            case Timestamp time -> new JsonPrimitive(Timestamps.toString(time));
            case MessageOrBuilder message -> ofFields(message);
            default -> new JsonPrimitive(value.toString());
        };
    }

    private static JsonObject ofFields(MessageOrBuilder message) {
        JsonObject object = new JsonObject();
        for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
            if (!field.hasPresence() || message.hasField(field)) {
                object.add(field.getJsonName(), ofField(message, field));
            }
        }
        return object;
    }

    private static JsonElement ofField(MessageOrBuilder message, FieldDescriptor field) {
        if (!field.isRepeated()) {
            return ofOne(field, message.getField(field));
        }
        JsonArray array = new JsonArray();
        JsonObject map = new JsonObject();
        for (int index = 0; index < message.getRepeatedFieldCount(field); index++) {
            Object item = message.getRepeatedField(field, index);
            if (field.isMapField() && item instanceof MessageOrBuilder entry) {
                FieldDescriptor name = field.getMessageType().findFieldByNumber(1);
                FieldDescriptor value = field.getMessageType().findFieldByNumber(2);
                map.add(String.valueOf(entry.getField(name)), ofOne(value, entry.getField(value)));
            } else {
                array.add(ofOne(field, item));
            }
        }
        return field.isMapField() ? map : array;
    }

    private static JsonElement ofOne(FieldDescriptor field, Object value) {
        return switch (field.getType()) {
            case UINT32, FIXED32 -> new JsonPrimitive(Integer.toUnsignedLong((Integer) value));
            case UINT64, FIXED64 -> new JsonPrimitive(new BigInteger(Long.toUnsignedString((Long) value)));
            case DOUBLE,
                    FLOAT,
                    INT64,
                    INT32,
                    BOOL,
                    STRING,
                    GROUP,
                    MESSAGE,
                    BYTES,
                    ENUM,
                    SFIXED32,
                    SFIXED64,
                    SINT32,
                    SINT64 -> tree(value);
        };
    }
}
