package io.dotkv.storage.grpc.codec;

import io.dotkv.kernel.encoding.MalformedException;
import io.dotkv.storage.Outcome;
import io.dotkv.storage.Refusal;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.protobuf.ProtoUtils;

/**
 * The one table between outcomes and gRPC statuses, for rpcs whose response has no room for a refusal and for
 * everything that breaks on the way. A refusal travels in the trailers.
 */
public final class StorageStatus {
    private static final Metadata.Key<io.dotkv.proto.storage.v1.Refusal> REFUSAL =
            ProtoUtils.keyForProto(io.dotkv.proto.storage.v1.Refusal.getDefaultInstance());

    private StorageStatus() {}

    public static StatusException of(MalformedException malformed) {
        return Status.INVALID_ARGUMENT.withDescription(malformed.getMessage()).asException();
    }

    public static StatusException of(Refusal refusal) {
        Metadata trailers = new Metadata();
        trailers.put(REFUSAL, StorageAnswerCodec.encode(refusal));
        return codeOf(refusal.reason()).withDescription(refusal.detail()).asException(trailers);
    }

    /** The outcome is unknown to the storage itself. */
    public static StatusException unknown(String reason) {
        return Status.ABORTED.withDescription(reason).asException();
    }

    private static Status codeOf(Refusal.Reason reason) {
        return switch (reason) {
            case NOT_UNDERSTOOD -> Status.INVALID_ARGUMENT;
            case OVERLOADED -> Status.RESOURCE_EXHAUSTED;
            case EXPIRED -> Status.DEADLINE_EXCEEDED;
            case STOPPING, UNREACHABLE -> Status.UNAVAILABLE;
            case DAMAGED -> Status.DATA_LOSS;
            case ENGINE_FAILED -> Status.INTERNAL;
            case RETIRED,
                    STALE_PLACEMENT,
                    NOT_A_REPLICA,
                    NO_ACTOR,
                    NOT_VOTING,
                    CONTEXT_FROM_NOWHERE,
                    TOO_MANY_SIBLINGS,
                    CHANGE_IMPOSSIBLE,
                    WRONG_IDENTITY -> Status.FAILED_PRECONDITION;
        };
    }

    /**
     * What a failed rpc means to its caller.
     *
     * @param readOnly whether the rpc changes nothing, so that without an answer it surely left nothing behind
     */
    public static <T> Outcome<T> outcome(Throwable failure, String peer, boolean readOnly) {
        if (failure instanceof MalformedException malformed) {
            return Outcome.unknown("the storage at " + peer + " sent a malformed response: " + malformed.getMessage());
        }
        Status status = Status.fromThrowable(failure);
        Metadata trailers = Status.trailersFromThrowable(failure);
        io.dotkv.proto.storage.v1.Refusal refusal = trailers == null ? null : trailers.get(REFUSAL);
        if (refusal != null) {
            return Outcome.refused(StorageAnswerCodec.decode(refusal));
        }
        String what = "the storage at " + peer + " answered " + describe(status);
        return switch (status.getCode()) {
            case INVALID_ARGUMENT, UNIMPLEMENTED ->
                Outcome.refused(new Refusal(Refusal.Reason.NOT_UNDERSTOOD, 0, what));
            case UNAVAILABLE ->
                readOnly ? Outcome.refused(new Refusal(Refusal.Reason.UNREACHABLE, 0, what)) : Outcome.unknown(what);
            default -> Outcome.unknown(what);
        };
    }

    public static String describe(Status status) {
        return status.getDescription() == null
                ? status.getCode().name()
                : status.getCode() + ": " + status.getDescription();
    }
}
