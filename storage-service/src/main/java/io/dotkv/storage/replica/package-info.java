/**
 * The replica of one partition: what it keeps, how it changes, how it becomes equal to others. No threads, no clocks,
 * no files; an engine is passed in. The types in reading order:
 *
 * <ol>
 * <li>{@link io.dotkv.storage.replica.Replica} is the state machine: mutate, apply, absorb, then flush into a batch and
 * {@code written}. {@code Staging} is what waits for the batch, {@code EventLog} the clock with its log and
 * checkpoints, {@code ReadView} what readers see, {@code ResidualSweep} the clean-up.
 * <li>{@link io.dotkv.storage.replica.PullAnswer} sends what another replica misses; {@code PullTaker} takes it,
 * {@code FullAnswers} knows how far, and {@code CatchUp} gives a vote back.
 * <li>{@link io.dotkv.storage.replica.Quarantine} remembers damaged rows,
 * {@link io.dotkv.storage.replica.store.RangeDigests} makes digests,
 * {@link io.dotkv.storage.replica.store.PartitionPieces} tells who copies an engine where a partition is.
 * <li>{@code EngineKeys} is the format on disk, {@code PartitionStore} reads and writes it,
 * {@link io.dotkv.storage.replica.store.RowCursor} walks over the rows of a partition,
 * {@link io.dotkv.storage.replica.store.RowFinder} finds those of many,
 * {@link io.dotkv.storage.replica.store.StorageRecord} marks the whole. A row that cannot be read is a
 * {@link io.dotkv.storage.replica.store.DamagedRowException}, never an absent one.
 * </ol>
 */
@NullMarked
package io.dotkv.storage.replica;

import org.jspecify.annotations.NullMarked;
