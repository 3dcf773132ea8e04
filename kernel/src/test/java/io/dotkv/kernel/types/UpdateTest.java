package io.dotkv.kernel.types;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.dotkv.kernel.Actor;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Delta;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.HybridTime;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.MultiValueRegister;
import io.dotkv.kernel.Row;
import io.dotkv.kernel.encoding.MalformedException;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Updates one by one, on a row that one node writes. */
class UpdateTest {
    private static final Key KEY = Key.of("cart:42");
    private static final Actor A = new Actor(1, 1);
    private static final Actor B = new Actor(2, 1);
    private static final Place COUNTER = place(DataType.COUNTER);
    private static final Place SET = place(DataType.ADD_WINS_SET);
    private static final Step ADD_FIG = new Step(SET, new TypeChange.Add(Bytes.utf8("fig")));
    private static final Step ADD_PEAR = new Step(SET, new TypeChange.Add(Bytes.utf8("pear")));

    @Test
    void eachStepTakesTheNextDotAndRemovalsDoToo() throws Exception {
        Step remove = new Step(SET, new TypeChange.Remove(Bytes.utf8("fig")));
        Delta delta = delta(Row.EMPTY, A, 7, ADD_FIG, ADD_PEAR, remove);
        assertThat(delta.events()).containsExactly(new Dot(A, 7), new Dot(A, 8), new Dot(A, 9));
        assertThat(delta.leaves()).extracting(Leaf::dot).containsExactly(new Dot(A, 8));
        assertThat(delta.context().contains(new Dot(A, 9))).isTrue();
    }

    @Test
    void aValueThatIsPutBesideOthersReplacesNoneAndIsTheNewest() throws Exception {
        Place register = new Place(List.of(Bytes.utf8("f")), DataType.REGISTER);
        Row before = after(Row.EMPTY, A, 1, new Step(register, new TypeChange.Put(Bytes.utf8("old"))));
        Row row = after(
                before,
                B,
                1,
                new Step(register, new TypeChange.Put(Bytes.utf8("first"))),
                new Step(register, new TypeChange.PutBeside(Bytes.utf8("second"))),
                new Step(register, new TypeChange.PutBeside(Bytes.utf8("third"))));
        assertThat(valuesInF(row)).containsExactly(Bytes.utf8("third"), Bytes.utf8("second"), Bytes.utf8("first"));
        Row put = after(row, A, 2, new Step(register, new TypeChange.Put(Bytes.utf8("resolved"))));
        assertThat(valuesInF(put)).containsExactly(Bytes.utf8("resolved"));
    }

    private static List<Bytes> valuesInF(Row row) throws MalformedException {
        return Objects.requireNonNull(Content.of(row.leaves()).fields().get(Bytes.utf8("f")))
                .values();
    }

    @Test
    void typesOfOneKeyLiveBesideEachOther() throws Exception {
        Row row = after(Row.EMPTY, A, 1, new Step(COUNTER, new TypeChange.Increase(3)), ADD_FIG);
        Delta put =
                MultiValueRegister.replaceSeen(KEY, new Dot(A, 3), HybridTime.ofMillis(3), Bytes.utf8("plain"), row);
        Content content =
                Content.of(row.join(new Row(put.leaves(), put.context())).leaves());
        assertThat(content.types()).containsExactly(DataType.REGISTER, DataType.COUNTER, DataType.ADD_WINS_SET);
        assertThat(content.counter()).isEqualTo(OptionalLong.of(3));
    }

    @Test
    void theDeletionOfAKeyTakesAllTypesWithIt() throws Exception {
        Row row = after(Row.EMPTY, A, 1, new Step(COUNTER, new TypeChange.Increase(3)), ADD_FIG);
        Delta deletion = MultiValueRegister.replaceSeen(KEY, new Dot(A, 3), HybridTime.ofMillis(3), null, row);
        assertThat(row.join(new Row(deletion.leaves(), deletion.context())).leaves())
                .isEmpty();
    }

    @Test
    void aResetConcurrentWithAnIncrementLeavesTheWholeShareOfThatNode() throws Exception {
        Row before = after(Row.EMPTY, A, 1, new Step(COUNTER, new TypeChange.Increase(10)));
        Row reset = after(before, B, 1, new Step(COUNTER, new TypeChange.Clear()));
        Row increased = after(before, A, 2, new Step(COUNTER, new TypeChange.Increase(1)));
        assertThat(Content.of(reset.join(increased).leaves()).counter()).isEqualTo(OptionalLong.of(11));
    }

    @Test
    void aMapFieldThatIsRemovedKeepsWhatTheRemovalHasNotSeen() throws Exception {
        Place inside = new Place(List.of(Bytes.utf8("items")), DataType.ADD_WINS_SET);
        Row before = after(Row.EMPTY, A, 1, new Step(inside, new TypeChange.Add(Bytes.utf8("fig"))));
        Row removed = after(before, B, 1, new Step(place(DataType.MAP), new TypeChange.Remove(Bytes.utf8("items"))));
        Row added = after(before, A, 2, new Step(inside, new TypeChange.Add(Bytes.utf8("pear"))));
        assertThat(Content.of(removed.leaves()).isEmpty()).isTrue();
        Content content = Content.of(removed.join(added).leaves());
        assertThat(content.fields()).containsOnlyKeys(Bytes.utf8("items"));
        assertThat(content.fields().values())
                .allSatisfy(
                        field -> assertThat(field.addWinsSet()).isEqualTo(new TreeSet<>(List.of(Bytes.utf8("pear")))));
    }

    @Test
    void aCounterThatWouldOverflowIsRefused() throws Exception {
        Row row = after(Row.EMPTY, A, 1, new Step(COUNTER, new TypeChange.Increase(Long.MAX_VALUE)));
        assertThatExceptionOfType(ImpossibleChangeException.class)
                .isThrownBy(() -> delta(row, A, 2, new Step(COUNTER, new TypeChange.Increase(1))))
                .withMessageContaining("64 bits");
    }

    @Test
    void aSumBeyond64BitsIsShownAsTheLargestNumber() throws Exception {
        Row row = after(Row.EMPTY, A, 1, new Step(COUNTER, new TypeChange.Increase(Long.MAX_VALUE)));
        Row both = after(row, B, 1, new Step(COUNTER, new TypeChange.Increase(Long.MAX_VALUE)));
        assertThat(Content.of(both.leaves()).counter()).isEqualTo(OptionalLong.of(Long.MAX_VALUE));
    }

    @Test
    void anUpdateHasABoundedNumberOfSteps() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Update(List.of()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Update(Collections.nCopies(Update.MAX_STEPS + 1, ADD_FIG)))
                .withMessageContaining("1 to 256 steps, not 257");
    }

    @Test
    void leavesOfATypeThatIsNotKnownAreRefused() {
        Leaf strange = new Leaf(new Dot(A, 1), Bytes.wrap(new byte[] {77}), HybridTime.ZERO, Bytes.EMPTY);
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> Content.of(List.of(strange)))
                .withMessage("a data type with the unknown code 77");
    }

    private static Place place(DataType type) {
        return new Place(List.of(), type);
    }

    private static Delta delta(Row row, Actor actor, long counter, Step... steps) throws ImpossibleChangeException {
        return new Update(List.of(steps))
                .draft(KEY, row, new Dot(actor, counter), HybridTime.ofMillis(counter))
                .delta();
    }

    private static Row after(Row row, Actor actor, long counter, Step... steps) throws ImpossibleChangeException {
        Delta delta = delta(row, actor, counter, steps);
        return row.join(new Row(delta.leaves(), delta.context()));
    }
}
