/**
 * The cluster layer: who is there, how each is doing, and which member holds which partition.
 *
 * <p>What the layers above see: {@link io.dotkv.cluster.Cluster} and its {@link io.dotkv.cluster.ClusterView}, made of {@link
 * io.dotkv.cluster.Member}s and the {@link io.dotkv.cluster.layout.Formation} with its {@link io.dotkv.cluster.layout.Layout}. How it comes
 * about: {@link io.dotkv.cluster.LocalCluster} is the local form, a shell around the pure {@link
 * io.dotkv.cluster.ClusterNode}; nodes speak to each other as {@link io.dotkv.cluster.ClusterPeer}s. What the launcher hands
 * in: {@link io.dotkv.cluster.ClusterSettings} and {@link io.dotkv.cluster.ClusterPorts}.
 */
@NullMarked
package io.dotkv.cluster;

import org.jspecify.annotations.NullMarked;
