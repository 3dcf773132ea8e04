package io.dotkv.storage;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Delta;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.PartitionId;
import java.util.List;
import java.util.Optional;

/** One message of the answer to a pull. The messages of one partition's answer carry one random id. */
public sealed interface PullMessage {
    /** The partition it is about. */
    PartitionId partition();

    /**
     * Rows that the puller misses something of.
     *
     * @param deltas each row whole, under its fill, with those of its events that the puller misses, in byte order of
     *     the key
     * @param whole present in a full answer: these are all rows that the sender has in this range of keys
     * @param base what each of the contexts contains, so that it need not travel with each; may be empty
     * @param names by which the missing events were asked for. Those of events that have left the log
     *     come behind all rows, with the keys of the writes
     */
    record Rows(
            PartitionId partition,
            long answer,
            List<Delta> deltas,
            Optional<KeyRange> whole,
            DotSet base,
            List<IdentifiedWrite> names)
            implements PullMessage {
        public Rows {
            deltas = List.copyOf(deltas);
            names = List.copyOf(names);
        }

        /** Rows without names. */
        public Rows(PartitionId partition, long answer, List<Delta> deltas, Optional<KeyRange> whole, DotSet base) {
            this(partition, answer, deltas, whole, base, List.of());
        }

        /** Rows whose contexts have nothing in common. */
        public Rows(PartitionId partition, long answer, List<Delta> deltas, Optional<KeyRange> whole) {
            this(partition, answer, deltas, whole, DotSet.EMPTY, List.of());
        }
    }

    /**
     * The answer of a partition is complete.
     *
     * @param batches how many {@link Rows} it had; for people
     * @param full whether every row of the partition was among them: so when the log no longer had what was missing
     * @param clock the sender's clock at the snapshot that was sent
     * @param voting whether the sender votes, so that it counts as a donor
     * @param node the number of the sending node
     * @param asker the replica that asked, by the name in its clock: an answer to an earlier life of it makes no donor
     */
    record End(
            PartitionId partition,
            long answer,
            int batches,
            boolean full,
            DotSet clock,
            boolean voting,
            int node,
            String asker)
            implements PullMessage {}

    /** The partition cannot be pulled from there. */
    record Unavailable(PartitionId partition, Refusal refusal) implements PullMessage {}

    /**
     * A range of keys of which a sender has sent every row.
     *
     * @param after the range begins behind this key; with the first key when empty
     * @param upTo the last key of the range; empty for the end of the partition
     * @param covered what the sender covers of every key: a key that is not among the rows is absent under this context
     */
    record KeyRange(Bytes after, Optional<Bytes> upTo, DotSet covered) {
        /** Whether the key is in the range. */
        public boolean contains(Key key) {
            return key.bytes().compareTo(after) > 0
                    && (upTo.isEmpty() || key.bytes().compareTo(upTo.get()) <= 0);
        }
    }
}
