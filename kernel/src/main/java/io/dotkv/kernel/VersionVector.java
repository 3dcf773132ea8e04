package io.dotkv.kernel;

import java.util.ArrayList;
import java.util.List;

/**
 * A context of everything that somebody has seen of a whole key: of each actor all dots up to a counter, but for the
 * exceptions that it spares.
 *
 * <p>Whatever a delta with such a context does not bring and the context covers is dead, at any place inside the key.
 * So it is for changes of the whole key alone; a change of a part has an exact context, which is another type for this
 * reason: the addition of one element under a version vector would remove all others.
 *
 * @param dots what was seen
 */
public record VersionVector(DotSet dots) {
    private static final int MAX_SPARED = 1000;

    /** Nothing seen. */
    public static final VersionVector NONE = new VersionVector(DotSet.EMPTY);

    /** What a row shows and has shown. */
    public static VersionVector of(Row exported) {
        return new VersionVector(exported.context().union(exported.dots()));
    }

    /**
     * Without the leaves that are not of the plain register: what a put covers, and what the reader of a plain value is
     * told that it has seen. So a put never takes away a counter or set that lives under the same key.
     *
     * <p>Each leaf that is spared makes the context longer. Where there are very many, it covers the plain values
     * alone, and not what was seen die.
     *
     * @param leaves of the row, ascending
     */
    public VersionVector sparingTypes(List<Leaf> leaves) {
        for (Leaf leaf : leaves) {
            if (!leaf.path().isEmpty()) {
                return new VersionVector(sparing(leaves));
            }
        }
        return this;
    }

    private DotSet sparing(List<Leaf> leaves) {
        List<Leaf> plain = new ArrayList<>();
        List<Leaf> typed = new ArrayList<>();
        leaves.forEach(leaf -> (leaf.path().isEmpty() ? plain : typed).add(leaf));
        DotSet shown = Row.dotsOf(plain);
        return typed.size() > MAX_SPARED
                ? shown
                : dots.sparing(Row.dotsOf(typed)).union(shown);
    }
}
