package io.dotkv.replication;

import io.dotkv.kernel.Dot;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.types.DataType;
import java.util.List;

/** What there is to know about a key. */
public sealed interface ExplainResult {
    /** So many values are told one by one, since each is compared with each. */
    int MOST_VALUES = 100;

    /** Values beyond so many bytes in all are not listed, but for the newest. */
    int MOST_BYTES = 1 << 20;

    /** Nor is the newest, when it has more than this: the answer has to fit into a message that every client takes. */
    int MOST_BYTES_OF_NEWEST = 3 << 20;

    /**
     * What its replicas have.
     *
     * @param copies of each replica, in the order of the layout
     * @param values the plain values that any of them has, the {@value #MOST_VALUES} newest, newest first
     * @param unlisted how many more there are
     * @param types the data types that any of them has beside
     * @param findings what follows from it, in sentences
     */
    record Explained(
            PartitionId partition,
            List<Copy> copies,
            List<Placed> values,
            int unlisted,
            List<DataType> types,
            List<String> findings)
            implements ExplainResult {
        public Explained {
            copies = List.copyOf(copies);
            values = List.copyOf(values);
            types = List.copyOf(types);
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
     * @param values its plain values, the {@value #MOST_VALUES} newest, newest first
     * @param valueCount how many there are
     * @param valueBytes of all of them
     * @param parts how many parts of data types it has: elements, fields, shares of counters
     */
    record Held(NodeId node, List<Leaf> values, int valueCount, long valueBytes, int parts, boolean isVoting)
            implements Copy {}

    /** It did not, for this reason. */
    record Unknown(NodeId node, String trouble) implements Copy {}

    /**
     * One value and where it is.
     *
     * @param takenBy the name of the node that took the write
     * @param on who has it
     * @param replacedOn who knows that it was replaced or deleted
     * @param missingOn whom it has not reached
     * @param concurrentWith the other current ones of the listed values, if it is current itself
     */
    record Placed(
            Leaf leaf,
            String takenBy,
            List<NodeId> on,
            List<NodeId> replacedOn,
            List<NodeId> missingOn,
            List<Dot> concurrentWith) {
        /** Whether nobody knows that it was replaced. */
        public boolean isCurrent() {
            return replacedOn.isEmpty();
        }
    }
}
