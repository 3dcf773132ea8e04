/**
 * Which replicas a request goes to: {@link io.dotkv.replication.route.Topology} follows the view of the cluster, a
 * {@link io.dotkv.replication.route.ReplicaClient} calls the storage of one node, an {@link
 * io.dotkv.replication.route.AckTracker} counts answers.
 */
@NullMarked
package io.dotkv.replication.route;

import org.jspecify.annotations.NullMarked;
