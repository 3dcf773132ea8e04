package io.dotkv.kernel.types;

import io.dotkv.kernel.Bytes;
import java.util.Locale;

/**
 * One change of one place.
 *
 * @param place where
 * @param change fits the type of the place
 */
public record Step(Place place, Change change) {
    public Step {
        if (!fits(place.type(), change)) {
            throw new IllegalArgumentException(
                    "the change " + change.getClass().getSimpleName().toLowerCase(Locale.ROOT)
                            + " does not fit the type " + place.type().name().toLowerCase(Locale.ROOT));
        }
    }

    private static boolean fits(DataType type, Change change) {
        return switch (change) {
            case Change.Put put -> type == DataType.REGISTER || type == DataType.LAST_WRITE;
            case Change.PutBeside put -> type == DataType.REGISTER;
            case Change.Increase increase -> type == DataType.COUNTER;
            case Change.Add add -> type == DataType.ADD_WINS_SET || type == DataType.REMOVE_WINS_SET;
            case Change.Remove remove -> type.hasElements();
            case Change.Switch flag -> type == DataType.ENABLE_WINS_FLAG || type == DataType.DISABLE_WINS_FLAG;
            case Change.Clear clear -> true;
        };
    }

    /** About how many bytes it has. */
    long sizeBytes() {
        long size = 64;
        for (Bytes field : place.fields()) {
            size += field.length();
        }
        return size
                + switch (change) {
                    case Change.Put put -> put.value().length();
                    case Change.PutBeside put -> put.value().length();
                    case Change.Add add -> add.element().length();
                    case Change.Remove remove -> remove.element().length();
                    case Change.Increase increase -> 0;
                    case Change.Switch flag -> 0;
                    case Change.Clear clear -> 0;
                };
    }

    /** Adds the change to the draft. */
    void apply(Draft draft) throws ImpossibleChangeException {
        switch (change) {
            case Change.Put put -> Registers.put(draft, place, put.value());
            case Change.PutBeside put -> Registers.putBeside(draft, place, put.value());
            case Change.Increase increase -> Counter.increase(draft, place, increase.amount());
            case Change.Add add -> {
                if (place.type() == DataType.ADD_WINS_SET) {
                    AddWinsSet.add(draft, place, add.element());
                } else {
                    RemoveWinsSet.add(draft, place, add.element());
                }
            }
            case Change.Remove remove -> remove(draft, remove);
            case Change.Switch flag -> {
                if (place.type() == DataType.ENABLE_WINS_FLAG) {
                    EnableWinsFlag.set(draft, place, flag.on());
                } else {
                    DisableWinsFlag.set(draft, place, flag.on());
                }
            }
            case Change.Clear clear -> draft.remove(ExactContext.seen(Place.at(place.path())));
        }
    }

    private void remove(Draft draft, Change.Remove remove) {
        if (place.type() == DataType.ADD_WINS_SET) {
            AddWinsSet.remove(draft, place, remove.element());
        } else if (place.type() == DataType.REMOVE_WINS_SET) {
            RemoveWinsSet.remove(draft, place, remove.element());
        } else {
            CausalMap.remove(draft, place, remove.element());
        }
    }
}
