/**
 * The gossip layer over gRPC: {@link io.dotkv.gossip.grpc.GossipGrpcService} offers a local layer to others,
 * {@link io.dotkv.gossip.grpc.GrpcGossipTransport} carries its exchanges to peers, and
 * {@link io.dotkv.gossip.grpc.RemoteGossip} is the layer of another process. Channels are handed in and belong to the
 * launcher.
 */
@NullMarked
package io.dotkv.gossip.grpc;

import org.jspecify.annotations.NullMarked;
