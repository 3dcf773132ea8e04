package io.dotkv.kernel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * An immutable set of dots of one partition, kept as runs of consecutive counters per actor. The clock of a replica, the
 * context of a row and the context that a client holds are all dot sets.
 *
 * <p>A clock in which nothing is missing is one run from 1 for each actor, which is a version vector; so the usual
 * operations cost as many steps as there are actors. The part of a set that has this form is its {@linkplain #base() base}.
 *
 * <p>Invariants: actors ascend and each has a run; the runs of an actor ascend and neither overlap nor touch.
 *
 * <p>Source: Gonçalves, Almeida, Baquero, Fonte, <i>DottedDB</i>, SRDS 2017 (node clocks); kept as intervals instead of
 * bitmaps, so that the size depends on the number of gaps and never on the distance of the farthest dot.
 */
public final class DotSet {
    /** No dots. */
    public static final DotSet EMPTY = new DotSet(new Actor[0], new long[0][]);

    private final Actor[] actors;
    /** For each actor its runs: first and last counter of the first run, of the second, and so on. */
    private final long[][] runs;

    private DotSet(Actor[] actors, long[][] runs) {
        this.actors = actors;
        this.runs = runs;
    }

    /** The set of one dot. */
    public static DotSet of(Dot dot) {
        return new DotSet(new Actor[] {dot.actor()}, new long[][] {{dot.counter(), dot.counter()}});
    }

    /** The set of these dots. */
    public static DotSet of(Collection<Dot> dots) {
        DotSet set = EMPTY;
        for (Dot dot : dots) {
            set = set.with(dot);
        }
        return set;
    }

    /** The set of every dot of the actor up to and including the counter; empty for 0. */
    public static DotSet upTo(Actor actor, long counter) {
        return counter == 0 ? EMPTY : new DotSet(new Actor[] {actor}, new long[][] {{1, counter}});
    }

    public boolean isEmpty() {
        return actors.length == 0;
    }

    /** The actors that have a dot in the set, ascending. */
    public List<Actor> actors() {
        return List.of(actors);
    }

    /** The runs of an actor: first and last counter of the first run, of the second, and so on; empty for none. */
    public long[] runsOf(Actor actor) {
        int index = indexOf(actor);
        return index < 0 ? new long[0] : runs[index].clone();
    }

    /** The highest counter of the actor in the set, or 0. */
    public long highest(Actor actor) {
        int index = indexOf(actor);
        return index < 0 ? 0 : runs[index][runs[index].length - 1];
    }

    public boolean contains(Dot dot) {
        int index = indexOf(dot.actor());
        return index >= 0 && Runs.contains(runs[index], dot.counter());
    }

    /** The set with one more dot. */
    public DotSet with(Dot dot) {
        int index = indexOf(dot.actor());
        if (index < 0) {
            return insert(-index - 1, dot.actor(), new long[] {dot.counter(), dot.counter()});
        }
        if (Runs.contains(runs[index], dot.counter())) {
            return this;
        }
        return replace(index, Runs.with(runs[index], dot.counter()));
    }

    /** Every dot of both sets. */
    public DotSet union(DotSet other) {
        if (other.isEmpty()) {
            return this;
        }
        if (isEmpty()) {
            return other;
        }
        Builder builder = new Builder(actors.length + other.actors.length);
        int mine = 0;
        int theirs = 0;
        while (mine < actors.length || theirs < other.actors.length) {
            int order = mine == actors.length
                    ? 1
                    : theirs == other.actors.length ? -1 : actors[mine].compareTo(other.actors[theirs]);
            if (order < 0) {
                builder.add(actors[mine], runs[mine++]);
            } else if (order > 0) {
                builder.add(other.actors[theirs], other.runs[theirs++]);
            } else {
                builder.add(actors[mine], Runs.union(runs[mine++], other.runs[theirs++]));
            }
        }
        return builder.build();
    }

    /** The dots of this set that are not in the other. */
    public DotSet minus(DotSet other) {
        if (isEmpty() || other.isEmpty()) {
            return this;
        }
        Builder builder = new Builder(actors.length);
        for (int index = 0; index < actors.length; index++) {
            int theirs = other.indexOf(actors[index]);
            builder.add(actors[index], theirs < 0 ? runs[index] : Runs.minus(runs[index], other.runs[theirs]));
        }
        return builder.build();
    }

    /** The dots that are in both sets. */
    public DotSet intersect(DotSet other) {
        return minus(minus(other));
    }

    /** Whether every dot of the other set is in this one. */
    public boolean containsAll(DotSet other) {
        for (int index = 0; index < other.actors.length; index++) {
            int mine = indexOf(other.actors[index]);
            if (mine < 0 || !Runs.containsAll(runs[mine], other.runs[index])) {
                return false;
            }
        }
        return true;
    }

    /** The down-closed part: of each actor the run that begins at 1. A version vector. */
    public DotSet base() {
        if (isDownClosed()) {
            return this;
        }
        Builder builder = new Builder(actors.length);
        for (int index = 0; index < actors.length; index++) {
            if (runs[index][0] == 1) {
                builder.add(actors[index], new long[] {1, runs[index][1]});
            }
        }
        return builder.build();
    }

    /** How many dots there are. */
    public long size() {
        long size = 0;
        for (long[] ofActor : runs) {
            for (int run = 0; run < ofActor.length; run += 2) {
                size += ofActor[run + 1] - ofActor[run] + 1;
            }
        }
        return size;
    }

    /** The dots of one node, whatever its boot. */
    public DotSet ofNode(int node) {
        Builder builder = new Builder(actors.length);
        for (int index = 0; index < actors.length; index++) {
            if (actors[index].node() == node) {
                builder.add(actors[index], runs[index]);
            }
        }
        return builder.build();
    }

    /** Collects the runs of one actor after the other, in ascending order of actor. */
    static final class Builder {
        private final List<Actor> actors;
        private final List<long[]> runs;

        Builder(int expectedActors) {
            actors = new ArrayList<>(expectedActors);
            runs = new ArrayList<>(expectedActors);
        }

        /** Takes well-formed runs; an actor without runs is left out. */
        void add(Actor actor, long[] ofActor) {
            if (ofActor.length > 0) {
                actors.add(actor);
                runs.add(ofActor);
            }
        }

        DotSet build() {
            return actors.isEmpty() ? EMPTY : new DotSet(actors.toArray(new Actor[0]), runs.toArray(new long[0][]));
        }
    }

    /**
     * The set with exactly these runs, checked: for sets that come from outside. Keeps the arrays, which nobody changes any
     * more; an actor without runs is left out.
     *
     * @throws IllegalArgumentException when actors or runs do not ascend, or runs touch
     */
    public static DotSet ofRuns(List<Actor> actors, List<long[]> runs) {
        if (actors.size() != runs.size()) {
            throw new IllegalArgumentException(
                    "a dot set has the runs of " + runs.size() + " actors for " + actors.size());
        }
        Builder builder = new Builder(actors.size());
        for (int index = 0; index < actors.size(); index++) {
            if (index > 0 && actors.get(index - 1).compareTo(actors.get(index)) >= 0) {
                throw new IllegalArgumentException("the actors of a dot set do not ascend");
            }
            Runs.check(runs.get(index));
            builder.add(actors.get(index), runs.get(index));
        }
        return builder.build();
    }

    private boolean isDownClosed() {
        for (long[] ofActor : runs) {
            if (ofActor.length != 2 || ofActor[0] != 1) {
                return false;
            }
        }
        return true;
    }

    private int indexOf(Actor actor) {
        // A handful of actors: a walk beats a binary search.
        for (int index = 0; index < actors.length; index++) {
            int order = actors[index].compareTo(actor);
            if (order == 0) {
                return index;
            }
            if (order > 0) {
                return -index - 1;
            }
        }
        return -actors.length - 1;
    }

    private DotSet insert(int index, Actor actor, long[] ofActor) {
        Actor[] newActors = new Actor[actors.length + 1];
        long[][] newRuns = new long[runs.length + 1][];
        System.arraycopy(actors, 0, newActors, 0, index);
        System.arraycopy(runs, 0, newRuns, 0, index);
        newActors[index] = actor;
        newRuns[index] = ofActor;
        System.arraycopy(actors, index, newActors, index + 1, actors.length - index);
        System.arraycopy(runs, index, newRuns, index + 1, runs.length - index);
        return new DotSet(newActors, newRuns);
    }

    private DotSet replace(int index, long[] ofActor) {
        long[][] newRuns = runs.clone();
        newRuns[index] = ofActor;
        return new DotSet(actors, newRuns);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DotSet set && Arrays.equals(actors, set.actors) && Arrays.deepEquals(runs, set.runs);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(actors) + Arrays.deepHashCode(runs);
    }

    /** Such as {@code {1.1:1-5,8 2.3:1-7}}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("{");
        for (int index = 0; index < actors.length; index++) {
            text.append(index == 0 ? "" : " ").append(actors[index]).append(':').append(Runs.toString(runs[index]));
        }
        return text.append('}').toString();
    }
}
