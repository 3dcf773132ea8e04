package io.dotkv.cluster.register.format;

import static io.dotkv.cluster.register.state.States.acceptor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.dotkv.cluster.layout.Formation;
import io.dotkv.cluster.register.paxos.Accepted;
import io.dotkv.cluster.register.paxos.AcceptorRecord;
import io.dotkv.cluster.register.paxos.AcceptorStart;
import io.dotkv.cluster.register.paxos.Ballot;
import io.dotkv.cluster.register.state.AcceptorId;
import io.dotkv.cluster.register.state.ClusterState;
import io.dotkv.cluster.register.state.MemberChange;
import io.dotkv.cluster.register.state.RegisteredMember;
import io.dotkv.cluster.register.state.States;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.encoding.MalformedException;
import io.dotkv.kernel.ports.RandomSource;
import io.dotkv.kernel.ports.SeededRandom;
import io.dotkv.kernel.testkit.Samples;
import io.dotkv.kernel.testkit.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class RegisterFormatTest {
    private static AcceptorRecord record(RandomSource random) {
        TreeMap<AcceptorId, AcceptorStart> starts = new TreeMap<>();
        for (int index = random.nextInt(4); index > 0; index--) {
            starts.put(acceptor("b" + index), new AcceptorStart(1 + random.nextInt(9), random.nextLong()));
        }
        Ballot ballot = new Ballot(random.nextInt(1_000), random.nextLong());
        return new AcceptorRecord(
                acceptor("a"),
                new AcceptorStart(1 + random.nextInt(300), random.nextLong()),
                random.nextInt(2) == 0,
                new Ballot(ballot.round() + 1, random.nextLong()),
                random.nextInt(4) == 0 ? Optional.empty() : Optional.of(new Accepted(ballot, States.random(random))),
                random.nextInt(2) == 0,
                starts);
    }

    @Test
    void aStateAndARecordAreReadAsTheyWereWritten() {
        Seeds.run(1_000, random -> {
            ClusterState state = States.random(random);
            assertThat(RegisterFormat.decodeState(RegisterFormat.encode(state))).isEqualTo(state);
            AcceptorRecord record = record(random);
            assertThat(RegisterFormat.decodeRecord(RegisterFormat.encode(record)))
                    .isEqualTo(record);
        });
    }

    @Test
    void damageAtAnyByteIsRefused() {
        byte[] encoded = RegisterFormat.encode(record(new SeededRandom(3)));
        for (int index = 0; index < encoded.length; index++) {
            byte[] damaged = encoded.clone();
            damaged[index] ^= 0x10;
            assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> RegisterFormat.decodeRecord(damaged));
            byte[] cut = Arrays.copyOf(encoded, index);
            assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> RegisterFormat.decodeRecord(cut));
        }
    }

    @Test
    void bytesWithAGoodChecksumAreReadOrRefusedAndNothingElse() {
        Seeds.run(4_000, random -> {
            byte[] encoded = random.nextInt(2) == 0
                    ? RegisterFormat.encode(record(random))
                    : RegisterFormat.encode(States.random(random));
            byte[] bytes = random.nextInt(8) == 0 ? Samples.array(random, 5 + random.nextInt(200)) : encoded;
            for (int change = random.nextInt(4); change > 0; change--) {
                bytes[random.nextInt(bytes.length - 4)] = (byte) random.nextInt(256);
            }
            seal(bytes);
            try {
                ClusterState state = RegisterFormat.decodeState(bytes);
                assertThat(RegisterFormat.decodeState(RegisterFormat.encode(state)))
                        .isEqualTo(state);
            } catch (MalformedException refused) {
                assertThat(refused).message().isNotBlank();
            }
            try {
                AcceptorRecord record = RegisterFormat.decodeRecord(bytes);
                assertThat(RegisterFormat.decodeRecord(RegisterFormat.encode(record)))
                        .isEqualTo(record);
            } catch (MalformedException refused) {
                assertThat(refused).message().isNotBlank();
            }
        });
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
    void anotherVersionIsNamed() {
        byte[] bytes = RegisterFormat.encode(States.formedBy("a"));
        bytes[0] = 9;
        seal(bytes);
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> RegisterFormat.decodeState(bytes))
                .withMessageContaining("unknown version 9");
    }

    /**
     * Each change writes all of it at each acceptor and sends it twice to or from each, so its size is what a change
     * costs.
     */
    @Test
    void aThousandMembersWithFourThousandPartitionsFitIntoAHundredKilobytes() throws MalformedException {
        ClusterState state = large();
        byte[] encoded = RegisterFormat.encode(state);
        assertThat(encoded.length).isLessThan(100_000);
        assertThat(RegisterFormat.decodeState(encoded)).isEqualTo(state);
    }

    static ClusterState large() {
        RandomSource random = new SeededRandom(1);
        List<NodeId> founders = new ArrayList<>();
        List<String> instances = new ArrayList<>();
        for (int index = 0; index < 1_000; index++) {
            founders.add(new NodeId("node-%04d.rack-%d".formatted(index, index % 20)));
            instances.add(id(random));
        }
        ClusterState state = ClusterState.first(
                Formation.first(id(random), Bytes.wrap(Samples.array(random, 32)), founders, instances, 4_096, 3));
        for (RegisteredMember member : state.members()) {
            state = States.after(
                    state,
                    new MemberChange.Boot(member.node(), member.instance(), 0, random.nextLong(), id(random), 0));
        }
        return state;
    }

    private static String id(RandomSource random) {
        return HexFormat.of().formatHex(Samples.array(random, 16));
    }
}
