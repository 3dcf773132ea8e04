package io.dotkv.simulation.history;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Delta;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.types.TypeChange;
import io.dotkv.kernel.types.Update;
import io.dotkv.replication.Operation;
import io.dotkv.storage.PullMessage;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.stream.Collectors;

/** How things are called in a trace and in the report of a violation. */
public final class TraceText {
    private TraceText() {}

    public static String of(Key key) {
        return of(key.bytes());
    }

    public static String of(Bytes text) {
        return new String(text.array(), StandardCharsets.UTF_8);
    }

    /** Such as {@code k1 v7@2.1:5}; the events alone for a deletion. */
    public static String of(Delta delta) {
        return of(delta.key()) + " " + (delta.leaves().isEmpty() ? "nothing@" + delta.events() : of(delta.leaves()));
    }

    /** Such as {@code v7@2.1:5, v9@1.1:3}. */
    public static String of(Collection<Leaf> leaves) {
        return leaves.isEmpty()
                ? "nothing"
                : leaves.stream()
                        .map(leaf -> (leaf.path().isEmpty() ? of(leaf.payload()) : leaf.path() + "=" + leaf.payload())
                                + "@" + leaf.dot())
                        .collect(Collectors.joining(", "));
    }

    /** What is to be written to a key, such as {@code put k1 v7 with a context}. */
    public static String of(Key key, Operation.Write.Body body) {
        return switch (body) {
            case Operation.Write.Replace(var payload, var context) ->
                (payload.isPresent() ? "put " : "delete ")
                        + of(key)
                        + payload.map(value -> " " + of(value)).orElse("")
                        + (context.isPresent() ? " with a context" : "");
            case Operation.Write.Typed(var update) -> "update " + of(key) + " by " + of(update);
        };
    }

    private static String of(Update update) {
        return update.steps().stream()
                .map(step -> switch (step.change()) {
                    case TypeChange.Increase(long amount) -> "+" + amount;
                    case TypeChange.Add(Bytes element) -> "add " + of(element);
                    case TypeChange.Remove(Bytes element) -> "remove " + of(element);
                    case TypeChange.Put put -> "put";
                    case TypeChange.PutBeside put -> "put beside";
                    case TypeChange.Switch flag -> "switch";
                    case TypeChange.Clear clear -> "clear";
                })
                .collect(Collectors.joining(", "));
    }

    public static String of(PullMessage message) {
        return switch (message) {
            case PullMessage.Rows rows ->
                (rows.whole().isPresent() ? "a range of " : "") + rows.deltas().size() + " rows of partition "
                        + rows.partition();
            case PullMessage.End end -> "the end of " + (end.full() ? "all of " : "") + "partition " + end.partition();
            case PullMessage.Unavailable unavailable -> "no partition " + unavailable.partition();
        };
    }
}
