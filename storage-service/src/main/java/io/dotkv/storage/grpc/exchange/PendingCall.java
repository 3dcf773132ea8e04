package io.dotkv.storage.grpc.exchange;

import io.dotkv.kernel.Row;
import io.dotkv.kernel.encoding.MalformedException;
import io.dotkv.proto.storage.v1.Call;
import io.dotkv.proto.storage.v1.Reply;
import io.dotkv.storage.MutationListener;
import io.dotkv.storage.Outcome;
import io.dotkv.storage.Refusal;
import io.dotkv.storage.Requests;
import io.dotkv.storage.StampedWrite;
import io.dotkv.storage.grpc.codec.AlgebraCodec;
import io.dotkv.storage.grpc.codec.StorageAnswerCodec;
import io.dotkv.storage.grpc.codec.StorageRequestCodec;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A call of the data path that waits for its answer. Whoever takes it out of {@link PendingCalls} ends it, and so it
 * ends exactly once.
 */
public abstract sealed class PendingCall {
    private static final Logger LOG = LoggerFactory.getLogger(PendingCall.class);

    private final long deadlineNanos;
    private long id;
    private long preparedNanos;
    private @Nullable Call message;
    /**
     * Whether it was given to the stream, so that the peer may get it. Written before the sender looks whether the call
     * is still pending; read after the call was taken out: one of both sees the other.
     */
    private volatile boolean handedOver;

    private PendingCall(long deadlineNanos) {
        this.deadlineNanos = deadlineNanos;
    }

    final long deadlineNanos() {
        return deadlineNanos;
    }

    final long id() {
        return id;
    }

    /** Only before the call is visible to other threads. */
    final void numbered(long newId) {
        id = newId;
    }

    /** The message that carries the call, made once the call has its id. */
    final Call prepare(long nowNanos) {
        Call prepared = encode(Call.newBuilder().setId(id), nowNanos);
        message = prepared;
        preparedNanos = nowNanos;
        return prepared;
    }

    /** When the message was made, from which on its time runs. */
    final long preparedNanos() {
        return preparedNanos;
    }

    /** Whether the peer is to be told, now and not again, that nobody waits for the call any more. */
    boolean turnsGivenUp() {
        return false;
    }

    /** The bytes of the message. */
    final int size() {
        Call prepared = message;
        return prepared == null ? 0 : prepared.getSerializedSize();
    }

    /** Gives the message away to be sent; from now on the outcome is unknown until the answer comes. */
    final @Nullable Call handOver() {
        handedOver = true;
        Call prepared = message;
        message = null;
        return prepared;
    }

    final void markHandedOver() {
        handedOver = true;
    }

    /** Ends the call without an answer: refused when the peer surely never got it, unknown otherwise. */
    final void abandon(Refusal.Reason reason, String why) {
        if (handedOver) {
            unknown(why);
        } else {
            refuse(new Refusal(reason, 0, why + "; nothing was sent"));
        }
    }

    /** Ends the call by its answer. An answer of the wrong kind leaves the outcome unknown. */
    final void end(Reply reply) {
        switch (reply.getAnswerCase()) {
            case REFUSAL -> refuse(StorageAnswerCodec.decode(reply.getRefusal()));
            case LOST -> unknown(reply.getLost().getDetail());
            case ROW, DURABLE, ASSIGNED, ANSWER_NOT_SET -> {
                try {
                    done(reply);
                } catch (MalformedException e) {
                    unknown("the answer is malformed: " + e.getMessage());
                }
            }
        }
    }

    /** Whether the peer may have got it. */
    final boolean isHandedOver() {
        return handedOver;
    }

    /** Whether it may go over another stream instead. */
    abstract boolean mayMove();

    /**
     * The same call for another stream, once it was taken out; null when it must not be done twice, and the peer may
     * have got it.
     */
    @Nullable
    abstract PendingCall moved();

    abstract Call encode(Call.Builder call, long nowNanos);

    abstract void done(Reply reply) throws MalformedException;

    abstract void refuse(Refusal refusal);

    abstract void unknown(String why);

    private static MalformedException wrongKind(Reply reply) {
        return new MalformedException("it is of the wrong kind, " + reply.getAnswerCase());
    }

    /** A call with one answer. */
    abstract static sealed class Single<T> extends PendingCall {
        private final CompletableFuture<Outcome<T>> answer;

        private Single(long deadlineNanos) {
            super(deadlineNanos);
            answer = new CompletableFuture<>();
        }

        /** A call that may have reached the peer on another stream, whose answer is that of both. */
        private Single(Single<T> former) {
            super(former.deadlineNanos());
            answer = former.answer;
            if (former.isHandedOver()) {
                markHandedOver();
            }
        }

        /** It may be done twice. */
        @Override
        final boolean mayMove() {
            return true;
        }

        public final CompletionStage<Outcome<T>> answer() {
            return answer;
        }

        @Override
        final void done(Reply reply) throws MalformedException {
            answer.complete(Outcome.done(value(reply)));
        }

        @Override
        final void refuse(Refusal refusal) {
            answer.complete(Outcome.refused(refusal));
        }

        @Override
        final void unknown(String why) {
            answer.complete(Outcome.unknown(why));
        }

        abstract T value(Reply reply) throws MalformedException;
    }

    /** A read. */
    public static final class OfRead extends Single<Row> {
        private final Requests.Read request;

        public OfRead(Requests.Read request) {
            super(request.deadlineNanos());
            this.request = request;
        }

        private OfRead(OfRead former) {
            super(former);
            this.request = former.request;
        }

        @Override
        PendingCall moved() {
            return new OfRead(this);
        }

        @Override
        Call encode(Call.Builder call, long nowNanos) {
            return call.setRead(StorageRequestCodec.encode(request, nowNanos)).build();
        }

        @Override
        Row value(Reply reply) throws MalformedException {
            if (!reply.hasRow()) {
                throw wrongKind(reply);
            }
            return AlgebraCodec.decode(reply.getRow());
        }
    }

    /** The application of a delta. */
    public static final class OfApply extends Single<Long> {
        private final Requests.Apply request;

        public OfApply(Requests.Apply request) {
            super(request.deadlineNanos());
            this.request = request;
        }

        private OfApply(OfApply former) {
            super(former);
            this.request = former.request;
        }

        @Override
        PendingCall moved() {
            return new OfApply(this);
        }

        @Override
        Call encode(Call.Builder call, long nowNanos) {
            return call.setApply(StorageRequestCodec.encode(request, nowNanos)).build();
        }

        @Override
        Long value(Reply reply) throws MalformedException {
            if (!reply.hasDurable()) {
                throw wrongKind(reply);
            }
            return StorageRequestCodec.placement(reply.getDurable().getPlacement());
        }
    }

    /** A mutation; the lock keeps the listener from hearing of an end and an assignment out of order or at once. */
    public static final class OfMutate extends PendingCall {
        private final Requests.Mutate request;
        private final MutationListener listener;
        private boolean assigned;
        private boolean ended;
        /** Of the scheduler. */
        private boolean toldGivenUp;

        public OfMutate(Requests.Mutate request, MutationListener listener) {
            super(request.deadlineNanos());
            this.request = request;
            this.listener = listener;
        }

        @Override
        Call encode(Call.Builder call, long nowNanos) {
            return call.setMutate(StorageRequestCodec.encode(request, nowNanos)).build();
        }

        @Override
        boolean mayMove() {
            return !isHandedOver();
        }

        @Override
        @Nullable
        PendingCall moved() {
            return isHandedOver() ? null : new OfMutate(request, listener);
        }

        @Override
        boolean turnsGivenUp() {
            boolean turns = !toldGivenUp && listener.isGivenUp();
            toldGivenUp |= turns;
            return turns;
        }

        /** The first of the two answers; malformed when it comes twice. */
        synchronized void assigned(Reply reply) throws MalformedException {
            if (ended) {
                return;
            }
            if (assigned) {
                throw new MalformedException("a second dot was assigned");
            }
            StampedWrite assignment = StorageAnswerCodec.decode(reply.getAssigned(), request);
            assigned = true;
            tell(() -> listener.assigned(assignment));
        }

        @Override
        synchronized void done(Reply reply) throws MalformedException {
            if (!reply.hasDurable()) {
                throw wrongKind(reply);
            }
            if (!assigned) {
                throw new MalformedException("it says durable, and no dot was assigned");
            }
            end(Outcome.done(StorageRequestCodec.placement(reply.getDurable().getPlacement())));
        }

        @Override
        synchronized void refuse(Refusal refusal) {
            end(
                    assigned
                            ? Outcome.unknown("refused after a dot was assigned: " + refusal.detail())
                            : Outcome.refused(refusal));
        }

        @Override
        synchronized void unknown(String why) {
            end(Outcome.unknown(why));
        }

        private void end(Outcome<Long> outcome) {
            if (!ended) {
                ended = true;
                tell(() -> listener.ended(outcome));
            }
        }

        /** A listener that throws must not end the stream, which is not its own. */
        private void tell(Runnable telling) {
            try {
                telling.run();
            } catch (RuntimeException e) {
                LOG.error("The listener of mutation {} failed.", request.requestId(), e);
            }
        }
    }
}
