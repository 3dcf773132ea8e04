package io.dotkv.launcher.cli.cluster;

import io.dotkv.proto.cluster.v1.GetClusterResponse;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * What endpoints and members said when they were asked for their status.
 *
 * @param members a report of each member
 * @param views what each endpoint that answered knows of the cluster
 * @param placed the nodes on which the layout places partitions
 */
record ClusterSnapshot(List<NodeReport> members, Collection<GetClusterResponse> views, Set<String> placed) {}
