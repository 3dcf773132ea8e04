package io.dotkv.cluster;

import io.dotkv.cluster.layout.Layout;
import io.dotkv.cluster.register.state.ClusterState;
import io.dotkv.cluster.register.state.DepartedMember;
import io.dotkv.cluster.register.state.RegisteredMember;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.NodeId;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * All that the cluster has agreed on, as other layers look at it: with names instead of numbers. Immutable; two are
 * equal when their states are.
 */
public final class Agreement {
    private final ClusterState state;
    private final Layout layout;
    private final List<NodeId> nodes;

    private Agreement(ClusterState state, Layout layout, List<NodeId> nodes) {
        this.state = state;
        this.layout = layout;
        this.nodes = nodes;
    }

    public static Agreement of(ClusterState state) {
        Map<Integer, NodeId> names = new HashMap<>();
        List<NodeId> nodes = new ArrayList<>();
        for (RegisteredMember member : state.members()) {
            names.put(member.number(), member.node());
            nodes.add(member.node());
        }
        BitSet placed = new BitSet();
        state.layout().numbers().forEach(placed::set);
        for (DepartedMember gone : state.departures()) {
            if (placed.get(gone.number())) {
                names.put(gone.number(), gone.node());
                nodes.add(gone.node());
            }
        }
        return new Agreement(state, state.layout().named(number -> names.get(number)), List.copyOf(nodes));
    }

    /** With members under their numbers. */
    public ClusterState state() {
        return state;
    }

    /** 32 hexadecimal digits; tells clusters apart. */
    public String clusterId() {
        return state.clusterId();
    }

    /** 32 random bytes that authenticate contexts; shown to nobody. */
    public Bytes clusterKey() {
        return state.clusterKey();
    }

    /** Which nodes hold which partition. */
    public Layout layout() {
        return layout;
    }

    /**
     * All members in order of name, and after them those that are members no more and still have a place in the layout.
     */
    public List<NodeId> nodes() {
        return nodes;
    }

    /** The member's number, if it is a member. */
    public OptionalInt numberOf(NodeId node) {
        Optional<RegisteredMember> member = state.member(node);
        return member.isPresent() ? OptionalInt.of(member.get().number()) : OptionalInt.empty();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Agreement agreement && state.equals(agreement.state);
    }

    @Override
    public int hashCode() {
        return state.hashCode();
    }

    @Override
    public String toString() {
        return state.toString();
    }
}
