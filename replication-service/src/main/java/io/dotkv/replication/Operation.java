package io.dotkv.replication;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.types.Update;
import java.util.Optional;

/** What a client can ask for. Deadlines are monotonic nanoseconds of this process. */
public sealed interface Operation {
    /** How many replicas must take part. */
    Consistency level();

    /** When it is given up. */
    long deadlineNanos();

    /**
     * A put, a delete, or an update of data types.
     *
     * @param requestId names the write, for retries; never empty
     */
    record Write(Key key, Body body, Consistency level, String requestId, long deadlineNanos) implements Operation {
        /** A put, or a delete without payload. */
        public Write(
                Key key,
                Optional<Bytes> payload,
                Optional<ContextToken> context,
                Consistency level,
                String requestId,
                long deadlineNanos) {
            this(key, new Replace(payload, context), level, requestId, deadlineNanos);
        }

        /** What is written. */
        public sealed interface Body {}

        /**
         * Writes the plain value, or deletes the key.
         *
         * @param payload the new value; empty for a delete
         * @param context what it replaces; empty to replace everything that the coordinating replica has seen
         */
        public record Replace(Optional<Bytes> payload, Optional<ContextToken> context) implements Body {}

        /** Changes data types under the key. */
        public record Typed(Update update) implements Body {}

        /** The new plain value; empty for all that is no put. */
        public Optional<Bytes> payload() {
            return body instanceof Replace replace ? replace.payload : Optional.empty();
        }

        /** What a put or delete replaces; empty to replace everything that the coordinating replica has seen. */
        public Optional<ContextToken> context() {
            return body instanceof Replace replace ? replace.context : Optional.empty();
        }

        /** {@code put}, {@code delete} or {@code update}. */
        public String verb() {
            return switch (body) {
                case Typed typed -> "update";
                case Replace replace -> replace.payload.isPresent() ? "put" : "delete";
            };
        }

        /** About how much memory it holds while it is in flight. */
        public long sizeBytes() {
            long bodyBytes = switch (body) {
                case Typed typed -> typed.update.sizeBytes();
                case Replace replace ->
                    replace.payload.isPresent() ? replace.payload.get().length() : 0;
            };
            return 512L + key.bytes().length() + bodyBytes;
        }
    }

    /**
     * A read of one key.
     *
     * @param session the context of an earlier answer: the answer of this read reflects all that it covers
     * @param monotonic whether what is answered is made sure to be on a majority of the replicas first, so that later
     *     reads at QUORUM show it or something newer
     * @param portion how much of the values the answer may have
     */
    record Read(
            Key key,
            Consistency level,
            Optional<ContextToken> session,
            boolean monotonic,
            Portion portion,
            long deadlineNanos)
            implements Operation {
        /** A read of all values, whatever their size. */
        public Read(Key key, Consistency level, Optional<ContextToken> session, boolean monotonic, long deadlineNanos) {
            this(key, level, session, monotonic, Portion.WHOLE, deadlineNanos);
        }

        /** A read that promises what its level does. */
        public Read(Key key, Consistency level, long deadlineNanos) {
            this(key, level, Optional.empty(), false, deadlineNanos);
        }

        /** The level that it is done at when there are so many replicas: what is monotonic has to ask a majority. */
        public Consistency levelAmong(int replicas) {
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
     * @param maxBytes how large the answer may be
     * @param withContent whether each entry has all that is under its key, instead of its plain values
     */
    record Scan(
            Bytes prefix,
            Optional<PageToken> page,
            int pageSize,
            Consistency level,
            int maxBytes,
            boolean withContent,
            long deadlineNanos)
            implements Operation {
        /** A scan of plain values whose pages may be as large as they become. */
        public Scan(Bytes prefix, Optional<PageToken> page, int pageSize, Consistency level, long deadlineNanos) {
            this(prefix, page, pageSize, level, Portion.MOST_BYTES, false, deadlineNanos);
        }
    }
}
