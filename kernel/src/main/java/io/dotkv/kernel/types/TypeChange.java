package io.dotkv.kernel.types;

import io.dotkv.kernel.Bytes;

/** What is done at a place. */
public sealed interface TypeChange {
    /** Sets a register to a value. */
    record Put(Bytes value) implements TypeChange {}

    /** Adds a value to a register beside those that are there, as a concurrent write would. */
    record PutBeside(Bytes value) implements TypeChange {}

    /** Adds an amount to a counter, or takes away from it when negative. */
    record Increase(long amount) implements TypeChange {}

    /** Adds an element to a set. */
    record Add(Bytes element) implements TypeChange {
        public Add {
            Place.checkName(element);
        }
    }

    /** Removes an element of a set, or a field of a map with everything in it. */
    record Remove(Bytes element) implements TypeChange {
        public Remove {
            Place.checkName(element);
        }
    }

    /** Switches a flag on or off. */
    record Switch(boolean on) implements TypeChange {}

    /** Removes everything at the place: deletes a register, resets a counter or flag, empties a set or map. */
    record Clear() implements TypeChange {}
}
