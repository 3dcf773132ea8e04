package io.dotkv.replication.route;

import io.dotkv.cluster.Agreement;
import io.dotkv.cluster.layout.Layout;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.PartitionId;
import io.dotkv.replication.Consistency;
import io.dotkv.storage.Partitioning;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The formed cluster as requests see it: who holds which partition, and how to reach them. A new one is made for each
 * view of the cluster; requests keep the one they began with.
 *
 * <p>Immutable but for what {@link ReplicaClient} counts; any thread.
 */
public final class Topology {
    private final Agreement agreement;
    private final Partitioning partitioning;
    private final TokenCodec tokens;
    private final List<ReplicaClient> all;
    private final ReplicaClient[][] sets;

    /**
     * @param replicas the storages of all members, by node
     * @param tokens the codec of this cluster
     */
    Topology(Agreement agreement, Map<NodeId, ReplicaClient> replicas, TokenCodec tokens) {
        this.agreement = agreement;
        this.partitioning = new Partitioning(agreement.layout().partitions());
        this.tokens = tokens;
        this.all = ownFirst(agreement.nodes(), replicas);
        this.sets = new ReplicaClient[partitioning.partitions()][];
        for (int partition = 0; partition < sets.length; partition++) {
            sets[partition] = ownFirst(agreement.layout().replicasOf(new PartitionId(partition)), replicas)
                    .toArray(new ReplicaClient[0]);
        }
    }

    public Agreement agreement() {
        return agreement;
    }

    public Layout layout() {
        return agreement.layout();
    }

    public long placement() {
        return agreement.layout().version();
    }

    public Partitioning partitioning() {
        return partitioning;
    }

    public TokenCodec tokens() {
        return tokens;
    }

    /** The storages of all that the agreement names, the own one first. */
    public List<ReplicaClient> all() {
        return all;
    }

    /**
     * The replicas of a partition in order of preference: the own one, then those that can be reached and have the
     * fewest calls unanswered.
     */
    public ReplicaClient[] preferred(PartitionId partition) {
        ReplicaClient[] sorted = sets[partition.number()].clone();
        int[] ranks = new int[sorted.length];
        for (int index = 0; index < sorted.length; index++) {
            ReplicaClient replica = sorted[index];
            int rank = replica.isOwn() ? -1 : replica.isReachable() ? replica.unanswered() : Integer.MAX_VALUE;
            int at = index;
            for (; at > 0 && ranks[at - 1] > rank; at--) {
                ranks[at] = ranks[at - 1];
                sorted[at] = sorted[at - 1];
            }
            ranks[at] = rank;
            sorted[at] = replica;
        }
        return sorted;
    }

    /**
     * Whether so many replicas of a partition can be reached as the level asks for; also when it can never be that
     * many.
     */
    public boolean hasEnough(PartitionId partition, Consistency level) {
        ReplicaClient[] set = sets[partition.number()];
        int missing = level.required(set.length);
        if (missing > set.length) {
            return true;
        }
        for (ReplicaClient replica : set) {
            missing -= replica.isReachable() ? 1 : 0;
        }
        return missing <= 0;
    }

    /** Whether that holds for every partition. */
    public boolean hasEnough(Consistency level) {
        for (int partition = 0; partition < sets.length; partition++) {
            if (!hasEnough(new PartitionId(partition), level)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Whether one of the other replicas of a partition may have writes that the own one lacks, as far as is known here.
     */
    public boolean isAnyAhead(PartitionId partition) {
        for (ReplicaClient replica : sets[partition.number()]) {
            if (!replica.isOwn() && replica.mayBeAhead()) {
                return true;
            }
        }
        return false;
    }

    /** What a request knows of the replicas in that order. */
    public static Candidates candidates(ReplicaClient[] preferred, Consistency level) {
        NodeId[] nodes = new NodeId[preferred.length];
        long reachable = 0;
        for (int index = 0; index < preferred.length; index++) {
            nodes[index] = preferred[index].node();
            reachable |= preferred[index].isReachable() ? 1L << index : 0;
        }
        return new Candidates(Arrays.asList(nodes), reachable, level);
    }

    private static List<ReplicaClient> ownFirst(List<NodeId> nodes, Map<NodeId, ReplicaClient> replicas) {
        List<ReplicaClient> ordered = new ArrayList<>(nodes.size());
        for (NodeId node : nodes) {
            ReplicaClient replica = replicas.get(node);
            if (replica == null) {
                throw new IllegalArgumentException("no storage is known for member " + node);
            }
            if (replica.isOwn()) {
                ordered.addFirst(replica);
            } else {
                ordered.add(replica);
            }
        }
        return ordered;
    }

    /**
     * From how many voters a replica that lost data pulls before it votes again: N − W + 1 of the others have, between
     * them, all that was acknowledged. A replica without others has nobody to wait for.
     */
    public static int donors(int replicas) {
        return Math.min(replicas - 1, replicas - Consistency.QUORUM.required(replicas) + 1);
    }
}
