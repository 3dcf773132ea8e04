/**
 * Reads, writes and scans, each with a pure coordination that maps events to effects, and a shell that carries them
 * out: {@link io.dotkv.replication.request.WriteCoordination} and {@link io.dotkv.replication.request.PendingWrite},
 * and the same for reads and scans.
 */
@NullMarked
package io.dotkv.replication.request;

import org.jspecify.annotations.NullMarked;
