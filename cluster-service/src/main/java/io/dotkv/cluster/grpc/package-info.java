/**
 * The cluster layer over gRPC: {@link io.dotkv.cluster.grpc.ClusterGrpcService} offers a local layer to others,
 * {@link io.dotkv.cluster.grpc.GrpcClusterTransport} carries its messages to other nodes,
 * {@link io.dotkv.cluster.grpc.ProtoMemberFormat} writes member records into gossip, and
 * {@link io.dotkv.cluster.grpc.RemoteCluster} is the layer of another process. Channels are handed in and belong to the
 * launcher.
 */
@NullMarked
package io.dotkv.cluster.grpc;

import org.jspecify.annotations.NullMarked;
