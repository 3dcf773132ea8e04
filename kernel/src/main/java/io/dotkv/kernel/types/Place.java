package io.dotkv.kernel.types;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.encoding.ByteWriter;
import java.util.List;

/**
 * A typed place inside a key: reached through the fields of nested maps, from the outermost in, and of one type. Two
 * places of different types are different places, also in the same field.
 *
 * <pre>
 * path of a place    per field: byte 8, varint length, the field; then the byte of the type
 * path of an element path of the place, varint length, the element
 * plain register     no bytes
 * </pre>
 *
 * @param fields none for the key itself; at most {@value #MAX_DEPTH}
 * @param type what is there
 */
public record Place(List<Bytes> fields, DataType type) {
    /** So many maps may lie inside each other. */
    public static final int MAX_DEPTH = 16;

    /** The most bytes of a field, and of an element of a set. */
    public static final int MAX_NAME_BYTES = 4096;

    /** The plain value of a key. */
    public static final Place PLAIN = new Place(List.of(), DataType.REGISTER);

    public Place {
        fields = List.copyOf(fields);
        if (fields.size() > MAX_DEPTH) {
            throw new IllegalArgumentException("maps are nested at most " + MAX_DEPTH + " deep, not " + fields.size());
        }
        fields.forEach(Place::checkName);
    }

    /** Refuses what is no name of a field or element. */
    static void checkName(Bytes name) {
        if (name.isEmpty() || name.length() > MAX_NAME_BYTES) {
            throw new IllegalArgumentException(
                    "a field or an element has 1 to " + MAX_NAME_BYTES + " bytes, not " + name.length());
        }
    }

    /** The path of its leaves, or the beginning of their paths. */
    Bytes path() {
        return equals(PLAIN) ? Bytes.EMPTY : Bytes.wrap(write().toByteArray());
    }

    /** The path of an element's leaves; of a map, the beginning of the paths of everything in a field. */
    Bytes path(Bytes element) {
        checkName(element);
        ByteWriter writer = write();
        writer.writeBytes(element);
        return Bytes.wrap(writer.toByteArray());
    }

    private ByteWriter write() {
        ByteWriter writer = new ByteWriter(32);
        for (Bytes field : fields) {
            writer.writeByte(DataType.MAP.code());
            writer.writeBytes(field);
        }
        writer.writeByte(type.code());
        return writer;
    }

    /** The part of a key at or below the path; no bytes are the plain register alone. */
    static ExactContext.Part at(Bytes path) {
        return path.isEmpty()
                ? leaf -> leaf.path().isEmpty()
                : leaf -> leaf.path().startsWith(path);
    }
}
