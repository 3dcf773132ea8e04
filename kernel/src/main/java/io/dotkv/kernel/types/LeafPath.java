package io.dotkv.kernel.types;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.encoding.ByteReader;
import io.dotkv.kernel.encoding.MalformedException;
import java.util.ArrayList;
import java.util.List;

/**
 * The place of one leaf, read from its path.
 *
 * @param place never a map: a map has no leaves but those of its fields
 * @param element of a set; no bytes in all other types
 */
record LeafPath(Place place, Bytes element) {
    /** Every byte sequence is the path of a leaf or is refused. */
    static LeafPath of(Bytes path) throws MalformedException {
        if (path.isEmpty()) {
            return new LeafPath(Place.PLAIN, Bytes.EMPTY);
        }
        ByteReader reader = new ByteReader(path.array());
        List<Bytes> fields = new ArrayList<>();
        DataType type = DataType.ofCode(reader.readByte());
        while (type == DataType.MAP) {
            if (fields.size() == Place.MAX_DEPTH) {
                throw new MalformedException("a path through more than " + Place.MAX_DEPTH + " maps");
            }
            fields.add(readName(reader));
            type = DataType.ofCode(reader.readByte());
        }
        if (fields.isEmpty() && type == DataType.REGISTER) {
            throw new MalformedException("the path of the plain register is empty");
        }
        Bytes element = type.hasElements() ? readName(reader) : Bytes.EMPTY;
        reader.expectEnd();
        return new LeafPath(new Place(fields, type), element);
    }

    private static Bytes readName(ByteReader reader) throws MalformedException {
        int length = reader.readSize(Place.MAX_NAME_BYTES);
        if (length == 0) {
            throw new MalformedException("a field or element without a name");
        }
        return Bytes.wrap(reader.readRaw(length));
    }

    /** The bytes it was read from, when their numbers are written as shortly as possible. */
    Bytes path() {
        return place.type().hasElements() ? place.path(element) : place.path();
    }
}
