package io.dotkv.storage;

import io.dotkv.kernel.Key;
import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.Row;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * The storage layer of one node: a causal replica of each partition that the node holds. It never talks to other nodes;
 * the replication layer carries deltas and pulls between storages.
 *
 * <p>{@code LocalStorage} is the local form; {@link io.dotkv.storage.grpc} holds the service that offers this interface
 * to other processes and the client through which a storage of another process or host is used. A caller cannot tell
 * which form it has.
 *
 * <p>Every call answers an {@link Outcome} and never blocks. Answers arrive on a thread of the storage: what is done
 * there must be short. A call whose deadline (monotonic nanoseconds of this process) has passed before it begins is
 * refused with {@link Refusal.Reason#EXPIRED}.
 */
public interface Storage extends AutoCloseable {
    /**
     * Assigns the storage to a node of a cluster, with the partitions that it holds. Idempotent; called before anything
     * else and after every change of the layout. An assignment with a boot number makes that boot durable; before the
     * first one the storage serves reads and applies, and coordinates no writes.
     */
    CompletionStage<Outcome<AssignmentAck>> assume(Assignment assignment);

    /** The row of a key as this replica exports it; a row without leaves when nothing is there. */
    CompletionStage<Outcome<Row>> read(Requests.Read request);

    /** Coordinates a mutation: assigns a dot to it, applies it here, and tells both to the listener. */
    void mutate(Requests.Mutate request, MutationListener listener);

    /**
     * Applies a delta of another replica; done when it is durable here. The answer is the replica's placement number.
     */
    CompletionStage<Outcome<Long>> apply(Requests.Apply request);

    /** A page of rows in byte order of the key. */
    CompletionStage<Outcome<RowPage>> scan(Requests.Scan request);

    /** The durable clocks of these partitions, or of all held ones when none are named. */
    CompletionStage<Outcome<List<PartitionClock>>> clocks(Set<PartitionId> partitions);

    /**
     * What a replica with the given clocks misses, as a sequence of messages, of which each is handed over when the one
     * before has been taken. The answer is the number of messages, all of them taken.
     *
     * @param taker takes a message, and answers when it is ready for the next
     */
    CompletionStage<Outcome<Integer>> pull(Requests.Pull request, Function<PullMessage, CompletionStage<?>> taker);

    /**
     * Takes one message of a pull from another replica; done when it is durable here. The answer is the number of news.
     */
    CompletionStage<Outcome<Integer>> absorb(PullMessage message);

    /** Digests of ranges of one partition's keys, from one snapshot. */
    CompletionStage<Outcome<Digests>> digest(Requests.Digest request);

    /** The keys whose rows are known to be damaged and wait for others to be put in their place, a thousand at most. */
    CompletionStage<Outcome<List<Key>>> damaged();

    /** Puts the row that other replicas have in place of a damaged one; done when it is durable here. */
    CompletionStage<Outcome<RowRepair>> mend(Requests.Mend request);

    /** What this storage is and holds. */
    CompletionStage<Outcome<StorageDescription>> describe();

    /** Whether calls have a chance: false for a remote storage without a connection. */
    boolean isReachable();

    /**
     * Whether it has itself shown within the last moments that it works, so that what others believe of its node does
     * not matter.
     */
    default boolean isAnswering() {
        return false;
    }

    /** Stops; calls in flight are answered first. */
    @Override
    void close();
}
