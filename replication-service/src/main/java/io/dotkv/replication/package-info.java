/**
 * Coordinates reads and writes of the whole cluster, and makes replicas equal that are not. The public types, in the
 * order in which a request meets them:
 *
 * <ol>
 * <li>{@link io.dotkv.replication.Replication}: the layer <li>{@link io.dotkv.replication.Operation}: what goes in, at
 * a level of {@link io.dotkv.replication.Consistency}, with the {@link io.dotkv.replication.ContextToken} or
 * {@link io.dotkv.replication.PageToken} of an earlier answer <li>{@link io.dotkv.replication.local.LocalReplication}:
 * the local form, made with {@link io.dotkv.replication.ports.ReplicationPorts},
 * {@link io.dotkv.replication.ports.ReplicationSettings} and a {@link io.dotkv.replication.ports.StorageDirectory} and
 * a {@link io.dotkv.replication.ports.PullPrompt} <li>{@link io.dotkv.replication.WriteResult},
 * {@link io.dotkv.replication.ReadResult}, {@link io.dotkv.replication.ScanResult}: what comes out, with a
 * {@link io.dotkv.replication.Failure} where there is one, in which {@link io.dotkv.replication.route.KeyText} shows
 * keys <li>{@link io.dotkv.replication.ReplicationAdmin}: the layer as operators see it, with a
 * {@link io.dotkv.replication.ConvergenceGoal} and a {@link io.dotkv.replication.ConvergenceResult}, and an
 * {@link io.dotkv.replication.ExplainResult} <li>{@link io.dotkv.replication.ScrubJob},
 * {@link io.dotkv.replication.ScrubListener}, {@link io.dotkv.replication.ScrubResult} with a
 * {@link io.dotkv.replication.ScrubReport}: the same for a scrub, whose pace in the background
 * {@link io.dotkv.replication.ports.ScrubSettings} say <li>{@link io.dotkv.replication.ReplicationStatus}: what the
 * layer does and has done
 * </ol>
 */
@NullMarked
package io.dotkv.replication;

import org.jspecify.annotations.NullMarked;
