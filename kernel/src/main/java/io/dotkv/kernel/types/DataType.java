package io.dotkv.kernel.types;

import io.dotkv.kernel.encoding.MalformedException;

/** What a place inside a key is. The type is a part of the place, so that places of different types never meet. */
public enum DataType {
    /** Keeps concurrent values side by side. The register of a whole key is its plain value. */
    REGISTER(1),
    /** Shows the value with the latest hybrid time. */
    LAST_WRITE(2),
    /** A sum of signed amounts. */
    COUNTER(3),
    /** A set in which an addition wins over a concurrent removal. */
    ADD_WINS_SET(4),
    /** A set in which a removal wins over a concurrent addition. */
    REMOVE_WINS_SET(5),
    /** Off until it is enabled; enabling wins over concurrent disabling. */
    ENABLE_WINS_FLAG(6),
    /** On until it is disabled; disabling wins over concurrent enabling. */
    DISABLE_WINS_FLAG(7),
    /** Fields, each of which holds places of any type; a change inside a field wins over its concurrent removal. */
    MAP(8);

    private final int code;

    DataType(int code) {
        this.code = code;
    }

    /** The byte that stands for the type in paths, never given to another. */
    int code() {
        return code;
    }

    /** Whether its leaves are of one element or field each. */
    boolean hasElements() {
        return this == ADD_WINS_SET || this == REMOVE_WINS_SET || this == MAP;
    }

    static DataType ofCode(int code) throws MalformedException {
        for (DataType type : values()) {
            if (type.code == code) {
                return type;
            }
        }
        throw new MalformedException("a data type with the unknown code " + code);
    }
}
