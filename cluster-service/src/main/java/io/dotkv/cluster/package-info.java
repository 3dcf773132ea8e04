/**
 * The cluster layer: who is there, how each is doing, and which member holds which partition.
 *
 * <p>What the layers above see: {@link io.dotkv.cluster.Cluster} and its {@link io.dotkv.cluster.ClusterView}, made of
 * {@link io.dotkv.cluster.Member}s with their {@link io.dotkv.cluster.Health} and {@link io.dotkv.cluster.Addresses},
 * and of the {@link io.dotkv.cluster.Agreement} with its {@link io.dotkv.cluster.layout.Layout}. What was not agreed on
 * is a {@link io.dotkv.cluster.NotAgreedException} with its {@link io.dotkv.cluster.ProposalOutcome}. What nodes say to
 * each other: {@link io.dotkv.cluster.ClusterPeer}, refused by a {@link io.dotkv.cluster.PeerRefusedException}. What
 * the launcher hands in: {@link io.dotkv.cluster.ClusterSettings} and {@link io.dotkv.cluster.ClusterPorts} with
 * {@link io.dotkv.cluster.ClusterStore}, {@link io.dotkv.cluster.ClusterTransport} and
 * {@link io.dotkv.cluster.MemberFormat}.
 *
 * <p>How it comes about: the machines of {@link io.dotkv.cluster.membership}, {@link io.dotkv.cluster.bootstrap} and
 * {@link io.dotkv.cluster.register}, put together in {@link io.dotkv.cluster.local}, whose
 * {@link io.dotkv.cluster.local.LocalCluster} is the local form of the layer.
 */
@NullMarked
package io.dotkv.cluster;

import org.jspecify.annotations.NullMarked;
