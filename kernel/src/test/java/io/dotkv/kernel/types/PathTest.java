package io.dotkv.kernel.types;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.dotkv.kernel.Actor;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.HybridTime;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.encoding.MalformedException;
import io.dotkv.kernel.ports.RandomSource;
import io.dotkv.kernel.testkit.Samples;
import io.dotkv.kernel.testkit.Seeds;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Places as paths, and whatever bytes as the leaves of a key. */
class PathTest {
    @Test
    void pathsComeBackAsTheyWere() throws MalformedException {
        Seeds.run(5000, random -> {
            LeafPath path = draw(random);
            assertThat(LeafPath.of(path.path())).isEqualTo(path);
        });
        assertThat(LeafPath.of(Bytes.EMPTY).place()).isEqualTo(Place.PLAIN);
    }

    @Test
    void aPlaceHoldsTheLeavesAtOrBelowItAndNoOthers() {
        Seeds.run(5000, random -> {
            LeafPath path = draw(random);
            LeafPath other = draw(random);
            boolean same = path.place().equals(other.place());
            assertThat(holds(path.place().path(), other)).isEqualTo(same);
            for (int depth = 0; depth < path.place().fields().size(); depth++) {
                List<Bytes> outer = path.place().fields().subList(0, depth);
                Bytes field = path.place().fields().get(depth);
                assertThat(holds(new Place(outer, DataType.MAP).path(field), path))
                        .isTrue();
                List<Bytes> fields = other.place().fields();
                assertThat(holds(new Place(outer, DataType.MAP).path(field), other))
                        .isEqualTo(fields.size() > depth
                                && fields.subList(0, depth + 1)
                                        .equals(path.place().fields().subList(0, depth + 1)));
            }
        });
    }

    private static boolean holds(Bytes path, LeafPath leaf) {
        return Place.at(path).holds(leaf(leaf.path(), Bytes.EMPTY, 1));
    }

    @Test
    void anyBytesAreThePathOfALeafOrRefused() {
        Seeds.run(200_000, random -> {
            byte[] bytes = almost(random);
            try {
                LeafPath path = LeafPath.of(Bytes.wrap(bytes));
                assertThat(LeafPath.of(path.path())).isEqualTo(path);
            } catch (MalformedException refused) {
                assertThat(refused.getMessage()).hasSizeGreaterThan(5);
            }
        });
    }

    @Test
    void anyLeavesAreAContentOrRefused() {
        Seeds.run(50_000, random -> {
            List<Leaf> leaves = new ArrayList<>();
            int count = random.nextInt(5);
            for (int index = 1; index <= count; index++) {
                Bytes path = random.nextInt(3) == 0
                        ? Bytes.wrap(almost(random))
                        : draw(random).path();
                leaves.add(leaf(path, Samples.bytes(random, random.nextInt(12)), index));
            }
            try {
                assertThat(Content.of(leaves).types()).isNotNull();
            } catch (MalformedException refused) {
                assertThat(refused.getMessage()).hasSizeGreaterThan(5);
            }
        });
    }

    @Test
    void aPathThroughTooManyMapsIsRefused() {
        List<Bytes> fields = Collections.nCopies(Place.MAX_DEPTH, Bytes.utf8("f"));
        Place deepest = new Place(fields, DataType.COUNTER);
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> new Place(Collections.nCopies(Place.MAX_DEPTH + 1, Bytes.utf8("f")), DataType.COUNTER))
                .withMessageContaining("at most 16 deep");
        byte[] deeper = new byte[3 + deepest.path().length()];
        System.arraycopy(deepest.path().array(), 0, deeper, 0, 3);
        System.arraycopy(deepest.path().array(), 0, deeper, 3, deepest.path().length());
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> LeafPath.of(Bytes.wrap(deeper)));
    }

    @Test
    void aNameOfNoBytesOrOfTooManyIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new TypeChange.Add(Bytes.EMPTY));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TypeChange.Add(Bytes.wrap(new byte[Place.MAX_NAME_BYTES + 1])));
        assertThatIllegalArgumentException().isThrownBy(() -> new Place(List.of(Bytes.EMPTY), DataType.COUNTER));
    }

    @Test
    void aChangeThatDoesNotFitTheTypeIsRefusedInWords() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Step(new Place(List.of(), DataType.ADD_WINS_SET), new TypeChange.Increase(1)))
                .withMessage("the change increase does not fit the type add_wins_set");
    }

    private static LeafPath draw(RandomSource random) {
        List<Bytes> fields = new ArrayList<>();
        int depth = random.nextInt(4);
        for (int index = 0; index < depth; index++) {
            fields.add(name(random));
        }
        List<DataType> types = new ArrayList<>(List.of(DataType.values()));
        // A map has no leaves.
        types.remove(DataType.MAP);
        DataType type = types.get(random.nextInt(types.size()));
        return new LeafPath(new Place(fields, type), type.hasElements() ? name(random) : Bytes.EMPTY);
    }

    private static Bytes name(RandomSource random) {
        return random.nextInt(50) == 0
                ? Bytes.wrap(Samples.array(random, Place.MAX_NAME_BYTES))
                : Bytes.wrap(new byte[] {(byte) random.nextInt(9)});
    }

    /** A path that is cut, lengthened or changed; or small numbers, which get far into the decoder. */
    private static byte[] almost(RandomSource random) {
        byte[] bytes = random.nextInt(2) == 0
                ? new byte[random.nextInt(12)]
                : draw(random).path().array().clone();
        int changes = random.nextInt(4);
        for (int change = 0; change < changes && bytes.length > 0; change++) {
            bytes[random.nextInt(Math.min(20, bytes.length))] =
                    (byte) random.nextInt(random.nextInt(2) == 0 ? 10 : 256);
        }
        return bytes;
    }

    private static Leaf leaf(Bytes path, Bytes payload, int counter) {
        return new Leaf(new Dot(new Actor(1, 1), counter), path, HybridTime.ofMillis(1), payload);
    }
}
