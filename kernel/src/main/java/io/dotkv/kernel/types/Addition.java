package io.dotkv.kernel.types;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.encoding.MalformedException;
import java.util.ArrayList;
import java.util.List;

/**
 * What an update added to one counter.
 *
 * @param path of the counter inside its key
 * @param step which step of the update it was, from 0
 * @param amount negative when it took away
 */
public record Addition(Bytes path, int step, long amount) {
    /** The additions of an update, in order. */
    public static List<Addition> of(Update update) {
        List<Addition> additions = new ArrayList<>();
        for (int step = 0; step < update.steps().size(); step++) {
            Step each = update.steps().get(step);
            if (each.change() instanceof TypeChange.Increase(long amount)) {
                additions.add(new Addition(each.place().path(), step, amount));
            }
        }
        return additions;
    }

    /** Whether the leaves at a path are the shares of a counter. */
    public static boolean isCounter(Bytes path) {
        try {
            return LeafPath.of(path).place().type() == DataType.COUNTER;
        } catch (MalformedException e) {
            return false;
        }
    }

    /** The update that takes this back. */
    public Update inverse() throws ImpossibleChangeException {
        try {
            return new Update(
                    List.of(new Step(LeafPath.of(path).place(), new TypeChange.Increase(Math.negateExact(amount)))));
        } catch (MalformedException | ArithmeticException e) {
            throw new ImpossibleChangeException("an addition that cannot be taken back: " + e.getMessage());
        }
    }
}
