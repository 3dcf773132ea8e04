package io.dotkv.cluster.register.format;

import io.dotkv.cluster.register.paxos.AcceptorStart;
import io.dotkv.cluster.register.paxos.Ballot;
import io.dotkv.cluster.register.state.AcceptorId;
import io.dotkv.cluster.register.state.Acceptors;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.encoding.ByteReader;
import io.dotkv.kernel.encoding.ByteWriter;
import io.dotkv.kernel.encoding.MalformedException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The small parts that the values of the {@link RegisterFormat} are made of. */
final class RegisterFields {
    private static final int MAX_TEXT_BYTES = 255;
    private static final int ID_BYTES = 16;
    private static final long MOST_COUNTED = 1L << 60;
    private static final Pattern HEX_ID = Pattern.compile("[0-9a-f]{32}");

    private RegisterFields() {}

    static void writeAcceptors(ByteWriter writer, List<AcceptorId> acceptors) {
        writer.writeVarint(acceptors.size());
        acceptors.forEach(acceptor -> writeAcceptor(writer, acceptor));
    }

    static List<AcceptorId> readAcceptors(ByteReader reader) throws MalformedException {
        int count = reader.readSize(Acceptors.MOST);
        List<AcceptorId> acceptors = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            acceptors.add(readAcceptor(reader));
        }
        return acceptors;
    }

    static SortedMap<AcceptorId, AcceptorStart> readStarts(ByteReader reader) throws MalformedException {
        int count = reader.readSize(reader.remaining());
        SortedMap<AcceptorId, AcceptorStart> starts = new TreeMap<>();
        for (int index = 0; index < count; index++) {
            AcceptorId acceptor = readAcceptor(reader);
            if (starts.put(acceptor, readStart(reader)) != null) {
                throw new MalformedException("two starts of " + acceptor);
            }
        }
        return starts;
    }

    static void writeStarts(ByteWriter writer, SortedMap<AcceptorId, AcceptorStart> starts) {
        writer.writeVarint(starts.size());
        starts.forEach((acceptor, start) -> {
            writeAcceptor(writer, acceptor);
            writeStart(writer, start);
        });
    }

    static void writeAcceptor(ByteWriter writer, AcceptorId acceptor) {
        writeText(writer, acceptor.node().name());
        writeId(writer, acceptor.instance());
    }

    static AcceptorId readAcceptor(ByteReader reader) throws MalformedException {
        return new AcceptorId(readNode(reader), readId(reader));
    }

    static void writeBallot(ByteWriter writer, Ballot ballot) {
        writer.writeVarint(ballot.round());
        writer.writeLong(ballot.life());
    }

    static Ballot readBallot(ByteReader reader) throws MalformedException {
        return new Ballot(readCount(reader), reader.readLong());
    }

    static void writeStart(ByteWriter writer, AcceptorStart start) {
        writer.writeVarint(start.number());
        writer.writeLong(start.life());
    }

    static AcceptorStart readStart(ByteReader reader) throws MalformedException {
        return new AcceptorStart(readCount(reader), reader.readLong());
    }

    /** Far more than anything is counted to, and far from where numbers end. */
    private static long readCount(ByteReader reader) throws MalformedException {
        long count = reader.readVarint();
        if (count < 0 || count > MOST_COUNTED) {
            throw new MalformedException("nothing is counted to " + Long.toUnsignedString(count));
        }
        return count;
    }

    static void writeId(ByteWriter writer, String id) {
        boolean isHex = HEX_ID.matcher(id).matches();
        writer.writeByte(isHex ? 0 : 1);
        if (isHex) {
            writer.writeRaw(HexFormat.of().parseHex(id));
        } else {
            writeText(writer, id);
        }
    }

    static String readId(ByteReader reader) throws MalformedException {
        return readFlag(reader) ? readText(reader) : HexFormat.of().formatHex(reader.readRaw(ID_BYTES));
    }

    static void writeText(ByteWriter writer, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        writer.writeVarint(bytes.length);
        writer.writeRaw(bytes);
    }

    static String readText(ByteReader reader) throws MalformedException {
        return new String(reader.readRaw(reader.readSize(MAX_TEXT_BYTES)), StandardCharsets.UTF_8);
    }

    static NodeId readNode(ByteReader reader) throws MalformedException {
        return new NodeId(readText(reader));
    }

    static boolean readFlag(ByteReader reader) throws MalformedException {
        int flag = reader.readByte();
        if (flag > 1) {
            throw new MalformedException("neither yes nor no: " + flag);
        }
        return flag == 1;
    }
}
