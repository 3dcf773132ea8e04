package io.dotkv.storage.grpc.exchange;

import io.dotkv.kernel.Row;
import io.dotkv.kernel.encoding.MalformedException;
import io.dotkv.proto.storage.v1.Applied;
import io.dotkv.proto.storage.v1.Lost;
import io.dotkv.proto.storage.v1.Reply;
import io.dotkv.storage.Mutation;
import io.dotkv.storage.MutationListener;
import io.dotkv.storage.Outcome;
import io.dotkv.storage.Refusal;
import io.dotkv.storage.Requests;
import io.dotkv.storage.StampedWrite;
import io.dotkv.storage.grpc.codec.AlgebraCodec;
import io.dotkv.storage.grpc.codec.StorageAnswerCodec;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns the outcome of one call of the data path into its replies. */
final class ExchangeReply {
    private static final Logger LOG = LoggerFactory.getLogger(ExchangeReply.class);

    private final ExchangeHandler stream;
    private final long id;
    private final int sizeOfCall;

    ExchangeReply(ExchangeHandler stream, long id, int sizeOfCall) {
        this.stream = stream;
        this.id = id;
        this.sizeOfCall = sizeOfCall;
    }

    void ofRead(@Nullable Outcome<Row> outcome, @Nullable Throwable failure) {
        switch (outcome) {
            case Outcome.Done<Row> done -> row(done.value());
            case Outcome.Refused<Row> refused -> refused(refused.refusal());
            case Outcome.Unknown<Row> unknown -> lost(unknown.reason());
            case null -> failed(failure);
        }
    }

    void ofApply(@Nullable Outcome<Long> outcome, @Nullable Throwable failure) {
        switch (outcome) {
            case Outcome.Done<Long> done -> durable(done.value());
            case Outcome.Refused<Long> refused -> refused(refused.refusal());
            case Outcome.Unknown<Long> unknown -> lost(unknown.reason());
            case null -> failed(failure);
        }
    }

    OfMutation ofMutation(Requests.Mutate request) {
        return new OfMutation(request);
    }

    void malformed(MalformedException e) {
        refused(new Refusal(Refusal.Reason.NOT_UNDERSTOOD, 0, String.valueOf(e.getMessage())));
    }

    /** The mutation was so late that it is not begun; another storage may be asked. */
    void late(long lateNanos) {
        refused(new Refusal(
                Refusal.Reason.UNREACHABLE,
                0,
                "the call arrived " + lateNanos / 1_000_000 + " ms late and was not started"));
    }

    void failed(@Nullable Throwable failure) {
        LOG.error("The storage failed to answer a call; its outcome is unknown.", failure);
        lost("the storage failed to answer: " + failure);
    }

    private void row(Row row) {
        Reply reply = reply().setRow(AlgebraCodec.encode(row)).build();
        int size = reply.getSerializedSize();
        if (size > stream.maxReplyBytes()) {
            refused(new Refusal(
                    Refusal.Reason.TOO_MANY_SIBLINGS,
                    0,
                    "the key's " + row.leaves().size() + " values have " + size + " bytes, and a message at most "
                            + stream.maxReplyBytes()));
        } else if (stream.hasRoomFor(size)) {
            last(reply);
        } else {
            refused(new Refusal(Refusal.Reason.OVERLOADED, 0, "too many response bytes are queued for the caller"));
        }
    }

    private void durable(long placement) {
        last(reply().setDurable(Applied.newBuilder().setPlacement(placement)).build());
    }

    private void refused(Refusal refusal) {
        last(reply().setRefusal(StorageAnswerCodec.encode(refusal)).build());
    }

    private void lost(String why) {
        last(reply().setLost(Lost.newBuilder().setDetail(why)).build());
    }

    private Reply.Builder reply() {
        return Reply.newBuilder().setId(id);
    }

    private void last(Reply reply) {
        stream.lastReply(reply, sizeOfCall);
    }

    /** The two answers of a mutation. */
    final class OfMutation implements MutationListener {
        private final Requests.Mutate request;
        private volatile boolean givenUp;
        private boolean refusedAsReused;

        OfMutation(Requests.Mutate request) {
            this.request = request;
        }

        /** Nobody waits for it any more. */
        void giveUp() {
            givenUp = true;
        }

        @Override
        public boolean isGivenUp() {
            return givenUp;
        }

        @Override
        public void assigned(StampedWrite assignment) {
            refusedAsReused = DurableMutation.isOfAnotherValue(assignment, request);
            if (!refusedAsReused) {
                stream.reply(reply().setAssigned(
                                StorageAnswerCodec.encode(assignment, request.mutation() instanceof Mutation.Typed))
                        .build());
            }
        }

        @Override
        public void ended(Outcome<Long> outcome) {
            stream.ended(id);
            if (refusedAsReused) {
                refused(DurableMutation.reusedRequestId(request));
                return;
            }
            switch (outcome) {
                case Outcome.Done<Long> done -> durable(done.value());
                case Outcome.Refused<Long> refused -> refused(refused.refusal());
                case Outcome.Unknown<Long> unknown -> lost(unknown.reason());
            }
        }
    }
}
