package io.dotkv.storage.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import com.google.protobuf.UnsafeByteOperations;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Delta;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.Retirements;
import io.dotkv.kernel.Row;
import io.dotkv.kernel.encoding.MalformedException;
import io.dotkv.kernel.ports.RandomSource;
import io.dotkv.kernel.testkit.Samples;
import io.dotkv.kernel.testkit.Seeds;
import io.dotkv.proto.storage.v1.ApplyRequest;
import io.dotkv.proto.storage.v1.AssumeRequest;
import io.dotkv.proto.storage.v1.MutateRequest;
import io.dotkv.proto.storage.v1.PullRequest;
import io.dotkv.proto.storage.v1.PullResponse;
import io.dotkv.proto.storage.v1.ReadRequest;
import io.dotkv.proto.storage.v1.RefusalReason;
import io.dotkv.proto.storage.v1.ScanRequest;
import io.dotkv.storage.Assignment;
import io.dotkv.storage.PullMessage;
import io.dotkv.storage.Refusal;
import io.dotkv.storage.Requests;
import io.dotkv.storage.grpc.codec.AlgebraCodec;
import io.dotkv.storage.grpc.codec.PullCodec;
import io.dotkv.storage.grpc.codec.StorageAnswerCodec;
import io.dotkv.storage.grpc.codec.StorageRequestCodec;
import io.dotkv.storage.grpc.codec.TimeLimits;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Values survive the wire, and nothing else gets in from it. */
class CodecTest {
    private static final long NOW = 5_000_000_000L;

    /** Decodes a message and encodes what came out. */
    @FunctionalInterface
    private interface RoundTrip<M> {
        MessageLite apply(M message) throws MalformedException;
    }

    @Test
    void rowsDeltasAndDotSetsComeBackAsTheyWere() {
        Seeds.run(2000, random -> {
            Row row = Samples.row(random);
            Delta delta = Samples.delta(random);
            DotSet set = Samples.dotSet(random);
            assertThat(AlgebraCodec.decode(wired(AlgebraCodec.encode(row), io.dotkv.proto.storage.v1.Row.parser())))
                    .isEqualTo(row);
            assertThat(AlgebraCodec.decode(wired(AlgebraCodec.encode(delta), io.dotkv.proto.storage.v1.Delta.parser())))
                    .isEqualTo(delta);
            assertThat(AlgebraCodec.decode(wired(AlgebraCodec.encode(set), io.dotkv.proto.storage.v1.DotSet.parser())))
                    .isEqualTo(set);
        });
    }

    @Test
    void requestsComeBackAsTheyWereWithADeadlineOfTheReceiversClock() {
        Seeds.run(1000, random -> {
            Requests.Read read = Messages.read(random);
            assertThat(StorageRequestCodec.decode(
                            wired(StorageRequestCodec.encode(read, NOW), ReadRequest.parser()), read.deadlineNanos()))
                    .isEqualTo(read);
            Requests.Mutate mutate = Messages.mutate(random);
            assertThat(StorageRequestCodec.decode(
                            wired(StorageRequestCodec.encode(mutate, NOW), MutateRequest.parser()),
                            mutate.deadlineNanos()))
                    .isEqualTo(mutate);
            Requests.Apply apply = Messages.apply(random);
            assertThat(StorageRequestCodec.decode(
                            wired(StorageRequestCodec.encode(apply, NOW), ApplyRequest.parser()),
                            apply.deadlineNanos()))
                    .isEqualTo(apply);
            Requests.Scan scan = Messages.scan(random);
            assertThat(StorageRequestCodec.decode(
                            wired(StorageRequestCodec.encode(scan), ScanRequest.parser()), scan.deadlineNanos()))
                    .isEqualTo(scan);
            Assignment mandate = Messages.mandate(random);
            assertThat(StorageRequestCodec.decode(wired(StorageRequestCodec.encode(mandate), AssumeRequest.parser())))
                    .isEqualTo(mandate);
        });
    }

    @Test
    void pullsAndTheirMessagesComeBackAsTheyWere() {
        Seeds.run(1000, random -> {
            Requests.Pull pull = Messages.pull(random);
            assertThat(PullCodec.decode(wired(PullCodec.encode(pull), PullRequest.parser())))
                    .isEqualTo(pull);
            PullMessage message = Messages.pullMessage(random);
            assertThat(PullCodec.decode(wired(PullCodec.encode(message), PullResponse.parser())))
                    .isEqualTo(message);
        });
    }

    @Test
    void rowsThatShareABaseComeBackAsTheyWereAndAreNoLonger() {
        Seeds.run(1000, random -> {
            PullMessage.Rows rows = Messages.rowsWithABase(random, new PartitionId(7));
            PullResponse shared = PullCodec.encode(rows, true);
            assertThat(PullCodec.decode(wired(shared, PullResponse.parser()))).isEqualTo(rows);
            PullMessage.Rows alone = (PullMessage.Rows) PullCodec.decode(PullCodec.encode(rows));
            assertThat(alone.deltas()).isEqualTo(rows.deltas());
            assertThat(alone.base()).isEqualTo(DotSet.EMPTY);
            damage(random, shared, PullResponse.parser(), message -> PullCodec.encode(PullCodec.decode(message), true));
        });
    }

    @Test
    void everyReasonOfARefusalTravels() {
        for (Refusal.Reason reason : Refusal.Reason.values()) {
            Refusal refusal = new Refusal(reason, 7, "because");
            assertThat(StorageAnswerCodec.decode(StorageAnswerCodec.encode(refusal)))
                    .isEqualTo(refusal);
        }
    }

    @Test
    void aReasonThatOnlyANewerVersionHasIsReadAsNotUnderstood() {
        var refusal = io.dotkv.proto.storage.v1.Refusal.newBuilder()
                .setReasonValue(99)
                .setDetail("new");
        assertThat(StorageAnswerCodec.decode(refusal.build()))
                .isEqualTo(new Refusal(Refusal.Reason.NOT_UNDERSTOOD, 0, "new"));
        refusal.setReason(RefusalReason.REFUSAL_REASON_UNSPECIFIED);
        assertThat(StorageAnswerCodec.decode(refusal.build()).reason()).isEqualTo(Refusal.Reason.NOT_UNDERSTOOD);
    }

    @Test
    void damagedMessagesAreRefusedOrMakeAWellFormedValue() {
        Seeds.run(600, random -> {
            damage(
                    random,
                    StorageRequestCodec.encode(Messages.read(random), NOW),
                    ReadRequest.parser(),
                    message -> StorageRequestCodec.encode(StorageRequestCodec.decode(message, NOW + 1000), NOW));
            damage(
                    random,
                    StorageRequestCodec.encode(Messages.mutate(random), NOW),
                    MutateRequest.parser(),
                    message -> StorageRequestCodec.encode(StorageRequestCodec.decode(message, NOW + 1000), NOW));
            damage(
                    random,
                    StorageRequestCodec.encode(Messages.apply(random), NOW),
                    ApplyRequest.parser(),
                    message -> StorageRequestCodec.encode(StorageRequestCodec.decode(message, NOW + 1000), NOW));
            damage(
                    random,
                    StorageRequestCodec.encode(Messages.scan(random)),
                    ScanRequest.parser(),
                    message -> StorageRequestCodec.encode(StorageRequestCodec.decode(message, NOW + 1000)));
            damage(
                    random,
                    StorageRequestCodec.encode(Messages.mandate(random)),
                    AssumeRequest.parser(),
                    message -> StorageRequestCodec.encode(StorageRequestCodec.decode(message)));
            damage(
                    random,
                    PullCodec.encode(Messages.pull(random)),
                    PullRequest.parser(),
                    message -> PullCodec.encode(PullCodec.decode(message)));
            damage(
                    random,
                    PullCodec.encode(Messages.pullMessage(random)),
                    PullResponse.parser(),
                    message -> PullCodec.encode(PullCodec.decode(message)));
            damage(
                    random,
                    AlgebraCodec.encode(Samples.row(random)),
                    io.dotkv.proto.storage.v1.Row.parser(),
                    message -> AlgebraCodec.encode(AlgebraCodec.decode(message)));
            damage(
                    random,
                    StorageAnswerCodec.encode(Messages.page(random)),
                    io.dotkv.proto.storage.v1.Page.parser(),
                    message -> StorageAnswerCodec.encode(StorageAnswerCodec.decode(message)));
        });
    }

    @Test
    void payloadsAreCopiedOnlyWhenTheyArePartOfALargerArray() {
        byte[] array = {1, 2, 3};
        assertThat(AlgebraCodec.decode(UnsafeByteOperations.unsafeWrap(array)).array())
                .isSameAs(array);
        assertThat(AlgebraCodec.decode(UnsafeByteOperations.unsafeWrap(array, 1, 2)))
                .isEqualTo(bytes(2, 3));
        ByteString rope = ByteString.copyFrom(new byte[200]).concat(UnsafeByteOperations.unsafeWrap(new byte[200]));
        assertThat(AlgebraCodec.decode(rope)).isEqualTo(Bytes.wrap(new byte[400]));
        ByteString ofBuffer = UnsafeByteOperations.unsafeWrap(ByteBuffer.wrap(array));
        assertThat(AlgebraCodec.decode(ofBuffer)).isEqualTo(bytes(1, 2, 3));
    }

    @Test
    void whatARequestMayNotSayIsRefusedWithASentence() {
        MutateRequest good = StorageRequestCodec.encode(
                new Requests.Mutate(1, Messages.KEY, Optional.empty(), Optional.empty(), "id", NOW), NOW);
        assertRefused(good.toBuilder().clearKey().build(), "a key has 1 to 4096 bytes, not 0");
        assertRefused(good.toBuilder().clearRequestId().build(), "a mutation needs a request id");
        assertRefused(
                good.toBuilder().setRequestId("x".repeat(65)).build(), "a request id has at most 64 bytes, not 65");
        assertRefused(
                good.toBuilder().clearReplaces().build(),
                "a mutation says what it replaces: EVERYTHING_SEEN or WHAT_THE_CONTEXT_COVERS, not 0");
        assertRefused(
                good.toBuilder()
                        .setContext(io.dotkv.proto.storage.v1.DotSet.getDefaultInstance())
                        .build(),
                "a mutation that replaces everything seen has no context");
        assertRefused(good.toBuilder().setPlacement(-1).build(), "no placement has the number 18446744073709551615");
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> StorageRequestCodec.decode(ScanRequest.getDefaultInstance(), NOW))
                .withMessage("a scan's limit is 1 to 10000 rows, not 0");
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> StorageRequestCodec.partitions(List.of(1, 1)))
                .withMessage("partition 1 is named twice");
    }

    @Test
    void timeTravelsAsWhatIsLeftOfIt() {
        TimeLimits limits = new TimeLimits(10_000, 60_000_000);
        assertThat(TimeLimits.microsLeft(NOW + 5_500, NOW)).isEqualTo(5);
        assertThat(TimeLimits.microsLeft(NOW - 5_500, NOW)).isEqualTo(1);
        assertThat(TimeLimits.microsLeft(Long.MIN_VALUE + 3_000, Long.MAX_VALUE - 999))
                .isEqualTo(4);
        assertThat(limits.deadline(5, NOW)).isEqualTo(NOW + 5_000);
        assertThat(limits.deadline(0, NOW)).isEqualTo(NOW + 10_000);
        assertThat(limits.deadline(Long.MAX_VALUE, NOW)).isEqualTo(NOW + 60_000_000);
        assertThat(limits.deadline(-1, NOW)).isEqualTo(NOW + 60_000_000);
    }

    private static void assertRefused(MutateRequest request, String sentence) {
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> StorageRequestCodec.decode(request, NOW))
                .withMessage(sentence);
    }

    private static Bytes bytes(int... values) {
        byte[] array = new byte[values.length];
        for (int index = 0; index < values.length; index++) {
            array[index] = (byte) values[index];
        }
        return Bytes.wrap(array);
    }

    private static <M extends MessageLite> M wired(M message, Parser<M> parser) throws InvalidProtocolBufferException {
        return parser.parseFrom(message.toByteArray());
    }

    /** Flips bits of a message; what still parses is refused, or decodes to something that goes over the wire again. */
    private static <M extends MessageLite> void damage(
            RandomSource random, M message, Parser<M> parser, RoundTrip<M> roundTrip) {
        byte[] array = message.toByteArray();
        int flips = array.length == 0 ? 0 : 1 + random.nextInt(3);
        for (int flip = 0; flip < flips; flip++) {
            array[random.nextInt(array.length)] ^= (byte) (1 << random.nextInt(8));
        }
        try {
            M damaged = parser.parseFrom(array);
            M again = parser.parseFrom(roundTrip.apply(damaged).toByteArray());
            assertThat(roundTrip.apply(again)).isEqualTo(again);
        } catch (InvalidProtocolBufferException unparsable) {
            assertThat(unparsable).hasMessageMatching("(?s).{5,}");
        } catch (MalformedException refused) {
            assertThat(refused).hasMessageMatching("(?s).{5,}");
        }
    }

    @Test
    void aMandateNamesPartitionsThatExist() {
        AssumeRequest request = StorageRequestCodec.encode(new Assignment(
                "0".repeat(32),
                new NodeId("n1"),
                1,
                1,
                0,
                1,
                16,
                List.of(new PartitionId(16)),
                2,
                2,
                3,
                Retirements.NONE));
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> StorageRequestCodec.decode(request))
                .withMessage("of 16 partitions none has the number 16");
    }
}
