package io.dotkv.kernel.types;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.kernel.Actor;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Delta;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.HybridTime;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.Row;
import io.dotkv.kernel.encoding.ByteWriter;
import io.dotkv.kernel.encoding.Encoding;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The sizes that docs/types.md states: bytes on the disk, and contexts, when 1, 3 or 5 replicas have coordinated. */
class SizesTest {
    private static final Key KEY = Key.of("k");
    private static final Bytes TEN = Bytes.utf8("ten bytes!");

    /** Each replica has issued so many events in the partition. */
    private static final long BEFORE = 1_000_000;

    @Test
    void aCounterTakes25BytesAnd18MoreForEachFurtherReplica() throws ImpossibleChangeException {
        assertSizes(new Step(place(DataType.COUNTER), new TypeChange.Increase(100)), 25, 61, 97);
    }

    @Test
    void anElementOfTenBytesTakes34Bytes() throws ImpossibleChangeException {
        assertSizes(new Step(place(DataType.ADD_WINS_SET), new TypeChange.Add(TEN)), 34, 88, 142);
    }

    @Test
    void aValueOfTenBytesInAFieldOfFiveTakes40Bytes() throws ImpossibleChangeException {
        Place field = new Place(List.of(Bytes.utf8("field")), DataType.REGISTER);
        assertSizes(new Step(field, new TypeChange.Put(TEN)), 40, 106, 172);
    }

    @Test
    void aFlagTakes23Bytes() throws ImpossibleChangeException {
        assertSizes(new Step(place(DataType.ENABLE_WINS_FLAG), new TypeChange.Switch(true)), 23, 55, 87);
    }

    @Test
    void aVersionVectorTakesSixBytesForEachReplicaAndAnExactContextEight() throws ImpossibleChangeException {
        Step addition = new Step(place(DataType.ADD_WINS_SET), new TypeChange.Add(TEN));
        for (int replicas : new int[] {1, 3, 5}) {
            assertThat(size(clock(replicas))).isEqualTo(1 + 6 * replicas);
            assertThat(size(concurrently(replicas, addition).dots())).isEqualTo(1 + 8 * replicas);
        }
    }

    private static void assertSizes(Step step, int one, int three, int five) throws ImpossibleChangeException {
        assertThat(row(1, step)).isEqualTo(one);
        assertThat(row(3, step)).isEqualTo(three);
        assertThat(row(5, step)).isEqualTo(five);
    }

    /** The bytes of a row in which each replica has done the step, none having seen the others. */
    private static int row(int replicas, Step step) throws ImpossibleChangeException {
        return Encoding.encodeRow(new Row(concurrently(replicas, step).leaves(), DotSet.EMPTY)).length;
    }

    private static Row concurrently(int replicas, Step step) throws ImpossibleChangeException {
        Row row = Row.EMPTY;
        for (int node = 1; node <= replicas; node++) {
            Delta delta = new Update(List.of(step))
                    .draft(KEY, Row.EMPTY, new Dot(new Actor(node, 1), BEFORE), HybridTime.ofMillis(1))
                    .delta();
            row = row.join(new Row(delta.leaves(), delta.context()));
        }
        return row;
    }

    private static DotSet clock(int replicas) {
        DotSet clock = DotSet.EMPTY;
        for (int node = 1; node <= replicas; node++) {
            clock = clock.union(DotSet.upTo(new Actor(node, 1), BEFORE));
        }
        return clock;
    }

    private static int size(DotSet set) {
        ByteWriter writer = new ByteWriter(32);
        Encoding.writeDotSet(writer, set);
        return writer.toByteArray().length;
    }

    private static Place place(DataType type) {
        return new Place(List.of(), type);
    }
}
