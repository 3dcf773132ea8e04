package io.dotkv.replication;

import io.dotkv.kernel.Dot;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.PartitionId;
import java.util.List;

/** What there is to know about a key. */
public sealed interface ExplainResult {
    /**
     * What its replicas have.
     *
     * @param copies of each replica, in the order of the layout
     * @param values all values that any of them has, newest first
     * @param findings what follows from it, in sentences
     */
    record Explained(PartitionId partition, List<Copy> copies, List<Placed> values, List<String> findings)
            implements ExplainResult {
        public Explained {
            copies = List.copyOf(copies);
            values = List.copyOf(values);
            findings = List.copyOf(findings);
        }
    }

    /** Nobody could be asked. */
    record Failed(Failure failure) implements ExplainResult {}

    /** What one replica has. */
    sealed interface Copy {
        NodeId node();
    }

    /**
     * It answered.
     *
     * @param leaves newest first
     */
    record Held(NodeId node, List<Leaf> leaves, boolean isVoting) implements Copy {}

    /** It did not, for this reason. */
    record Unknown(NodeId node, String trouble) implements Copy {}

    /**
     * One value and where it is.
     *
     * @param takenBy the name of the node that took the write
     * @param on who has it
     * @param replacedOn who knows that it was replaced or deleted
     * @param missingOn whom it has not reached
     * @param concurrentWith the other current values, if it is current itself
     */
    record Placed(
            Leaf leaf,
            String takenBy,
            List<NodeId> on,
            List<NodeId> replacedOn,
            List<NodeId> missingOn,
            List<Dot> concurrentWith) {
        /** Whether nobody knows that it was replaced. */
        boolean isCurrent() {
            return replacedOn.isEmpty();
        }
    }
}
