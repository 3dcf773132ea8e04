package io.dotkv.storage;

import static io.dotkv.storage.StorageRig.done;
import static io.dotkv.storage.StorageRig.keyIn;
import static io.dotkv.storage.StorageRig.reading;
import static io.dotkv.storage.StorageRig.refusal;
import static io.dotkv.storage.StorageRig.soon;
import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.Row;
import io.dotkv.kernel.ports.SeededRandom;
import io.dotkv.kernel.testkit.Samples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of a stopped storage of which a bit is flipped, and what becomes of them. */
@Tag("integration")
class StorageDamageTest {
    @TempDir
    private Path folder;

    private final SeededRandom random = new SeededRandom(1);
    private StorageRig ann = new StorageRig(Path.of("unset"), 1);
    private StorageRig ben = new StorageRig(Path.of("unset"), 2);
    private StorageRig cyd = new StorageRig(Path.of("unset"), 3);

    @BeforeEach
    void start() {
        ann = new StorageRig(folder.resolve("ann"), 1);
        ben = new StorageRig(folder.resolve("ben"), 2);
        cyd = new StorageRig(folder.resolve("cyd"), 3);
        List.of(ann, ben, cyd).forEach(StorageRig::start);
    }

    @AfterEach
    void stop() {
        List.of(ann, ben, cyd).forEach(StorageRig::close);
    }

    private void putEverywhere(String key, byte[] value) {
        var delta = ann.done(new Requests.Mutate(
                        1, Key.of(key), Optional.of(Bytes.wrap(value)), Optional.empty(), "", soon()))
                .delta();
        ben.apply(delta);
        cyd.apply(delta);
    }

    /** A value for some keys of each partition, large enough for blocks of their own; the one to be damaged. */
    private byte[] fill(String damaged) {
        byte[] value = Samples.array(random, 50_000);
        for (int partition = 0; partition < StorageRig.PARTITIONS; partition++) {
            for (int key = 0; key < 20; key++) {
                putEverywhere(keyIn(partition) + " " + key, Samples.array(random, 5_000));
            }
        }
        putEverywhere(damaged, value);
        // A start writes what it finds in the log to a file.
        ann.restart();
        ann.close();
        return value;
    }

    /** Flips a bit wherever the engine's files have these bytes. */
    private void flipBitIn(byte[] part) throws IOException {
        int flipped = 0;
        try (Stream<Path> files = Files.list(folder.resolve("ann/engine"))) {
            for (Path file :
                    files.filter(any -> any.toString().endsWith(".sst")).toList()) {
                byte[] bytes = Files.readAllBytes(file);
                for (int at = 0; at + part.length <= bytes.length; at++) {
                    if (Arrays.equals(bytes, at, at + part.length, part, 0, part.length)) {
                        bytes[at] ^= 1;
                        Files.write(file, bytes);
                        flipped++;
                        break;
                    }
                }
            }
        }
        assertThat(flipped).isPositive();
    }

    private static Row exported(StorageRig rig, String key) {
        return done(rig.storage().read(reading(key)));
    }

    private static StorageDescription.Health health(StorageRig rig) {
        return done(rig.storage().describe()).health();
    }

    @Test
    void aRowInADamagedBlockIsNamedAndMendedOnTopOfItAndTheNextStartIsToldOfTheBlock() throws IOException {
        String cart = keyIn(2);
        byte[] value = fill(cart);
        flipBitIn(Arrays.copyOfRange(value, 25_000, 25_100));
        ann.start();
        assertThat(health(ann)).isEqualTo(StorageDescription.Health.GOOD);
        assertThat(refusal(ann.storage().read(reading(cart))).reason()).isEqualTo(Refusal.Reason.DAMAGED);
        assertThat(done(ann.storage().damaged())).containsExactly(Key.of(cart));
        assertThat(health(ann)).isEqualTo(new StorageDescription.Health(1, 1, 0, true, ""));
        Row others = exported(ben, cart).join(exported(cyd, cart));
        Requests.Mend mend = new Requests.Mend(1, Key.of(cart), others, false, soon());
        assertThat(done(ann.storage().mend(mend))).isEqualTo(RowRepair.REPLACED);
        assertThat(exported(ann, cart).leaves()).isEqualTo(others.leaves());
        assertThat(done(ann.storage().damaged())).isEmpty();
        assertThat(health(ann)).isEqualTo(new StorageDescription.Health(0, 1, 1, true, ""));
        assertThat(done(ann.storage().mend(mend))).isEqualTo(RowRepair.READABLE);
    }

    @Test
    void aPartitionWithADamagedBlockIsLeftOutOfTheRebuiltFilesAndTheOthersGoOnAsTheyWere() throws IOException {
        String cart = keyIn(2);
        byte[] value = fill(cart);
        List<PartitionClock> before = done(ben.storage().clocks(Set.of()));
        flipBitIn(Arrays.copyOfRange(value, 25_000, 25_100));
        ann.start();
        Requests.Digest digest =
                new Requests.Digest(1, new PartitionId(2), DotSet.EMPTY, Bytes.EMPTY, List.of(), 1000, soon());
        assertThat(refusal(ann.storage().digest(digest)).reason()).isEqualTo(Refusal.Reason.DAMAGED);
        AssignmentAck assumed = ann.accepted().restart();
        assertThat(assumed.notVoting()).containsExactly(new PartitionId(2));
        assertThat(refusal(ann.storage().read(reading(cart))).reason()).isEqualTo(Refusal.Reason.NOT_VOTING);
        for (PartitionClock clock : done(ann.storage().clocks(Set.of()))) {
            boolean isLeftOut = clock.partition().number() == 2;
            assertThat(clock.voting()).isEqualTo(!isLeftOut);
            assertThat(clock.clock()).isEqualTo(isLeftOut ? DotSet.EMPTY : clockOf(before, clock.partition()));
        }
        for (int partition : List.of(0, 1, 3)) {
            String key = keyIn(partition) + " 7";
            PartitionId of = new Partitioning(StorageRig.PARTITIONS).partitionOf(Key.of(key));
            if (of.number() != 2) {
                assertThat(exported(ann, key)).isEqualTo(exported(ben, key));
            }
        }
        assertThat(folder.resolve("ann/engine.damaged-1")).isDirectory();
        assertThat(health(ann)).isEqualTo(StorageDescription.Health.GOOD);
        ann.pull(ben);
        ann.pull(cyd);
        assertThat(exported(ann, cart)).isEqualTo(exported(ben, cart));
        assertThat(ann.restart().notVoting()).isEmpty();
    }

    private static DotSet clockOf(List<PartitionClock> clocks, PartitionId partition) {
        return clocks.stream()
                .filter(clock -> clock.partition().equals(partition))
                .findFirst()
                .orElseThrow()
                .clock();
    }

    @Test
    void aRebuildThatWasCutOffIsDoneAgainOrFinished() throws IOException {
        String cart = keyIn(2);
        fill(cart);
        Path engine = folder.resolve("ann/engine");
        Path mark = folder.resolve("ann/engine.unreadable");
        Path rebuilt = folder.resolve("ann/engine.rebuilt");
        Files.writeString(mark, "something was unreadable");
        Files.createDirectories(rebuilt);
        Files.writeString(rebuilt.resolve("CURRENT"), "half of a copy");
        assertThat(ann.start().notVoting()).isEmpty();
        assertThat(exported(ann, cart)).isEqualTo(exported(ben, cart));
        ann.close();
        assertThat(mark).doesNotExist();
        Files.writeString(mark, "something was unreadable");
        Files.move(engine, rebuilt);
        assertThat(ann.start().notVoting()).isEmpty();
        assertThat(exported(ann, cart)).isEqualTo(exported(ben, cart));
        assertThat(rebuilt).doesNotExist();
    }
}
