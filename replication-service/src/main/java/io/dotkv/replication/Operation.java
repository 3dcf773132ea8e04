package io.dotkv.replication;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Key;
import java.util.Optional;

/** What a client can ask for. Deadlines are monotonic nanoseconds of this process. */
public sealed interface Operation {
    /** How many replicas must take part. */
    Consistency level();

    /** When it is given up. */
    long deadlineNanos();

    /**
     * A put or a delete.
     *
     * @param payload the new value; empty for a delete
     * @param context what it replaces; empty to replace everything that the coordinating replica has seen
     * @param requestId names the write, for retries; never empty
     */
    record Write(
            Key key,
            Optional<Bytes> payload,
            Optional<ContextToken> context,
            Consistency level,
            String requestId,
            long deadlineNanos)
            implements Operation {
        /** {@code put} or {@code delete}. */
        String verb() {
            return payload.isPresent() ? "put" : "delete";
        }

        /** About how much memory it holds while it is in flight. */
        long sizeBytes() {
            return 512L
                    + key.bytes().length()
                    + (payload.isPresent() ? payload.get().length() : 0);
        }
    }

    /**
     * A read of one key.
     *
     * @param session the context of an earlier answer: the answer of this read reflects all that it covers
     * @param monotonic whether what is answered is made sure to be on a majority of the replicas first, so that later reads at
     *     QUORUM show it or something newer
     */
    record Read(Key key, Consistency level, Optional<ContextToken> session, boolean monotonic, long deadlineNanos)
            implements Operation {
        /** A read that promises what its level does. */
        public Read(Key key, Consistency level, long deadlineNanos) {
            this(key, level, Optional.empty(), false, deadlineNanos);
        }

        /** The level that it is done at when there are so many replicas: what is monotonic has to ask a majority. */
        Consistency levelAmong(int replicas) {
            return monotonic && level.required(replicas) < Consistency.QUORUM.required(replicas)
                    ? Consistency.QUORUM
                    : level;
        }
    }

    /**
     * A read of one page of keys, in byte order.
     *
     * @param prefix keys that begin with this only
     * @param page where the page before ended; empty for the first
     * @param pageSize at most so many keys, positive
     */
    record Scan(Bytes prefix, Optional<PageToken> page, int pageSize, Consistency level, long deadlineNanos)
            implements Operation {}
}
