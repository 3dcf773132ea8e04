package io.dotkv.cluster.register.format;

import static io.dotkv.cluster.register.format.RegisterFields.readAcceptor;
import static io.dotkv.cluster.register.format.RegisterFields.readBallot;
import static io.dotkv.cluster.register.format.RegisterFields.readFlag;
import static io.dotkv.cluster.register.format.RegisterFields.readId;
import static io.dotkv.cluster.register.format.RegisterFields.readNode;
import static io.dotkv.cluster.register.format.RegisterFields.readStart;
import static io.dotkv.cluster.register.format.RegisterFields.readStarts;
import static io.dotkv.cluster.register.format.RegisterFields.readText;
import static io.dotkv.cluster.register.format.RegisterFields.writeAcceptor;
import static io.dotkv.cluster.register.format.RegisterFields.writeBallot;
import static io.dotkv.cluster.register.format.RegisterFields.writeId;
import static io.dotkv.cluster.register.format.RegisterFields.writeStart;
import static io.dotkv.cluster.register.format.RegisterFields.writeStarts;
import static io.dotkv.cluster.register.format.RegisterFields.writeText;

import io.dotkv.cluster.register.paxos.Accepted;
import io.dotkv.cluster.register.paxos.AcceptorAnswer;
import io.dotkv.cluster.register.paxos.AcceptorQuestion;
import io.dotkv.cluster.register.state.AcceptorChange;
import io.dotkv.cluster.register.state.AcceptorId;
import io.dotkv.cluster.register.state.MemberChange;
import io.dotkv.cluster.register.state.RetirementChange;
import io.dotkv.cluster.register.state.StateChange;
import io.dotkv.kernel.encoding.ByteReader;
import io.dotkv.kernel.encoding.ByteWriter;
import io.dotkv.kernel.encoding.MalformedException;
import java.util.Optional;

/**
 * The binary form of what nodes say to each other about the register: questions to acceptors, their answers, and
 * changes that are handed to a proposer. Every byte sequence decodes to a well-formed value or is refused.
 *
 * <pre>
 * question  byte version, byte kind, acceptor to; prepare: ballot, starts; accept: ballot, state body, starts;
 *           remind: acceptor from, start; 4 bytes CRC-32C of all before
 * answer    byte version, byte kind, acceptor from; promised: ballot, start, starts, byte accepted and when 1: ballot, state
 *           body; byte taken back; took: ballot, start, starts; outbid: two ballots; reminded: start, record body;
 *           overtaken: two starts; declined: text; CRC-32C
 * change    byte version, byte kind, its fields in order; CRC-32C
 * </pre>
 *
 * <p>The parts are those of {@link RegisterFormat}.
 */
public final class RegisterMessages {
    private static final int VERSION = 1;
    private static final int MOST_SENTENCE_CHARS = 60;

    private RegisterMessages() {}

    private interface Kinds<T> {
        T read(ByteReader reader, int kind) throws MalformedException;
    }

    private static <T> T decode(byte[] encoded, String what, Kinds<T> kinds) throws MalformedException {
        return RegisterFormat.decode(encoded, VERSION, what, reader -> kinds.read(reader, reader.readByte()));
    }

    private static ByteWriter begin(int size, int kind) {
        ByteWriter writer = new ByteWriter(size);
        writer.writeByte(VERSION);
        writer.writeByte(kind);
        return writer;
    }

    private static byte[] end(ByteWriter writer) {
        writer.writeChecksum();
        return writer.toByteArray();
    }

    public static byte[] encode(AcceptorQuestion question) {
        return switch (question) {
            case AcceptorQuestion.Prepare prepare -> {
                ByteWriter writer = begin(256, 1);
                writeAcceptor(writer, prepare.to());
                writeBallot(writer, prepare.ballot());
                writeStarts(writer, prepare.starts());
                yield end(writer);
            }
            case AcceptorQuestion.Accept accept -> {
                ByteWriter writer = begin(RegisterFormat.sizeOf(accept.state()), 2);
                writeAcceptor(writer, accept.to());
                writeBallot(writer, accept.ballot());
                RegisterFormat.writeState(writer, accept.state());
                writeStarts(writer, accept.starts());
                yield end(writer);
            }
            case AcceptorQuestion.Remind remind -> {
                ByteWriter writer = begin(128, 3);
                writeAcceptor(writer, remind.to());
                writeAcceptor(writer, remind.from());
                writeStart(writer, remind.start());
                yield end(writer);
            }
        };
    }

    public static AcceptorQuestion decodeQuestion(byte[] encoded) throws MalformedException {
        return decode(encoded, "a question to an acceptor", (reader, kind) -> switch (kind) {
            case 1 -> new AcceptorQuestion.Prepare(readAcceptor(reader), readBallot(reader), readStarts(reader));
            case 2 ->
                new AcceptorQuestion.Accept(
                        readAcceptor(reader), readBallot(reader), RegisterFormat.readState(reader), readStarts(reader));
            case 3 -> new AcceptorQuestion.Remind(readAcceptor(reader), readAcceptor(reader), readStart(reader));
            default -> throw new MalformedException("no such question: " + kind);
        });
    }

    public static byte[] encode(AcceptorAnswer answer) {
        return switch (answer) {
            case AcceptorAnswer.Promised promised -> {
                ByteWriter writer = begin(256 + sizeOf(promised.accepted()), 1);
                writeAcceptor(writer, promised.from());
                writeBallot(writer, promised.ballot());
                writeStart(writer, promised.start());
                writeStarts(writer, promised.starts());
                writer.writeByte(promised.accepted().isPresent() ? 1 : 0);
                promised.accepted().ifPresent(value -> RegisterFormat.writeAccepted(writer, value));
                writer.writeByte(promised.isTakenBack() ? 1 : 0);
                yield end(writer);
            }
            case AcceptorAnswer.Took took -> {
                ByteWriter writer = begin(256, 2);
                writeAcceptor(writer, took.from());
                writeBallot(writer, took.ballot());
                writeStart(writer, took.start());
                writeStarts(writer, took.starts());
                yield end(writer);
            }
            case AcceptorAnswer.Outbid outbid -> {
                ByteWriter writer = begin(128, 3);
                writeAcceptor(writer, outbid.from());
                writeBallot(writer, outbid.ballot());
                writeBallot(writer, outbid.promised());
                yield end(writer);
            }
            case AcceptorAnswer.Reminded reminded -> {
                ByteWriter writer = begin(256 + sizeOf(reminded.record().accepted()), 4);
                writeAcceptor(writer, reminded.from());
                writeStart(writer, reminded.start());
                RegisterFormat.writeRecord(writer, reminded.record());
                yield end(writer);
            }
            case AcceptorAnswer.Overtaken overtaken -> {
                ByteWriter writer = begin(128, 5);
                writeAcceptor(writer, overtaken.from());
                writeStart(writer, overtaken.start());
                writeStart(writer, overtaken.later());
                yield end(writer);
            }
            case AcceptorAnswer.Declined declined -> {
                ByteWriter writer = begin(256, 6);
                writeAcceptor(writer, declined.from());
                String sentence = declined.sentence();
                writeText(writer, sentence.substring(0, Math.min(MOST_SENTENCE_CHARS, sentence.length())));
                yield end(writer);
            }
        };
    }

    private static int sizeOf(Optional<Accepted> accepted) {
        return accepted.map(value -> RegisterFormat.sizeOf(value.state())).orElse(0);
    }

    public static AcceptorAnswer decodeAnswer(byte[] encoded) throws MalformedException {
        return decode(encoded, "an answer of an acceptor", (reader, kind) -> {
            AcceptorId from = readAcceptor(reader);
            return switch (kind) {
                case 1 ->
                    new AcceptorAnswer.Promised(
                            from,
                            readBallot(reader),
                            readStart(reader),
                            readStarts(reader),
                            readFlag(reader) ? Optional.of(RegisterFormat.readAccepted(reader)) : Optional.empty(),
                            readFlag(reader));
                case 2 -> new AcceptorAnswer.Took(from, readBallot(reader), readStart(reader), readStarts(reader));
                case 3 -> new AcceptorAnswer.Outbid(from, readBallot(reader), readBallot(reader));
                case 4 -> new AcceptorAnswer.Reminded(from, readStart(reader), RegisterFormat.readRecord(reader));
                case 5 -> new AcceptorAnswer.Overtaken(from, readStart(reader), readStart(reader));
                case 6 -> new AcceptorAnswer.Declined(from, readText(reader));
                default -> throw new MalformedException("no such answer: " + kind);
            };
        });
    }

    public static byte[] encode(StateChange change) {
        ByteWriter writer = begin(256, kindOf(change));
        switch (change) {
            case MemberChange.Join join -> {
                writeNode(writer, join.node().name(), join.instance());
                writer.writeByte(join.replaces().isPresent() ? 1 : 0);
                join.replaces().ifPresent(instance -> writeId(writer, instance));
            }
            case MemberChange.Boot boot -> {
                writeNode(writer, boot.node().name(), boot.instance());
                writer.writeVarint(boot.after());
                writer.writeLong(boot.life());
                writeId(writer, boot.storageId());
                writer.writeVarint(boot.above());
            }
            case MemberChange.Leave leave -> writeNode(writer, leave.node().name(), leave.instance());
            case MemberChange.Remove remove -> writeNode(writer, remove.node().name(), remove.instance());
            case AcceptorChange.Add add -> writeAcceptor(writer, add.added());
            case AcceptorChange.Replace replace -> {
                writeAcceptor(writer, replace.replaced());
                writeAcceptor(writer, replace.added());
            }
            case AcceptorChange.Drop drop -> writeAcceptor(writer, drop.dropped());
            case AcceptorChange.EndHandover end -> {}
            case RetirementChange.Open open -> RetirementFormat.write(writer, open.closing());
            case RetirementChange.Abort abort -> writeAttempt(writer, abort.number(), abort.attempt());
            case RetirementChange.Commit commit -> writeAttempt(writer, commit.number(), commit.attempt());
            case RetirementChange.RaiseFloor raise -> writeAttempt(writer, raise.number(), raise.attempt());
            case StateChange.TakeLayout take -> RegisterFormat.writeLayout(writer, take.layout());
            case StateChange.Nothing nothing -> {}
        }
        return end(writer);
    }

    private static void writeNode(ByteWriter writer, String name, String instance) {
        writeText(writer, name);
        writeId(writer, instance);
    }

    private static void writeAttempt(ByteWriter writer, int number, long attempt) {
        writer.writeVarint(number);
        writer.writeLong(attempt);
    }

    private static int kindOf(StateChange change) {
        return switch (change) {
            case MemberChange.Join join -> 1;
            case MemberChange.Boot boot -> 2;
            case MemberChange.Leave leave -> 3;
            case MemberChange.Remove remove -> 4;
            case AcceptorChange.Add add -> 5;
            case AcceptorChange.Replace replace -> 6;
            case AcceptorChange.Drop drop -> 7;
            case AcceptorChange.EndHandover end -> 8;
            case StateChange.TakeLayout take -> 9;
            case StateChange.Nothing nothing -> 10;
            case RetirementChange.Open open -> 11;
            case RetirementChange.Abort abort -> 12;
            case RetirementChange.Commit commit -> 13;
            case RetirementChange.RaiseFloor raise -> 14;
        };
    }

    public static StateChange decodeChange(byte[] encoded) throws MalformedException {
        return decode(encoded, "a change", (reader, kind) -> switch (kind) {
            case 1 ->
                new MemberChange.Join(
                        readNode(reader),
                        readId(reader),
                        readFlag(reader) ? Optional.of(readId(reader)) : Optional.empty());
            case 2 ->
                new MemberChange.Boot(
                        readNode(reader),
                        readId(reader),
                        reader.readSize(Integer.MAX_VALUE),
                        reader.readLong(),
                        readId(reader),
                        reader.readSize(Integer.MAX_VALUE));
            case 3 -> new MemberChange.Leave(readNode(reader), readId(reader));
            case 4 -> new MemberChange.Remove(readNode(reader), readId(reader));
            case 5 -> new AcceptorChange.Add(readAcceptor(reader));
            case 6 -> new AcceptorChange.Replace(readAcceptor(reader), readAcceptor(reader));
            case 7 -> new AcceptorChange.Drop(readAcceptor(reader));
            case 8 -> new AcceptorChange.EndHandover();
            case 9 -> new StateChange.TakeLayout(RegisterFormat.readLayout(reader));
            case 10 -> new StateChange.Nothing();
            case 11 -> new RetirementChange.Open(RetirementFormat.read(reader));
            case 12 -> new RetirementChange.Abort(reader.readSize(Integer.MAX_VALUE), reader.readLong());
            case 13 -> new RetirementChange.Commit(reader.readSize(Integer.MAX_VALUE), reader.readLong());
            case 14 -> new RetirementChange.RaiseFloor(reader.readSize(Integer.MAX_VALUE), reader.readLong());
            default -> throw new MalformedException("no such change: " + kind);
        });
    }
}
