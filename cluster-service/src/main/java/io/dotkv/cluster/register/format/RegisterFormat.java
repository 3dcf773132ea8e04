package io.dotkv.cluster.register.format;

import static io.dotkv.cluster.register.format.RegisterFields.readAcceptor;
import static io.dotkv.cluster.register.format.RegisterFields.readAcceptors;
import static io.dotkv.cluster.register.format.RegisterFields.readBallot;
import static io.dotkv.cluster.register.format.RegisterFields.readFlag;
import static io.dotkv.cluster.register.format.RegisterFields.readId;
import static io.dotkv.cluster.register.format.RegisterFields.readNode;
import static io.dotkv.cluster.register.format.RegisterFields.readStart;
import static io.dotkv.cluster.register.format.RegisterFields.readStarts;
import static io.dotkv.cluster.register.format.RegisterFields.writeAcceptor;
import static io.dotkv.cluster.register.format.RegisterFields.writeAcceptors;
import static io.dotkv.cluster.register.format.RegisterFields.writeBallot;
import static io.dotkv.cluster.register.format.RegisterFields.writeId;
import static io.dotkv.cluster.register.format.RegisterFields.writeStart;
import static io.dotkv.cluster.register.format.RegisterFields.writeStarts;
import static io.dotkv.cluster.register.format.RegisterFields.writeText;

import io.dotkv.cluster.layout.Formation;
import io.dotkv.cluster.layout.NumberedLayout;
import io.dotkv.cluster.register.paxos.Accepted;
import io.dotkv.cluster.register.paxos.AcceptorRecord;
import io.dotkv.cluster.register.state.Acceptors;
import io.dotkv.cluster.register.state.ClusterState;
import io.dotkv.cluster.register.state.DepartedMember;
import io.dotkv.cluster.register.state.RegisteredMember;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.encoding.ByteReader;
import io.dotkv.kernel.encoding.ByteWriter;
import io.dotkv.kernel.encoding.MalformedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The compact binary form of the register's state and of an acceptor's record, on disk and on the wire. Every byte
 * sequence decodes to a well-formed value or is refused.
 *
 * <pre>
 * state     byte version, state body, 4 bytes CRC-32C of all before
 * accepted  byte version, ballot, state body, 4 bytes CRC-32C
 * record    byte version, acceptor self, start, byte recollected, ballot promised, byte 0 or 1 and when 1: ballot, state body; byte taken back,
 *           varint starts, per start: acceptor, start; 4 bytes CRC-32C
 * body      id cluster, 32 bytes key, varint version, varint next number,
 *           varint members, per member: text name, varint number, id instance, varint boot, 8 bytes life, 8 bytes former life, id storage,
 *           varint departures, per departure: text name, varint number, id instance, byte how,
 *           varint layout version, varint log2 of the partitions, per partition: varint replicas, the numbers as varints,
 *           acceptors present, acceptors former,
 *           varint floors, per floor: varint number, varint boot; varint closings, per closing: varint number, varint below, 8 bytes attempt,
 *           varint layout version, byte committed, varint ends, per end: varint partition, dot set
 * acceptors varint count, per acceptor: text name, id instance
 * ballot    varint round, 8 bytes life
 * start     varint number, 8 bytes life
 * id        byte 0 and 16 bytes, for 32 hexadecimal digits; else byte 1 and text
 * text      varint length, UTF-8
 * </pre>
 */
public final class RegisterFormat {
    private static final int STATE_VERSION = 1;
    private static final int RECORD_VERSION = 1;
    private static final int ACCEPTED_VERSION = 1;
    private static final int MAX_LOG_PARTITIONS = 16;

    private RegisterFormat() {}

    public static byte[] encode(ClusterState state) {
        ByteWriter writer = new ByteWriter(sizeOf(state));
        writer.writeByte(STATE_VERSION);
        writeState(writer, state);
        writer.writeChecksum();
        return writer.toByteArray();
    }

    public static ClusterState decodeState(byte[] encoded) throws MalformedException {
        return decode(encoded, STATE_VERSION, "a cluster state", RegisterFormat::readState);
    }

    public static byte[] encode(Accepted accepted) {
        ByteWriter writer = new ByteWriter(sizeOf(accepted.state()));
        writer.writeByte(ACCEPTED_VERSION);
        writeAccepted(writer, accepted);
        writer.writeChecksum();
        return writer.toByteArray();
    }

    public static Accepted decodeAccepted(byte[] encoded) throws MalformedException {
        return decode(encoded, ACCEPTED_VERSION, "an accepted value", RegisterFormat::readAccepted);
    }

    public static byte[] encode(AcceptorRecord record) {
        ByteWriter writer = new ByteWriter(
                256 + record.accepted().map(value -> sizeOf(value.state())).orElse(0));
        writer.writeByte(RECORD_VERSION);
        writeRecord(writer, record);
        writer.writeChecksum();
        return writer.toByteArray();
    }

    static void writeRecord(ByteWriter writer, AcceptorRecord record) {
        writeAcceptor(writer, record.self());
        writeStart(writer, record.start());
        writer.writeByte(record.isRecollected() ? 1 : 0);
        writeBallot(writer, record.promised());
        writer.writeByte(record.accepted().isPresent() ? 1 : 0);
        record.accepted().ifPresent(value -> writeAccepted(writer, value));
        writer.writeByte(record.isTakenBack() ? 1 : 0);
        writeStarts(writer, record.starts());
    }

    public static AcceptorRecord decodeRecord(byte[] encoded) throws MalformedException {
        return decode(encoded, RECORD_VERSION, "an acceptor's record", RegisterFormat::readRecord);
    }

    static AcceptorRecord readRecord(ByteReader reader) throws MalformedException {
        return new AcceptorRecord(
                readAcceptor(reader),
                readStart(reader),
                readFlag(reader),
                readBallot(reader),
                readFlag(reader) ? Optional.of(readAccepted(reader)) : Optional.empty(),
                readFlag(reader),
                readStarts(reader));
    }

    static void writeAccepted(ByteWriter writer, Accepted accepted) {
        writeBallot(writer, accepted.ballot());
        writeState(writer, accepted.state());
    }

    static Accepted readAccepted(ByteReader reader) throws MalformedException {
        return new Accepted(readBallot(reader), readState(reader));
    }

    /** Reads a value that follows the version and is all there is before the checksum. */
    interface Reading<T> {
        T read(ByteReader reader) throws MalformedException;
    }

    static <T> T decode(byte[] encoded, int expected, String what, Reading<T> reading) throws MalformedException {
        ByteReader reader = ByteReader.checked(encoded);
        int version = reader.readByte();
        if (version != expected) {
            throw new MalformedException(what + " of unknown version " + version);
        }
        try {
            T value = reading.read(reader);
            reader.expectEnd();
            return value;
        } catch (IllegalArgumentException e) {
            throw new MalformedException(String.valueOf(e.getMessage()));
        }
    }

    static int sizeOf(ClusterState state) {
        return 256
                + 64 * (state.members().size() + state.departures().size())
                + 8 * state.layout().partitions()
                + 8 * state.closings().floors().size()
                + state.closings().pending().stream()
                        .mapToInt(closing -> 32 + 12 * closing.ends().size())
                        .sum();
    }

    static void writeState(ByteWriter writer, ClusterState state) {
        writeId(writer, state.clusterId());
        writer.writeBytes(state.clusterKey());
        writer.writeVarint(state.version());
        writer.writeVarint(state.nextNumber());
        writer.writeVarint(state.members().size());
        for (RegisteredMember member : state.members()) {
            writeText(writer, member.node().name());
            writer.writeVarint(member.number());
            writeId(writer, member.instance());
            writer.writeVarint(member.boot());
            writer.writeLong(member.life());
            writer.writeLong(member.formerLife());
            writeId(writer, member.storageId());
        }
        writer.writeVarint(state.departures().size());
        for (DepartedMember departure : state.departures()) {
            writeText(writer, departure.node().name());
            writer.writeVarint(departure.number());
            writeId(writer, departure.instance());
            writer.writeByte(departure.how() == DepartedMember.How.LEFT ? 0 : 1);
        }
        writeLayout(writer, state.layout());
        writeAcceptors(writer, state.acceptors().present());
        writeAcceptors(writer, state.acceptors().former());
        RetirementFormat.write(writer, state.closings());
    }

    static ClusterState readState(ByteReader reader) throws MalformedException {
        String clusterId = readId(reader);
        Bytes clusterKey = reader.readBytes();
        return new ClusterState(
                reader.readVarint(),
                clusterId,
                clusterKey,
                reader.readSize(Integer.MAX_VALUE),
                readMembers(reader),
                readDepartures(reader),
                readLayout(reader),
                new Acceptors(readAcceptors(reader), readAcceptors(reader)),
                RetirementFormat.readAll(reader));
    }

    private static List<RegisteredMember> readMembers(ByteReader reader) throws MalformedException {
        int count = reader.readSize(ClusterState.MAX_MEMBERS);
        List<RegisteredMember> members = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            members.add(new RegisteredMember(
                    readNode(reader),
                    reader.readSize(Integer.MAX_VALUE),
                    readId(reader),
                    reader.readSize(Integer.MAX_VALUE),
                    reader.readLong(),
                    reader.readLong(),
                    readId(reader)));
        }
        return members;
    }

    private static List<DepartedMember> readDepartures(ByteReader reader) throws MalformedException {
        int count = reader.readSize(reader.remaining());
        List<DepartedMember> departures = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            departures.add(new DepartedMember(
                    readNode(reader),
                    reader.readSize(Integer.MAX_VALUE),
                    readId(reader),
                    readFlag(reader) ? DepartedMember.How.REMOVED : DepartedMember.How.LEFT));
        }
        return departures;
    }

    static void writeLayout(ByteWriter writer, NumberedLayout layout) {
        writer.writeVarint(layout.version());
        writer.writeByte(Integer.numberOfTrailingZeros(layout.partitions()));
        for (int partition = 0; partition < layout.partitions(); partition++) {
            int[] replicas = layout.replicasOf(partition);
            writer.writeByte(replicas.length);
            for (int number : replicas) {
                writer.writeVarint(number);
            }
        }
    }

    static NumberedLayout readLayout(ByteReader reader) throws MalformedException {
        long version = reader.readVarint();
        int[][] sets = new int[1 << reader.readSize(MAX_LOG_PARTITIONS)][];
        for (int partition = 0; partition < sets.length; partition++) {
            sets[partition] = new int[reader.readSize(Formation.MAX_REPLICAS)];
            for (int replica = 0; replica < sets[partition].length; replica++) {
                sets[partition][replica] = reader.readSize(Integer.MAX_VALUE);
            }
        }
        return new NumberedLayout(version, sets);
    }
}
