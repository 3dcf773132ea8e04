/**
 * The storage layer of one node: a causal replica of each partition that the node holds. The types in reading order:
 *
 * <ol>
 * <li><b>The layer.</b> {@link io.dotkv.storage.Storage} is what it offers. {@link io.dotkv.storage.Requests} go in, an
 * {@link io.dotkv.storage.Outcome} comes out: done, refused for a {@link io.dotkv.storage.Refusal}, or unknown.
 * <li><b>Who it is.</b> A {@link io.dotkv.storage.Assignment} tells it; {@link io.dotkv.storage.AssignmentAck} and
 * {@link io.dotkv.storage.StorageDescription} say what became of it, and a {@link io.dotkv.storage.PeerLag} how far
 * each peer is behind. {@link io.dotkv.storage.Partitioning} cuts the key space. <li><b>Writing.</b> A
 * {@link io.dotkv.storage.MutationListener} hears of the {@link io.dotkv.storage.StampedWrite} and then of the end.
 * <li><b>Reading much.</b> A scan answers a {@link io.dotkv.storage.RowPage}; a pull, made of
 * {@link io.dotkv.storage.PartitionClock}s, answers {@link io.dotkv.storage.PullMessage}s. <li><b>Damage.</b>
 * {@link io.dotkv.storage.Digests} compare replicas; a damaged row is replaced, and {@link io.dotkv.storage.RowRepair}
 * says whether. <li><b>The local form.</b> {@link io.dotkv.storage.local.LocalStorage} with
 * {@link io.dotkv.storage.local.StorageSettings} and an {@link io.dotkv.storage.local.StoragePorts}, whose
 * {@link io.dotkv.storage.local.Workers} are threads ({@link io.dotkv.storage.system}) or
 * {@link io.dotkv.storage.simulated.ScheduledWorkers}. Inside, {@code AssignedReplicas} holds the {@code StorageState},
 * which {@code StartupCheck} lets it take; {@code Shards} take {@code MutateTask}s and {@code ApplyTask}s;
 * {@code ReadWorkers} and {@code SnapshotReads} read what is not in memory, {@code Scanner} and {@code PullSession} for
 * them.
 * </ol>
 *
 * <p>Below: {@link io.dotkv.storage.replica}, the protocol; {@link io.dotkv.storage.shard}, its writers;
 * {@link io.dotkv.storage.engine} with {@link io.dotkv.storage.rocksdb}, its bytes; {@link io.dotkv.storage.identity}.
 * Beside it: {@link io.dotkv.storage.grpc}.
 */
@NullMarked
package io.dotkv.storage;

import org.jspecify.annotations.NullMarked;
