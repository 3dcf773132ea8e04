package io.dotkv.cluster.bootstrap;

import io.dotkv.kernel.NodeId;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * A durable word given to one former: to take part in the formation it proposed, and in none that could become agreed
 * beside it.
 *
 * @param former who proposed
 * @param formerInstance its instance; a node of that name that lost its disk does not know what the former one did
 * @param clusterId the id of the proposed cluster, which names the proposal
 * @param founders who was asked to promise, by this proposal or earlier ones of the same life of the former
 */
public record Promise(NodeId former, String formerInstance, String clusterId, List<NodeId> founders) {
    public Promise {
        founders = List.copyOf(founders);
    }

    /**
     * Whether a promise to other founders may be given beside this one. Yes, when the former of this one has to promise
     * too, because it does so only if it did not commit, and then never will. If it lost its disk its word is worth
     * nothing; then all founders of this one have to promise, because any of them may have what it committed.
     *
     * @param knownInstance the instance that the former of this one has now, as far as known
     */
    public boolean mayGiveWayTo(List<NodeId> otherFounders, Optional<String> knownInstance) {
        boolean isSameFormer = knownInstance.map(formerInstance::equals).orElse(false);
        return (isSameFormer && otherFounders.contains(former)) || new HashSet<>(otherFounders).containsAll(founders);
    }
}
