package io.dotkv.kernel;

/**
 * The name of one write event, unique for ever within its partition. The counters that an actor issues in a partition
 * have no gaps.
 *
 * @param actor who issued it
 * @param counter counts the actor's events in the partition, from 1; the largest {@code long} is left out, so that the
 *     end of a run of counters always has a successor
 */
public record Dot(Actor actor, long counter) implements Comparable<Dot> {
    public Dot {
        if (counter < 1 || counter == Long.MAX_VALUE) {
            throw new IllegalArgumentException("a dot's counter is positive and below 2^63 - 1: " + counter);
        }
    }

    @Override
    public int compareTo(Dot other) {
        int byActor = actor.compareTo(other.actor);
        return byActor != 0 ? byActor : Long.compare(counter, other.counter);
    }

    /** {@code node.boot:counter}. */
    @Override
    public String toString() {
        return actor + ":" + counter;
    }
}
