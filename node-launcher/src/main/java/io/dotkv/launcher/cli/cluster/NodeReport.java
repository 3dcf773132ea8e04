package io.dotkv.launcher.cli.cluster;

import io.dotkv.proto.cluster.v1.GetClusterResponse;
import io.dotkv.proto.cluster.v1.Health;
import io.dotkv.proto.cluster.v1.Member;
import io.dotkv.proto.storage.v1.DescribeResponse;
import java.util.Collection;
import java.util.Optional;

/**
 * What was seen of one node.
 *
 * @param node its name
 * @param at where it answered, or was looked for
 * @param own the cluster as the node itself sees it, when it answered
 * @param storage what its storage says of itself, when it answered
 * @param nobodyListens whether its machine said that nothing listens at its address
 */
record NodeReport(
        String node,
        String at,
        Optional<GetClusterResponse> own,
        Optional<DescribeResponse> storage,
        boolean nobodyListens) {
    /**
     * Whether the node is up. One that answered is, and one at whose address nothing listens is not. Of any other,
     * whose address may mean nothing where this program runs, the word of the nodes that did answer is taken.
     */
    boolean isUp(Collection<GetClusterResponse> views) {
        return own.isPresent() || (!nobodyListens && views.stream().allMatch(view -> healthIn(view) == Health.ALIVE));
    }

    private Health healthIn(GetClusterResponse view) {
        return view.getMembersList().stream()
                .filter(member -> member.getNode().equals(node))
                .map(Member::getHealth)
                .findFirst()
                .orElse(Health.HEALTH_UNSPECIFIED);
    }
}
