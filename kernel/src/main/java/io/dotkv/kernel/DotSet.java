package io.dotkv.kernel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * An immutable set of dots of one partition, kept as runs of consecutive counters per actor. The clock of a replica,
 * the context of a row and the context that a client holds are all dot sets.
 *
 * <p>A clock in which nothing is missing is one run from 1 for each actor, which is a version vector; so the usual
 * operations cost as many steps as there are actors. The part of a set that has this form is its
 * {@linkplain #base() base}.
 *
 * <p>Whole boots can be in a set, too: of a node, every dot of all boots below its {@linkplain #floorOf floor}, issued
 * or not. That is what is left of actors that were closed.
 *
 * <p>Invariants: actors ascend and each has a run, none is below a floor, and none of which every dot is listed right
 * above one; the runs of an actor ascend and neither overlap nor touch.
 *
 * <p>Source: Gonçalves, Almeida, Baquero, Fonte, <i>DottedDB</i>, SRDS 2017 (node clocks); kept as intervals instead of
 * bitmaps, so that the size depends on the number of gaps and never on the distance of the farthest dot.
 */
public final class DotSet {
    /** No dots. */
    public static final DotSet EMPTY = new DotSet(Floors.NONE, new Actor[0], new long[0][]);

    /** The highest counter that there can be. */
    private static final long LAST = Long.MAX_VALUE - 1;

    private static final int MAX_LISTED = 1000;

    private final Floors floors;
    private final Actor[] actors;
    /** For each actor its runs: first and last counter of the first run, of the second, and so on. */
    private final long[][] runs;

    private DotSet(Floors floors, Actor[] actors, long[][] runs) {
        this.floors = floors;
        this.actors = actors;
        this.runs = runs;
    }

    /** The set of one dot. */
    public static DotSet of(Dot dot) {
        return new DotSet(Floors.NONE, new Actor[] {dot.actor()}, new long[][] {{dot.counter(), dot.counter()}});
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
        return counter == 0 ? EMPTY : new DotSet(Floors.NONE, new Actor[] {actor}, new long[][] {{1, counter}});
    }

    /** The set of every dot of all boots of the node below this one; empty for boot 1. */
    public static DotSet allBelow(Actor first) {
        return first.boot() == 1 ? EMPTY : new DotSet(Floors.of(List.of(first)), new Actor[0], new long[0][]);
    }

    public boolean isEmpty() {
        return actors.length == 0 && floors.areNone();
    }

    /** The boot of the node below which every dot is in the set; 0 when there is none. */
    public int floorOf(int node) {
        return floors.of(node);
    }

    /** Of each node that has a floor the first actor above it, in ascending order. */
    public List<Actor> floors() {
        return floors.firsts();
    }

    /** Whether whole boots are in the set. */
    public boolean hasFloors() {
        return !floors.areNone();
    }

    /** The actors that have a dot in the set and are not below a floor, ascending. */
    public List<Actor> actors() {
        return List.of(actors);
    }

    /** The runs of an actor: first and last counter of the first run, of the second, and so on; empty for none. */
    public long[] runsOf(Actor actor) {
        int index = indexOf(actor);
        return index < 0 ? new long[0] : runs[index].clone();
    }

    /** The highest counter of the actor in the set, or 0; below a floor the highest that there can be. */
    public long highest(Actor actor) {
        if (floors.cover(actor)) {
            return LAST;
        }
        int index = indexOf(actor);
        return index < 0 ? 0 : runs[index][runs[index].length - 1];
    }

    /** The highest boot of the node that {@link #actors} names, or 0. */
    public int latestBoot(int node) {
        int latest = 0;
        for (Actor actor : actors) {
            latest = actor.node() == node ? actor.boot() : latest;
        }
        return latest;
    }

    public boolean contains(Dot dot) {
        int index = indexOf(dot.actor());
        return index >= 0 ? Runs.contains(runs[index], dot.counter()) : floors.cover(dot.actor());
    }

    /** The set with one more dot. */
    public DotSet with(Dot dot) {
        int index = indexOf(dot.actor());
        if (index < 0 && floors.cover(dot.actor())) {
            return this;
        }
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
        return isEmpty() ? other : merged(other);
    }

    private DotSet merged(DotSet other) {
        Builder builder = new Builder(floors.union(other.floors), actors.length + other.actors.length);
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

    /**
     * The dots of this set that are not in the other. Of whole boots, which cannot be listed, everything stays when the
     * other's floor of the node is lower, also what the other has of them.
     */
    public DotSet minus(DotSet other) {
        if (isEmpty() || other.isEmpty()) {
            return this;
        }
        Builder builder = new Builder(floors.minus(other.floors), actors.length);
        for (int index = 0; index < actors.length; index++) {
            if (!other.floors.cover(actors[index])) {
                int theirs = other.indexOf(actors[index]);
                builder.add(actors[index], theirs < 0 ? runs[index] : Runs.minus(runs[index], other.runs[theirs]));
            }
        }
        return builder.build();
    }

    /**
     * Every dot of this set but these. Also where whole boots are in it, unlike {@link #minus}: the floor of their node
     * becomes as low as the boot of the first of these dots, and of the boots that are above it then all dots are
     * listed as one run each. Where such boots are more than {@value #MAX_LISTED} for a node, those beyond are left
     * out.
     *
     * @param spared without whole boots
     */
    public DotSet sparing(DotSet spared) {
        List<Actor> firsts = new ArrayList<>();
        Builder listed = new Builder(Floors.NONE, actors.length);
        for (Actor first : floors.firsts()) {
            int lowest = Math.min(first.boot(), spared.lowestBoot(first.node()));
            if (lowest > 1) {
                firsts.add(new Actor(first.node(), lowest));
            }
            for (int boot = lowest; boot < Math.min(first.boot(), lowest + MAX_LISTED); boot++) {
                Actor actor = new Actor(first.node(), boot);
                listed.add(actor, Runs.minus(new long[] {1, LAST}, spared.runsOf(actor)));
            }
        }
        DotSet lowered = new DotSet(Floors.of(firsts), actors, runs);
        return lowered.minus(spared).union(listed.build());
    }

    private static boolean isWhole(long[] ofActor) {
        return ofActor[0] == 1 && ofActor[1] == LAST;
    }

    private int lowestBoot(int node) {
        for (Actor actor : actors) {
            if (actor.node() == node) {
                return actor.boot();
            }
        }
        return Integer.MAX_VALUE;
    }

    /** The dots that are in both sets. */
    public DotSet intersect(DotSet other) {
        Builder builder = new Builder(floors.intersect(other.floors), actors.length + other.actors.length);
        int theirs = 0;
        for (int index = 0; index < actors.length; index++) {
            for (; theirs < other.actors.length && other.actors[theirs].compareTo(actors[index]) < 0; theirs++) {
                addIfCovered(builder, other, theirs);
            }
            if (theirs < other.actors.length && other.actors[theirs].equals(actors[index])) {
                builder.add(actors[index], Runs.minus(runs[index], Runs.minus(runs[index], other.runs[theirs++])));
            } else {
                other.addIfCovered(builder, this, index);
            }
        }
        for (; theirs < other.actors.length; theirs++) {
            addIfCovered(builder, other, theirs);
        }
        return builder.build();
    }

    private void addIfCovered(Builder builder, DotSet other, int index) {
        if (floors.cover(other.actors[index])) {
            builder.add(other.actors[index], other.runs[index]);
        }
    }

    /** Whether every dot of the other set is in this one. */
    public boolean containsAll(DotSet other) {
        if (!floors.containsAll(other.floors)) {
            return false;
        }
        for (int index = 0; index < other.actors.length; index++) {
            int mine = indexOf(other.actors[index]);
            if (mine < 0 ? !floors.cover(other.actors[index]) : !Runs.containsAll(runs[mine], other.runs[index])) {
                return false;
            }
        }
        return true;
    }

    /** The down-closed part: whole boots, and of each other actor the run that begins at 1. A version vector. */
    public DotSet base() {
        if (isDownClosed()) {
            return this;
        }
        Builder builder = new Builder(floors, actors.length);
        for (int index = 0; index < actors.length; index++) {
            if (runs[index][0] == 1) {
                builder.add(actors[index], new long[] {1, runs[index][1]});
            }
        }
        return builder.build();
    }

    /** The whole boots alone. */
    public DotSet wholeBoots() {
        return floors.areNone() ? EMPTY : actors.length == 0 ? this : new DotSet(floors, new Actor[0], new long[0][]);
    }

    /** How many dots there are, without those of whole boots. */
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
        Builder builder = new Builder(floors.ofNode(node), actors.length);
        for (int index = 0; index < actors.length; index++) {
            if (actors[index].node() == node) {
                builder.add(actors[index], runs[index]);
            }
        }
        return builder.build();
    }

    /** The dots of the actor's node in boots before the actor's. */
    public DotSet before(Actor actor) {
        Builder builder = new Builder(floors.ofNode(actor.node()).intersect(allBelow(actor).floors), actors.length);
        for (int index = 0; index < actors.length; index++) {
            if (actors[index].node() == actor.node() && actors[index].boot() < actor.boot()) {
                builder.add(actors[index], runs[index]);
            }
        }
        return builder.build();
    }

    /** Collects the runs of one actor after the other, in ascending order of actor. */
    static final class Builder {
        private final List<Actor> actors;
        private final List<long[]> runs;
        private Floors floors;
        private boolean hasWhole;

        Builder(Floors floors, int expectedActors) {
            this.floors = floors;
            actors = new ArrayList<>(expectedActors);
            runs = new ArrayList<>(expectedActors);
        }

        /** Takes well-formed runs; an actor without runs or below a floor is left out. */
        void add(Actor actor, long[] ofActor) {
            if (ofActor.length > 0 && !floors.cover(actor)) {
                actors.add(actor);
                runs.add(ofActor);
                hasWhole |= isWhole(ofActor);
            }
        }

        DotSet build() {
            if (hasWhole) {
                raiseFloors();
            }
            return actors.isEmpty() && floors.areNone()
                    ? EMPTY
                    : new DotSet(floors, actors.toArray(new Actor[0]), runs.toArray(new long[0][]));
        }

        /** What is listed whole right above a floor belongs below it, so that a set has one form. */
        private void raiseFloors() {
            Floors raised = floors;
            for (int index = 0; index < actors.size(); index++) {
                Actor actor = actors.get(index);
                boolean isNext = actor.boot() == Math.max(1, raised.of(actor.node()));
                if (isNext && isWhole(runs.get(index)) && actor.boot() < Integer.MAX_VALUE) {
                    raised = raised.union(Floors.of(List.of(new Actor(actor.node(), actor.boot() + 1))));
                }
            }
            floors = raised;
            hasWhole = false;
            List<Actor> before = List.copyOf(actors);
            List<long[]> runsBefore = List.copyOf(runs);
            actors.clear();
            runs.clear();
            for (int index = 0; index < before.size(); index++) {
                add(before.get(index), runsBefore.get(index));
            }
        }
    }

    /**
     * The set with exactly these runs, checked: for sets that come from outside. Keeps the arrays, which nobody changes
     * any more; an actor without runs is left out.
     *
     * @throws IllegalArgumentException when actors or runs do not ascend, or runs touch
     */
    public static DotSet ofRuns(List<Actor> actors, List<long[]> runs) {
        return ofRuns(List.of(), actors, runs);
    }

    /**
     * The set with exactly these floors and runs, checked.
     *
     * @param floors of each node that has a floor the first actor above it
     * @throws IllegalArgumentException when nodes, actors or runs do not ascend, runs touch, or an actor is below a
     *     floor
     */
    public static DotSet ofRuns(List<Actor> floors, List<Actor> actors, List<long[]> runs) {
        if (actors.size() != runs.size()) {
            throw new IllegalArgumentException(
                    "a dot set has the runs of " + runs.size() + " actors for " + actors.size());
        }
        Floors checked = Floors.of(floors);
        Builder builder = new Builder(checked, actors.size());
        for (int index = 0; index < actors.size(); index++) {
            if (checked.cover(actors.get(index))) {
                throw new IllegalArgumentException("an actor of a dot set is below a floor");
            }
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
        return new DotSet(floors, newActors, newRuns);
    }

    private DotSet replace(int index, long[] ofActor) {
        long[][] newRuns = runs.clone();
        newRuns[index] = ofActor;
        DotSet replaced = new DotSet(floors, actors, newRuns);
        return isWhole(ofActor) ? EMPTY.merged(replaced) : replaced;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DotSet set
                && floors.equals(set.floors)
                && Arrays.equals(actors, set.actors)
                && Arrays.deepEquals(runs, set.runs);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * floors.hashCode() + Arrays.hashCode(actors)) + Arrays.deepHashCode(runs);
    }

    /** Such as {@code {<2.3 1.1:1-5,8 2.3:1-7}}, where {@code <2.3} stands for all boots of node 2 before 3. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("{");
        for (Actor first : floors.firsts()) {
            text.append(text.length() == 1 ? "<" : " <").append(first);
        }
        for (int index = 0; index < actors.length; index++) {
            text.append(text.length() == 1 ? "" : " ")
                    .append(actors[index])
                    .append(':')
                    .append(Runs.toString(runs[index]));
        }
        return text.append('}').toString();
    }
}
