package io.dotkv.launcher.cli.option;

import io.dotkv.launcher.cli.format.DisplayText;
import io.dotkv.proto.replication.v1.CounterChange;
import io.dotkv.proto.replication.v1.FieldChange;
import io.dotkv.proto.replication.v1.FlagChange;
import io.dotkv.proto.replication.v1.MapChange;
import io.dotkv.proto.replication.v1.RegisterChange;
import io.dotkv.proto.replication.v1.SetChange;
import java.util.List;
import java.util.Locale;

/** One change of a data type as it is written on the command line: what is changed, how, and with what. */
public record UpdateArguments(Type type, Action action, List<String> values) {
    /** What can be changed. */
    public enum Type {
        /** A counter. */
        COUNTER("add and reset"),
        /** A set in which an addition wins. */
        SET("add, remove and clear"),
        /** A set in which a removal wins. */
        REMOVE_WINS_SET("add, remove and clear"),
        /** A flag that is off until enabled. */
        FLAG("enable, disable and reset"),
        /** A flag that is on until disabled. */
        DISABLE_WINS_FLAG("enable, disable and reset"),
        /** A register that keeps concurrent values. */
        REGISTER("put and clear"),
        /** A register that shows the last write. */
        LAST_WRITE("put and clear"),
        /** A map. */
        MAP("remove and clear");

        private final String actions;

        Type(String actions) {
            this.actions = actions;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** What can be done. */
    public enum Action {
        /** Adds. */
        ADD,
        /** Removes. */
        REMOVE,
        /** Sets a value. */
        PUT,
        /** Switches on. */
        ENABLE,
        /** Switches off. */
        DISABLE,
        /** Makes it as new. */
        RESET,
        /** Removes everything. */
        CLEAR;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * The change as a message.
     *
     * @throws IllegalArgumentException when the action does not fit the type, or the values do not fit the action
     */
    public FieldChange message() {
        FieldChange.Builder change = FieldChange.newBuilder();
        switch (type) {
            case COUNTER -> change.setCounter(counter());
            case SET -> change.setSet(set());
            case REMOVE_WINS_SET -> change.setRemoveWinsSet(set());
            case FLAG -> change.setFlag(flag());
            case DISABLE_WINS_FLAG -> change.setDisableWinsFlag(flag());
            case REGISTER -> change.setRegister(register());
            case LAST_WRITE -> change.setLastWrite(register());
            case MAP -> change.setMap(map());
        }
        return change.build();
    }

    private CounterChange counter() {
        return switch (action) {
            case ADD -> CounterChange.newBuilder().setAdd(amount()).build();
            case RESET -> {
                expect(0, 0);
                yield CounterChange.newBuilder().setReset(true).build();
            }
            case REMOVE, PUT, ENABLE, DISABLE, CLEAR -> throw unfit();
        };
    }

    private long amount() {
        expect(0, 1);
        if (values.isEmpty()) {
            return 1;
        }
        try {
            return Long.parseLong(values.getFirst());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("\"" + values.getFirst() + "\" is not a 64-bit integer", e);
        }
    }

    private SetChange set() {
        return switch (action) {
            case ADD -> SetChange.newBuilder().addAllAdd(some()).build();
            case REMOVE -> SetChange.newBuilder().addAllRemove(some()).build();
            case CLEAR -> {
                expect(0, 0);
                yield SetChange.newBuilder().setClear(true).build();
            }
            case PUT, ENABLE, DISABLE, RESET -> throw unfit();
        };
    }

    private FlagChange flag() {
        expect(0, 0);
        return switch (action) {
            case ENABLE -> FlagChange.newBuilder().setEnable(true).build();
            case DISABLE -> FlagChange.newBuilder().setDisable(true).build();
            case RESET -> FlagChange.newBuilder().setReset(true).build();
            case ADD, REMOVE, PUT, CLEAR -> throw unfit();
        };
    }

    private RegisterChange register() {
        return switch (action) {
            case PUT -> {
                expect(1, 1);
                yield RegisterChange.newBuilder().setValue(values.getFirst()).build();
            }
            case CLEAR -> {
                expect(0, 0);
                yield RegisterChange.newBuilder().setClear(true).build();
            }
            case ADD, REMOVE, ENABLE, DISABLE, RESET -> throw unfit();
        };
    }

    private MapChange map() {
        return switch (action) {
            case REMOVE -> MapChange.newBuilder().addAllRemove(some()).build();
            case CLEAR -> {
                expect(0, 0);
                yield MapChange.newBuilder().setClear(true).build();
            }
            case ADD, PUT, ENABLE, DISABLE, RESET -> throw unfit();
        };
    }

    private List<String> some() {
        expect(1, Integer.MAX_VALUE);
        if (values.contains("")) {
            throw new IllegalArgumentException(
                    (type == Type.MAP ? "a field" : "an element") + " has 0 bytes; it has 1 to 4096");
        }
        return values;
    }

    private void expect(int least, int most) {
        if (values.size() < least || values.size() > most) {
            throw new IllegalArgumentException(type + " " + action + " takes "
                    + (most == 0
                            ? "nothing"
                            : least == most ? "one value" : least == 0 ? "at most one value" : "values")
                    + ", not " + DisplayText.count(values.size(), "value", "values"));
        }
    }

    private IllegalArgumentException unfit() {
        return new IllegalArgumentException("a " + type + " takes " + type.actions + ", not " + action);
    }
}
