package io.dotkv.kernel.types;

import io.dotkv.kernel.Bytes;
import java.util.Locale;

/**
 * One change of one place.
 *
 * @param place where
 * @param change fits the type of the place
 */
public record Step(Place place, TypeChange change) {
    public Step {
        if (!fits(place.type(), change)) {
            throw new IllegalArgumentException(
                    "the change " + change.getClass().getSimpleName().toLowerCase(Locale.ROOT)
                            + " does not fit the type " + place.type().name().toLowerCase(Locale.ROOT));
        }
    }

    private static boolean fits(DataType type, TypeChange change) {
        return switch (change) {
            case TypeChange.Put put -> type == DataType.REGISTER || type == DataType.LAST_WRITE;
            case TypeChange.PutBeside put -> type == DataType.REGISTER;
            case TypeChange.Increase increase -> type == DataType.COUNTER;
            case TypeChange.Add add -> type == DataType.ADD_WINS_SET || type == DataType.REMOVE_WINS_SET;
            case TypeChange.Remove remove -> type.hasElements();
            case TypeChange.Switch flag -> type == DataType.ENABLE_WINS_FLAG || type == DataType.DISABLE_WINS_FLAG;
            case TypeChange.Clear clear -> true;
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
                    case TypeChange.Put put -> put.value().length();
                    case TypeChange.PutBeside put -> put.value().length();
                    case TypeChange.Add add -> add.element().length();
                    case TypeChange.Remove remove -> remove.element().length();
                    case TypeChange.Increase increase -> 0;
                    case TypeChange.Switch flag -> 0;
                    case TypeChange.Clear clear -> 0;
                };
    }

    /** Adds the change to the draft. */
    void apply(Draft draft) throws ImpossibleChangeException {
        switch (change) {
            case TypeChange.Put put -> RegisterTypes.put(draft, place, put.value());
            case TypeChange.PutBeside put -> RegisterTypes.putBeside(draft, place, put.value());
            case TypeChange.Increase increase -> Counter.increase(draft, place, increase.amount());
            case TypeChange.Add add -> {
                if (place.type() == DataType.ADD_WINS_SET) {
                    AddWinsSet.add(draft, place, add.element());
                } else {
                    RemoveWinsSet.add(draft, place, add.element());
                }
            }
            case TypeChange.Remove remove -> remove(draft, remove);
            case TypeChange.Switch flag -> {
                if (place.type() == DataType.ENABLE_WINS_FLAG) {
                    EnableWinsFlag.set(draft, place, flag.on());
                } else {
                    DisableWinsFlag.set(draft, place, flag.on());
                }
            }
            case TypeChange.Clear clear -> draft.remove(ExactContext.seen(Place.at(place.path())));
        }
    }

    private void remove(Draft draft, TypeChange.Remove remove) {
        if (place.type() == DataType.ADD_WINS_SET) {
            AddWinsSet.remove(draft, place, remove.element());
        } else if (place.type() == DataType.REMOVE_WINS_SET) {
            RemoveWinsSet.remove(draft, place, remove.element());
        } else {
            CausalMap.remove(draft, place, remove.element());
        }
    }
}
