package io.dotkv.cluster.bootstrap;

import io.dotkv.kernel.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * All words that a node has given to formers while it has no formation, the last one at the end. One that gave way to
 * another still counts: its former may have completed what was promised before it was asked for the other. Immutable.
 *
 * @param words one for each life of a former
 */
public record Promises(List<Promise> words) {
    public static final Promises NONE = new Promises(List.of());

    public Promises {
        words = List.copyOf(words);
    }

    /** Whether the last word is for that proposal: only that one may be completed by its own former. */
    public boolean isLast(String clusterId) {
        return !words.isEmpty() && words.getLast().clusterId().equals(clusterId);
    }

    /** The first word that forbids a promise to those founders. */
    public Optional<Promise> against(List<NodeId> founders, Function<NodeId, Optional<String>> instanceOf) {
        return words.stream()
                .filter(word -> !word.mayGiveWayTo(founders, instanceOf.apply(word.former())))
                .findFirst();
    }

    /**
     * With one more. What the same life of a former proposed before it has given up, but for the founders that it
     * asked.
     */
    public Promises with(Promise word) {
        List<Promise> all = new ArrayList<>();
        TreeSet<NodeId> founders = new TreeSet<>(word.founders());
        for (Promise earlier : words) {
            if (earlier.former().equals(word.former())
                    && earlier.formerInstance().equals(word.formerInstance())) {
                founders.addAll(earlier.founders());
            } else {
                all.add(earlier);
            }
        }
        all.add(new Promise(word.former(), word.formerInstance(), word.clusterId(), List.copyOf(founders)));
        return new Promises(all);
    }
}
