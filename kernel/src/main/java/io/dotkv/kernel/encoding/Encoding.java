package io.dotkv.kernel.encoding;

import io.dotkv.kernel.Actor;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.HybridTime;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.Row;
import java.util.ArrayList;
import java.util.List;

/**
 * The compact binary form of the algebra's values, on disk and inside context tokens. Every byte sequence decodes to a
 * well-formed value or is refused.
 *
 * <pre>
 * dot set  varint twice the actors, and one more when there are floors; then varint floors, per floor: varint node, varint boot; per actor: varint node, varint boot, varint number of lengths, the lengths as varints
 *          (lengths of alternating runs in and out of the set, from counter 1 on; the first is 0 if 1 is not in it)
 * row      byte version, varint leaves, per leaf: varint node, varint boot, varint counter, bytes path, 8 bytes time,
 *          bytes payload; dot set context; 4 bytes CRC-32C of all before
 * bytes    varint length, the bytes
 * </pre>
 *
 * One value whose dot's counter is below two million costs 6 bytes for its dot, 8 for its time, and 9 for the frame.
 */
public final class Encoding {
    private static final int ROW_VERSION = 1;
    private static final int MAX_ACTORS = 1 << 20;

    private Encoding() {}

    public static void writeDotSet(ByteWriter writer, DotSet set) {
        List<Actor> floors = set.floors();
        List<Actor> actors = set.actors();
        writer.writeVarint(2L * actors.size() + (floors.isEmpty() ? 0 : 1));
        if (!floors.isEmpty()) {
            writer.writeVarint(floors.size());
            for (Actor first : floors) {
                writer.writeVarint(first.node());
                writer.writeVarint(first.boot());
            }
        }
        for (Actor actor : actors) {
            writer.writeVarint(actor.node());
            writer.writeVarint(actor.boot());
            long[] lengths = lengthsOf(set.runsOf(actor));
            writer.writeVarint(lengths.length);
            for (long length : lengths) {
                writer.writeVarint(length);
            }
        }
    }

    public static DotSet readDotSet(ByteReader reader) throws MalformedException {
        int header = reader.readSize(2 * Math.min(MAX_ACTORS, reader.remaining() / 4) + 1);
        int count = header / 2;
        int floorCount = header % 2 == 0 ? 0 : reader.readSize(Math.min(MAX_ACTORS, reader.remaining() / 2));
        List<Actor> floors = new ArrayList<>(floorCount);
        for (int index = 0; index < floorCount; index++) {
            floors.add(readActor(reader));
        }
        List<Actor> actors = new ArrayList<>(count);
        List<long[]> runs = new ArrayList<>(count);
        for (int index = 0; index < count; index++) {
            actors.add(readActor(reader));
            long[] lengths = new long[reader.readSize(reader.remaining())];
            for (int run = 0; run < lengths.length; run++) {
                lengths[run] = reader.readVarint();
            }
            runs.add(runsOf(lengths));
        }
        try {
            return DotSet.ofRuns(floors, actors, runs);
        } catch (IllegalArgumentException e) {
            throw new MalformedException(String.valueOf(e.getMessage()));
        }
    }

    public static byte[] encodeRow(Row row) {
        int payloads = 0;
        for (Leaf leaf : row.leaves()) {
            payloads += leaf.payload().length() + leaf.path().length() + 40;
        }
        ByteWriter writer = new ByteWriter(payloads + 16);
        writer.writeByte(ROW_VERSION);
        writer.writeVarint(row.leaves().size());
        for (Leaf leaf : row.leaves()) {
            writer.writeVarint(leaf.dot().actor().node());
            writer.writeVarint(leaf.dot().actor().boot());
            writer.writeVarint(leaf.dot().counter());
            writer.writeBytes(leaf.path());
            writer.writeLong(leaf.time().packed());
            writer.writeBytes(leaf.payload());
        }
        writeDotSet(writer, row.context());
        writer.writeChecksum();
        return writer.toByteArray();
    }

    /** Decodes a row; a row that is damaged is refused and never taken for another one. */
    public static Row decodeRow(byte[] encoded) throws MalformedException {
        ByteReader reader = ByteReader.checked(encoded);
        int version = reader.readByte();
        if (version != ROW_VERSION) {
            throw new MalformedException("a row of unknown version " + version);
        }
        int count = reader.readSize(reader.remaining() / 13);
        List<Leaf> leaves = new ArrayList<>(count);
        for (int index = 0; index < count; index++) {
            Dot dot = readDot(reader);
            Bytes path = reader.readBytes();
            HybridTime time = new HybridTime(reader.readLong());
            leaves.add(new Leaf(dot, path, time, reader.readBytes()));
        }
        DotSet context = readDotSet(reader);
        reader.expectEnd();
        try {
            return new Row(leaves, context);
        } catch (IllegalArgumentException e) {
            throw new MalformedException(String.valueOf(e.getMessage()));
        }
    }

    private static Dot readDot(ByteReader reader) throws MalformedException {
        Actor actor = readActor(reader);
        long counter = reader.readVarint();
        if (counter < 1 || counter == Long.MAX_VALUE) {
            throw new MalformedException("a dot's counter is not positive, or too large");
        }
        return new Dot(actor, counter);
    }

    private static Actor readActor(ByteReader reader) throws MalformedException {
        int node = reader.readSize(Integer.MAX_VALUE);
        int boot = reader.readSize(Integer.MAX_VALUE);
        if (node < 1 || boot < 1) {
            throw new MalformedException("an actor's node or boot is not positive");
        }
        return new Actor(node, boot);
    }

    /** Runs as lengths of alternating parts in and out of the set, beginning with the part in it. */
    public static long[] lengthsOf(long[] runs) {
        boolean fromOne = runs.length > 0 && runs[0] == 1;
        long[] lengths = new long[fromOne || runs.length == 0 ? Math.max(0, runs.length - 1) : runs.length + 1];
        int at = 0;
        if (!fromOne && runs.length > 0) {
            lengths[at++] = 0;
        }
        long before = 0;
        for (int run = 0; run < runs.length; run += 2) {
            if (run > 0 || !fromOne) {
                lengths[at++] = runs[run] - before - 1;
            }
            lengths[at++] = runs[run + 1] - runs[run] + 1;
            before = runs[run + 1];
        }
        return lengths;
    }

    /** The runs of such lengths; refuses empty runs and numbers that overflow. */
    public static long[] runsOf(long[] lengths) throws MalformedException {
        if (lengths.length % 2 == 0) {
            throw new MalformedException("the lengths of a dot set end with a gap");
        }
        boolean fromOne = lengths[0] > 0;
        long[] runs = new long[fromOne ? lengths.length + 1 : lengths.length - 1];
        int at = 0;
        long end = 0;
        for (int index = 0; index < lengths.length; index++) {
            if (lengths[index] < (index == 0 ? 0 : 1) || lengths[index] >= Long.MAX_VALUE - end) {
                throw new MalformedException("the lengths of a dot set are not positive, or too large");
            }
            if (index % 2 == 0 && lengths[index] > 0) {
                runs[at++] = end + 1;
                runs[at++] = end + lengths[index];
            }
            end += lengths[index];
        }
        if (runs.length == 0) {
            throw new MalformedException("an actor without dots");
        }
        return runs;
    }
}
