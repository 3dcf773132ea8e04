package io.dotkv.storage.grpc;

import io.dotkv.kernel.MalformedException;
import io.dotkv.kernel.Row;
import io.dotkv.proto.storage.v1.Call;
import io.dotkv.proto.storage.v1.Reply;
import io.dotkv.storage.Assignment;
import io.dotkv.storage.MutationListener;
import io.dotkv.storage.Outcome;
import io.dotkv.storage.Refusal;
import io.dotkv.storage.Requests;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A call of the data path that waits for its answer. Whoever takes it out of {@link PendingCalls} ends it, and so it ends
 * exactly once.
 */
abstract sealed class PendingCall {
    private final long deadlineNanos;
    private long id;
    private @Nullable Call message;
    /**
     * Whether it was given to the stream, so that the peer may get it. Written before the sender looks whether the call is still
     * pending; read after the call was taken out: one of both sees the other.
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
        return prepared;
    }

    /** Gives the message away to be sent; from now on the outcome is unknown until the answer comes. */
    final @Nullable Call handOver() {
        handedOver = true;
        Call prepared = message;
        message = null;
        return prepared;
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
            case REFUSAL -> refuse(AnswerCodec.decode(reply.getRefusal()));
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

    abstract Call encode(Call.Builder call, long nowNanos);

    abstract void done(Reply reply) throws MalformedException;

    abstract void refuse(Refusal refusal);

    abstract void unknown(String why);

    private static MalformedException wrongKind(Reply reply) {
        return new MalformedException("it is of the wrong kind, " + reply.getAnswerCase());
    }

    /** A read. */
    static final class OfRead extends PendingCall {
        private final Requests.Read request;
        private final CompletableFuture<Outcome<Row>> answer = new CompletableFuture<>();

        OfRead(Requests.Read request) {
            super(request.deadlineNanos());
            this.request = request;
        }

        CompletionStage<Outcome<Row>> answer() {
            return answer;
        }

        @Override
        Call encode(Call.Builder call, long nowNanos) {
            return call.setRead(RequestCodec.encode(request, nowNanos)).build();
        }

        @Override
        void done(Reply reply) throws MalformedException {
            if (!reply.hasRow()) {
                throw wrongKind(reply);
            }
            answer.complete(Outcome.done(AlgebraCodec.decode(reply.getRow())));
        }

        @Override
        void refuse(Refusal refusal) {
            answer.complete(Outcome.refused(refusal));
        }

        @Override
        void unknown(String why) {
            answer.complete(Outcome.unknown(why));
        }
    }

    /** The application of a delta. */
    static final class OfApply extends PendingCall {
        private final Requests.Apply request;
        private final CompletableFuture<Outcome<Long>> answer = new CompletableFuture<>();

        OfApply(Requests.Apply request) {
            super(request.deadlineNanos());
            this.request = request;
        }

        CompletionStage<Outcome<Long>> answer() {
            return answer;
        }

        @Override
        Call encode(Call.Builder call, long nowNanos) {
            return call.setApply(RequestCodec.encode(request, nowNanos)).build();
        }

        @Override
        void done(Reply reply) throws MalformedException {
            if (!reply.hasDurable()) {
                throw wrongKind(reply);
            }
            answer.complete(
                    Outcome.done(RequestCodec.placement(reply.getDurable().getPlacement())));
        }

        @Override
        void refuse(Refusal refusal) {
            answer.complete(Outcome.refused(refusal));
        }

        @Override
        void unknown(String why) {
            answer.complete(Outcome.unknown(why));
        }
    }

    /** A mutation; the lock keeps the listener from hearing of an end and an assignment out of order or at once. */
    static final class OfMutate extends PendingCall {
        private final Requests.Mutate request;
        private final MutationListener listener;
        private boolean assigned;
        private boolean ended;

        OfMutate(Requests.Mutate request, MutationListener listener) {
            super(request.deadlineNanos());
            this.request = request;
            this.listener = listener;
        }

        @Override
        Call encode(Call.Builder call, long nowNanos) {
            return call.setMutate(RequestCodec.encode(request, nowNanos)).build();
        }

        /** The first of the two answers; malformed when it comes twice. */
        synchronized void assigned(Reply reply) throws MalformedException {
            if (ended) {
                return;
            }
            if (assigned) {
                throw new MalformedException("a second dot was assigned");
            }
            Assignment assignment = AnswerCodec.decode(reply.getAssigned(), request);
            assigned = true;
            listener.assigned(assignment);
        }

        @Override
        synchronized void done(Reply reply) throws MalformedException {
            if (!reply.hasDurable()) {
                throw wrongKind(reply);
            }
            if (!assigned) {
                throw new MalformedException("it says durable, and no dot was assigned");
            }
            end(Outcome.done(RequestCodec.placement(reply.getDurable().getPlacement())));
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
                listener.ended(outcome);
            }
        }
    }
}
