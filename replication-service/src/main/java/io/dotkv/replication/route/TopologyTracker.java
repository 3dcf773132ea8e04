package io.dotkv.replication.route;

import io.dotkv.cluster.Agreement;
import io.dotkv.cluster.ClusterView;
import io.dotkv.cluster.Member;
import io.dotkv.kernel.NodeId;
import io.dotkv.replication.ports.ReplicationSettings;
import io.dotkv.replication.ports.StorageDirectory;
import io.dotkv.replication.ports.UnreachableStorage;
import io.dotkv.storage.Storage;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes a {@link Topology} of each view of the cluster. Replicas live on from view to view as long as their storage is
 * the same, so that their counts of unanswered calls do.
 *
 * <p>One thread at a time.
 */
public final class TopologyTracker {
    private final Optional<Storage> own;
    private final StorageDirectory directory;
    private final ReplicationSettings.Calls settings;
    private final Map<NodeId, ReplicaClient> replicas = new TreeMap<>();
    private @Nullable Topology latest;

    public TopologyTracker(Optional<Storage> own, StorageDirectory directory, ReplicationSettings.Calls settings) {
        this.own = own;
        this.directory = directory;
        this.settings = settings;
    }

    /** The topology of a view; empty while no cluster has formed. */
    public Optional<Topology> of(ClusterView view) {
        if (view.agreement().isEmpty()) {
            return Optional.empty();
        }
        Agreement agreement = view.agreement().get();
        for (NodeId node : agreement.nodes()) {
            ReplicaClient replica = replicaOf(node, view);
            replicas.put(node, replica);
            replica.believe(replica.isOwn() || isUp(view.member(node)));
        }
        latest = new Topology(agreement, replicas, codecOf(agreement));
        return Optional.of(latest);
    }

    private ReplicaClient replicaOf(NodeId node, ClusterView view) {
        boolean isOwn = node.equals(view.self()) && own.isPresent();
        Optional<Storage> storage = isOwn ? own : view.member(node).flatMap(directory::storageOf);
        ReplicaClient known = replicas.get(node);
        if (storage.isEmpty()) {
            return known != null && known.storage() instanceof UnreachableStorage
                    ? known
                    : new ReplicaClient(node, new UnreachableStorage(node), isOwn, settings);
        }
        return known != null && known.storage().equals(storage.get())
                ? known
                : new ReplicaClient(node, storage.get(), isOwn, settings);
    }

    private static boolean isUp(Optional<Member> member) {
        return member.isPresent()
                && switch (member.get().health()) {
                    case ALIVE, SUSPECT -> true;
                    case DEAD, LEFT -> false;
                };
    }

    private TokenCodec codecOf(Agreement agreement) {
        Topology before = latest;
        return before != null
                        && before.agreement().clusterId().equals(agreement.clusterId())
                        && before.agreement().clusterKey().equals(agreement.clusterKey())
                ? before.tokens()
                : new TokenCodec(agreement.clusterId(), agreement.clusterKey());
    }
}
