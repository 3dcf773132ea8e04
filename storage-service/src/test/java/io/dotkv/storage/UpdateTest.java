package io.dotkv.storage;

import static io.dotkv.storage.StorageRig.done;
import static io.dotkv.storage.StorageRig.soon;
import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Delta;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.encoding.MalformedException;
import io.dotkv.kernel.types.Content;
import io.dotkv.kernel.types.DataType;
import io.dotkv.kernel.types.Place;
import io.dotkv.kernel.types.Step;
import io.dotkv.kernel.types.TypeChange;
import io.dotkv.kernel.types.Update;
import io.dotkv.storage.local.StorageSettings;
import io.dotkv.storage.replica.KeyLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Updates of data types on two storages. */
@Tag("integration")
class UpdateTest {
    private static final Key KEY = Key.of("cart");
    private static final Step COUNT = new Step(new Place(List.of(), DataType.COUNTER), new TypeChange.Increase(5));

    @TempDir
    private Path folders;

    private StorageRig ann = new StorageRig(Path.of("unset"), 1);
    private StorageRig bob = new StorageRig(Path.of("unset"), 2);

    @BeforeEach
    void start() {
        ann = new StorageRig(folders.resolve("ann"), 1);
        bob = new StorageRig(folders.resolve("bob"), 2);
        ann.start();
        bob.start();
    }

    @AfterEach
    void stop() {
        ann.close();
        bob.close();
    }

    @Test
    void concurrentAdditionsOfTwoReplicasSumUp() {
        Delta one = ann.done(updating("r1", COUNT)).delta();
        Delta other = bob.done(updating("r2", COUNT)).delta();
        ann.apply(other);
        bob.apply(one);
        bob.apply(one);
        assertThat(content(ann).counter()).isEqualTo(OptionalLong.of(10));
        assertThat(content(bob)).isEqualTo(content(ann));
    }

    @Test
    void anUpdateTakesADotForEachStepAndComesWholeByAPull() {
        Delta delta =
                ann.done(updating("r1", COUNT, adding("fig"), adding("pear"))).delta();
        assertThat(delta.events()).extracting(Dot::counter).containsExactly(1L, 2L, 3L);
        bob.pull(ann);
        assertThat(content(bob)).isEqualTo(content(ann));
        assertThat(content(bob).addWinsSet()).containsExactly(Bytes.utf8("fig"), Bytes.utf8("pear"));
    }

    @Test
    void aRetryCountsOnceAtTheSameReplicaAndAtOneThatTookTheDelta() {
        Delta delta = ann.done(updating("r1", adding("fig"), COUNT)).delta();
        done(bob.storage().apply(new Requests.Apply(1, delta, "r1", soon())));
        for (StorageRig replica : List.of(ann, bob)) {
            StampedWrite again = replica.done(updating("r1", adding("fig"), COUNT));
            assertThat(again.repeated()).isTrue();
            assertThat(again.delta().events()).isEqualTo(delta.events());
            assertThat(content(replica).counter()).isEqualTo(OptionalLong.of(5));
        }
    }

    @Test
    void aPutAndAnUpdateLeaveEachOtherAloneAndADeleteTakesBoth() {
        ann.done(updating("r1", COUNT));
        ann.put("cart", "plain");
        ann.done(updating("r2", adding("fig")));
        assertThat(content(ann).types()).containsExactly(DataType.REGISTER, DataType.COUNTER, DataType.ADD_WINS_SET);
        ann.done(new Requests.Mutate(1, KEY, Optional.empty(), Optional.empty(), "", soon()));
        assertThat(ann.row("cart").leaves()).isEmpty();
    }

    @Test
    void whatWasUpdatedIsThereAfterARestart() {
        ann.done(updating("r1", COUNT, adding("fig")));
        Content before = content(ann);
        ann.restart();
        assertThat(content(ann)).isEqualTo(before);
        ann.done(updating("r2", COUNT));
        assertThat(content(ann).counter()).isEqualTo(OptionalLong.of(10));
    }

    @Test
    void aKeyThatIsFullTakesNoMoreButMayShrink() {
        ann.close();
        ann = new StorageRig(folders.resolve("small"), 1)
                .with(new StorageSettings(
                        StorageSettings.Durability.SYNC,
                        Duration.ofHours(1),
                        1,
                        1,
                        1000,
                        8L << 20,
                        new KeyLimits(5, 2, 1000),
                        1000,
                        60_000));
        ann.start();
        ann.done(updating("r1", adding("fig"), adding("pear")));
        Refusal refusal = ann.refusal(updating("r2", adding("plum")));
        assertThat(refusal.reason()).isEqualTo(Refusal.Reason.CHANGE_IMPOSSIBLE);
        assertThat(refusal.detail()).contains("3 elements").contains("the limit is 2");
        ann.done(updating("r3", new Step(set(), new TypeChange.Remove(Bytes.utf8("fig")))));
        ann.done(updating("r4", adding("plum")));
        assertThat(ann.refusal(updating(
                                "r5",
                                new Step(new Place(List.of(), DataType.LAST_WRITE), new TypeChange.Clear()),
                                new Step(set(), new TypeChange.Remove(Bytes.utf8("plum"))),
                                new Step(
                                        new Place(List.of(), DataType.LAST_WRITE),
                                        new TypeChange.Put(Bytes.wrap(new byte[2000])))))
                        .detail())
                .contains("bytes, and the limit is 1000");
    }

    @Test
    void aCounterThatWouldOverflowIsRefusedAndStaysAsItWas() {
        ann.done(updating("r1", new Step(COUNT.place(), new TypeChange.Increase(Long.MAX_VALUE))));
        assertThat(ann.refusal(updating("r2", COUNT)).detail()).contains("64 bits");
        assertThat(content(ann).counter()).isEqualTo(OptionalLong.of(Long.MAX_VALUE));
    }

    private static Step adding(String element) {
        return new Step(set(), new TypeChange.Add(Bytes.utf8(element)));
    }

    private static Place set() {
        return new Place(List.of(), DataType.ADD_WINS_SET);
    }

    private static Requests.Mutate updating(String requestId, Step... steps) {
        return new Requests.Mutate(1, KEY, new Mutation.Typed(new Update(Arrays.asList(steps))), requestId, soon());
    }

    private static Content content(StorageRig replica) {
        try {
            return Content.of(replica.row("cart").leaves());
        } catch (MalformedException e) {
            throw new AssertionError(e);
        }
    }
}
