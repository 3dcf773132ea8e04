package io.dotkv.storage;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.types.Update;
import java.util.Optional;

/** What is to be done to a key. */
public sealed interface Mutation {
    /**
     * Writes the plain value, or deletes the key.
     *
     * @param payload the new value; empty for a deletion
     * @param context what it replaces; empty to replace everything that the replica has seen
     */
    record Replace(Optional<Bytes> payload, Optional<DotSet> context) implements Mutation {}

    /** Changes places of other types inside the key. */
    record Typed(Update update) implements Mutation {}

    /** About how many bytes it has. */
    default long sizeBytes() {
        return switch (this) {
            case Replace replace ->
                replace.payload.isPresent() ? replace.payload.get().length() : 0;
            case Typed typed -> typed.update.sizeBytes();
        };
    }
}
