package io.dotkv.simulation.history;

import io.dotkv.cluster.ClusterView;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.Row;
import io.dotkv.replication.ReplicationStatus;
import io.dotkv.storage.Digests;
import java.util.List;
import java.util.Map;

/**
 * The cluster when it has come to rest, or should have: what each node sees and what each replica holds.
 *
 * @param views of the nodes that run and are no former members, by node, in order of name
 * @param unready what is not as it should be, in words
 * @param digests of the replicas that vote, each under its own clock, if they were asked for
 * @param scrubs what each of these nodes has done about damage, by node
 */
public record FinalState(
        Map<NodeId, ClusterView> views,
        List<ReplicaState> replicas,
        List<String> unready,
        List<ReplicaDigests> digests,
        Map<NodeId, ReplicationStatus.Care> scrubs) {
    /** The digest of all rows of one replica. */
    public record ReplicaDigests(NodeId node, PartitionId partition, Digests digests) {}

    /** One replica: its clock, and its rows as it exports them, in order of key. */
    public record ReplicaState(NodeId node, PartitionId partition, DotSet clock, boolean voting, Map<Key, Row> rows) {
        public Row row(Key key) {
            return rows.getOrDefault(key, new Row(List.of(), clock.base()));
        }
    }
}
