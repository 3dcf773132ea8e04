package io.dotkv.kernel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The sets of dots that are whole boots: of some nodes, all dots of every boot below a number, whether they were issued
 * or not. Immutable.
 */
final class Floors {
    static final Floors NONE = new Floors(new int[0], new int[0]);

    private final int[] nodes;
    private final int[] boots;

    /** How the floors of two sets for one node become one; 0 is none. */
    private interface Merge {
        int of(int mine, int theirs);
    }

    private Floors(int[] nodes, int[] boots) {
        this.nodes = nodes;
        this.boots = boots;
    }

    /**
     * @param firsts of each node the first actor that is not covered, in ascending order
     * @throws IllegalArgumentException when nodes do not ascend, or a floor covers nothing
     */
    static Floors of(List<Actor> firsts) {
        int[] nodes = new int[firsts.size()];
        int[] boots = new int[firsts.size()];
        for (int index = 0; index < nodes.length; index++) {
            nodes[index] = firsts.get(index).node();
            boots[index] = firsts.get(index).boot();
            if (boots[index] == 1 || (index > 0 && nodes[index - 1] >= nodes[index])) {
                throw new IllegalArgumentException("the floors of a dot set do not ascend, or cover nothing");
            }
        }
        return nodes.length == 0 ? NONE : new Floors(nodes, boots);
    }

    boolean areNone() {
        return nodes.length == 0;
    }

    /** The first boot of the node that is not covered, or 0 when none is. */
    int of(int node) {
        for (int index = 0; index < nodes.length && nodes[index] <= node; index++) {
            if (nodes[index] == node) {
                return boots[index];
            }
        }
        return 0;
    }

    boolean cover(Actor actor) {
        return nodes.length > 0 && actor.boot() < of(actor.node());
    }

    /** Of each node the first actor that is not covered. */
    List<Actor> firsts() {
        List<Actor> firsts = new ArrayList<>(nodes.length);
        for (int index = 0; index < nodes.length; index++) {
            firsts.add(new Actor(nodes[index], boots[index]));
        }
        return firsts;
    }

    Floors union(Floors other) {
        return containsAll(other) ? this : other.containsAll(this) ? other : merge(other, Math::max);
    }

    Floors intersect(Floors other) {
        return containsAll(other) ? other : other.containsAll(this) ? this : merge(other, Math::min);
    }

    /** The floors that are higher than the other's, whole. */
    Floors minus(Floors other) {
        return nodes.length == 0 ? this : merge(other, (mine, theirs) -> mine > theirs ? mine : 0);
    }

    Floors ofNode(int node) {
        int boot = of(node);
        return boot == 0 ? NONE : new Floors(new int[] {node}, new int[] {boot});
    }

    boolean containsAll(Floors other) {
        for (int index = 0; index < other.nodes.length; index++) {
            if (of(other.nodes[index]) < other.boots[index]) {
                return false;
            }
        }
        return true;
    }

    private Floors merge(Floors other, Merge merge) {
        int[] newNodes = new int[nodes.length + other.nodes.length];
        int[] newBoots = new int[newNodes.length];
        int length = 0;
        int mine = 0;
        int theirs = 0;
        while (mine < nodes.length || theirs < other.nodes.length) {
            long node = Math.min(nodeAt(mine), other.nodeAt(theirs));
            int boot = merge.of(
                    nodeAt(mine) == node ? boots[mine++] : 0, other.nodeAt(theirs) == node ? other.boots[theirs++] : 0);
            if (boot > 0) {
                newNodes[length] = (int) node;
                newBoots[length++] = boot;
            }
        }
        return length == 0 ? NONE : new Floors(Arrays.copyOf(newNodes, length), Arrays.copyOf(newBoots, length));
    }

    private long nodeAt(int index) {
        return index < nodes.length ? nodes[index] : Long.MAX_VALUE;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Floors floors
                && Arrays.equals(nodes, floors.nodes)
                && Arrays.equals(boots, floors.boots);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(nodes) + Arrays.hashCode(boots);
    }
}
