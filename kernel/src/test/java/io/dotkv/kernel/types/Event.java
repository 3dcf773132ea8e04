package io.dotkv.kernel.types;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.HybridTime;
import java.util.BitSet;
import java.util.List;

/**
 * One step as the definitions see it: what was done where, and which earlier events it did away with. Events are
 * numbered; sets of events are sets of numbers and know nothing of contexts.
 *
 * @param amount of a counter: what the actor's share is with this event
 * @param ended the events at its place that it ends, as its coordinator had seen them
 * @param alsoEnded what its coordinator had seen end anywhere, as far as the event tells others of it
 */
record Event(int number, Step step, Dot dot, HybridTime time, long amount, BitSet ended, BitSet alsoEnded) {
    /** Whether it leaves something that can be read. */
    boolean writes() {
        return switch (step.change()) {
            case TypeChange.Put put -> true;
            case TypeChange.PutBeside put -> true;
            case TypeChange.Increase increase -> true;
            case TypeChange.Add add -> true;
            case TypeChange.Remove remove -> step.place().type() == DataType.REMOVE_WINS_SET;
            case TypeChange.Switch flag -> flag.on() == (step.place().type() == DataType.ENABLE_WINS_FLAG);
            case TypeChange.Clear clear -> false;
        };
    }

    /** Whether what this event wrote is at, or inside of, what a step is about. */
    boolean isTouchedBy(Step other) {
        if (other.change() instanceof TypeChange.PutBeside) {
            return false;
        }
        Place there = other.place();
        if (there.type() == DataType.MAP) {
            int depth = there.fields().size();
            List<Bytes> fields = step.place().fields();
            return fields.size() > depth
                    && fields.subList(0, depth).equals(there.fields())
                    && (!(other.change() instanceof TypeChange.Remove(Bytes field))
                            || fields.get(depth).equals(field));
        }
        if (!step.place().equals(there)) {
            return false;
        }
        Bytes element = elementOf(other.change());
        return element.isEmpty() || element.equals(element());
    }

    /** Of a set, or no bytes. */
    Bytes element() {
        return elementOf(step.change());
    }

    private static Bytes elementOf(TypeChange change) {
        return switch (change) {
            case TypeChange.Add(Bytes element) -> element;
            case TypeChange.Remove(Bytes element) -> element;
            case TypeChange.Put put -> Bytes.EMPTY;
            case TypeChange.PutBeside put -> Bytes.EMPTY;
            case TypeChange.Increase increase -> Bytes.EMPTY;
            case TypeChange.Switch flag -> Bytes.EMPTY;
            case TypeChange.Clear clear -> Bytes.EMPTY;
        };
    }

    /** Whether it tells others of everything that its coordinator has seen end, or only of what it ends itself. */
    static boolean tellsAll(Step step) {
        return switch (step.change()) {
            case TypeChange.Put put -> true;
            case TypeChange.PutBeside put -> false;
            case TypeChange.Increase increase -> false;
            case TypeChange.Add add -> step.place().type() == DataType.REMOVE_WINS_SET;
            case TypeChange.Remove remove -> true;
            case TypeChange.Switch flag -> flag.on() != (step.place().type() == DataType.ENABLE_WINS_FLAG);
            case TypeChange.Clear clear -> true;
        };
    }
}
