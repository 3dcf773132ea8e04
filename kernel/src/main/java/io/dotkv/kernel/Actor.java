package io.dotkv.kernel;

/**
 * Who issues dots: one start of one node. A node that starts again is a new actor, so that nothing it may have
 * forgotten can make it issue a dot twice.
 *
 * @param node the number of the node, from 1, never given to another
 * @param boot the number of the node's start, from 1, never used again
 */
public record Actor(int node, int boot) implements Comparable<Actor> {
    public Actor {
        if (node < 1 || boot < 1) {
            throw new IllegalArgumentException("an actor's node and boot are positive: " + node + "." + boot);
        }
    }

    @Override
    public int compareTo(Actor other) {
        return node != other.node ? Integer.compare(node, other.node) : Integer.compare(boot, other.boot);
    }

    @Override
    public String toString() {
        return node + "." + boot;
    }
}
