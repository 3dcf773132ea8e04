package io.dotkv.cluster.register.state;

import io.dotkv.kernel.NodeId;
import java.util.Comparator;

/**
 * Which disk is meant: a node by its name and instance. A node that lost its disk has another instance, and is another
 * acceptor.
 */
public record AcceptorId(NodeId node, String instance) implements Comparable<AcceptorId> {
    private static final Comparator<AcceptorId> ORDER =
            Comparator.comparing(AcceptorId::node).thenComparing(AcceptorId::instance);

    @Override
    public int compareTo(AcceptorId other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return node + " (" + instance + ")";
    }
}
