package io.dotkv.cluster.register.format;

import static io.dotkv.cluster.register.state.States.acceptor;
import static io.dotkv.cluster.register.state.States.node;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.dotkv.cluster.register.paxos.Accepted;
import io.dotkv.cluster.register.paxos.AcceptorAnswer;
import io.dotkv.cluster.register.paxos.AcceptorQuestion;
import io.dotkv.cluster.register.paxos.AcceptorRecord;
import io.dotkv.cluster.register.paxos.AcceptorStart;
import io.dotkv.cluster.register.paxos.Ballot;
import io.dotkv.cluster.register.state.AcceptorChange;
import io.dotkv.cluster.register.state.AcceptorId;
import io.dotkv.cluster.register.state.MemberChange;
import io.dotkv.cluster.register.state.RetirementChange;
import io.dotkv.cluster.register.state.StateChange;
import io.dotkv.cluster.register.state.States;
import io.dotkv.kernel.Actor;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.encoding.MalformedException;
import io.dotkv.kernel.ports.RandomSource;
import io.dotkv.kernel.testkit.Seeds;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class RegisterMessagesTest {
    private static Ballot ballot(RandomSource random) {
        return new Ballot(random.nextInt(1_000), random.nextLong());
    }

    private static AcceptorStart start(RandomSource random) {
        return new AcceptorStart(1 + random.nextInt(1_000), random.nextLong());
    }

    private static SortedMap<AcceptorId, AcceptorStart> starts(RandomSource random) {
        TreeMap<AcceptorId, AcceptorStart> starts = new TreeMap<>();
        for (int index = random.nextInt(4); index > 0; index--) {
            starts.put(acceptor("s" + index), start(random));
        }
        return starts;
    }

    private static List<AcceptorQuestion> questions(RandomSource random) {
        return List.of(
                new AcceptorQuestion.Prepare(acceptor("a"), ballot(random), starts(random)),
                new AcceptorQuestion.Accept(acceptor("a"), ballot(random), States.random(random), starts(random)),
                new AcceptorQuestion.Remind(acceptor("a"), acceptor("b"), start(random)));
    }

    private static List<AcceptorAnswer> answers(RandomSource random) {
        Accepted accepted = new Accepted(ballot(random), States.random(random));
        AcceptorRecord record = new AcceptorRecord(
                acceptor("a"), start(random), true, accepted.ballot(), Optional.of(accepted), false, starts(random));
        return List.of(
                new AcceptorAnswer.Promised(
                        acceptor("a"), ballot(random), start(random), starts(random), Optional.of(accepted), true),
                new AcceptorAnswer.Promised(
                        acceptor("a"), ballot(random), start(random), starts(random), Optional.empty(), false),
                new AcceptorAnswer.Took(acceptor("a"), ballot(random), start(random), starts(random)),
                new AcceptorAnswer.Outbid(acceptor("a"), ballot(random), ballot(random)),
                new AcceptorAnswer.Reminded(acceptor("a"), start(random), record),
                new AcceptorAnswer.Overtaken(acceptor("a"), start(random), start(random)),
                new AcceptorAnswer.Declined(acceptor("a"), "it is not here"));
    }

    private static List<StateChange> changes(RandomSource random) {
        return List.of(
                States.join("d"),
                new MemberChange.Join(node("d"), "d-2", Optional.of("d-1")),
                new MemberChange.Boot(
                        node("d"), "d-1", random.nextInt(9), random.nextLong(), "disk", random.nextInt(9)),
                new MemberChange.Leave(node("d"), "d-1"),
                new MemberChange.Remove(node("d"), "d-1"),
                new AcceptorChange.Add(acceptor("d")),
                new AcceptorChange.Replace(acceptor("a"), acceptor("d")),
                new AcceptorChange.Drop(acceptor("a")),
                new AcceptorChange.EndHandover(),
                new StateChange.TakeLayout(States.random(random).layout()),
                new RetirementChange.Open(
                        States.closing(2, 3, random.nextLong(), DotSet.upTo(new Actor(2, 2), 1 + random.nextInt(9)))),
                new RetirementChange.Abort(2, random.nextLong()),
                new RetirementChange.Commit(2, random.nextLong()),
                new RetirementChange.RaiseFloor(2, random.nextLong()),
                new StateChange.Nothing());
    }

    private interface Decoding {
        void decode(byte[] bytes) throws MalformedException;
    }

    @Test
    void whatWasSaidIsUnderstood() {
        Seeds.run(300, random -> {
            for (AcceptorQuestion question : questions(random)) {
                assertThat(RegisterMessages.decodeQuestion(RegisterMessages.encode(question)))
                        .isEqualTo(question);
            }
            for (AcceptorAnswer answer : answers(random)) {
                assertThat(RegisterMessages.decodeAnswer(RegisterMessages.encode(answer)))
                        .isEqualTo(answer);
            }
            for (StateChange change : changes(random)) {
                assertThat(RegisterMessages.decodeChange(RegisterMessages.encode(change)))
                        .isEqualTo(change);
            }
        });
    }

    @Test
    void aLongSentenceIsCutAndNotRefused() throws MalformedException {
        AcceptorAnswer answer = new AcceptorAnswer.Declined(acceptor("a"), "ß".repeat(1_000));
        assertThat(RegisterMessages.decodeAnswer(RegisterMessages.encode(answer)))
                .isEqualTo(new AcceptorAnswer.Declined(acceptor("a"), "ß".repeat(60)));
    }

    @Test
    void everyCutAndEveryOtherBytesAreRefusedOrUnderstoodAndNothingElse() {
        Seeds.run(200, random -> {
            questions(random)
                    .forEach(each -> attack(random, RegisterMessages.encode(each), RegisterMessages::decodeQuestion));
            answers(random)
                    .forEach(each -> attack(random, RegisterMessages.encode(each), RegisterMessages::decodeAnswer));
            changes(random)
                    .forEach(each -> attack(random, RegisterMessages.encode(each), RegisterMessages::decodeChange));
        });
    }

    private static void attack(RandomSource random, byte[] encoded, Decoding decoding) {
        byte[] cut = Arrays.copyOf(encoded, random.nextInt(encoded.length));
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> decoding.decode(cut));
        byte[] changed = encoded.clone();
        for (int change = 1 + random.nextInt(4); change > 0; change--) {
            changed[random.nextInt(changed.length - 4)] = (byte) random.nextInt(256);
        }
        seal(changed);
        try {
            decoding.decode(changed);
        } catch (MalformedException refused) {
            assertThat(refused).message().isNotBlank();
        }
    }

    private static void seal(byte[] bytes) {
        CRC32C checksum = new CRC32C();
        int end = bytes.length - 4;
        checksum.update(bytes, 0, end);
        for (int index = 0; index < 4; index++) {
            bytes[end + index] = (byte) (checksum.getValue() >>> (24 - 8 * index));
        }
    }

    @Test
    void numbersThatWouldOverflowAreRefused() {
        AcceptorQuestion far =
                new AcceptorQuestion.Prepare(acceptor("a"), new Ballot(Long.MAX_VALUE, 1), new TreeMap<>());
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> RegisterMessages.decodeQuestion(RegisterMessages.encode(far)))
                .withMessageContaining("nothing is counted to");
        AcceptorQuestion later =
                new AcceptorQuestion.Remind(acceptor("a"), acceptor("b"), new AcceptorStart(Long.MAX_VALUE, 1));
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> RegisterMessages.decodeQuestion(RegisterMessages.encode(later)));
    }
}
