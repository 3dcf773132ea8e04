package io.dotkv.cluster.grpc;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import io.dotkv.cluster.NotAgreedException;
import io.dotkv.cluster.PeerRefusedException;
import io.dotkv.cluster.PeerRefusedException.Reason;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/** The one table between the layer's failures and gRPC statuses; reasons travel in {@link ErrorInfo}. */
final class Refusals {
    private static final String NO_CLUSTER_YET = "NO_CLUSTER_YET";

    private static final String DOMAIN = "dotkv";

    private Refusals() {}

    static StatusException of(Throwable failure) {
        return switch (failure) {
            case CompletionException wrapped when wrapped.getCause() != null -> of(wrapped.getCause());
            case PeerRefusedException refused ->
                precondition(refused.reason().name(), String.valueOf(refused.getMessage()));
            case NotAgreedException undecided -> of(undecided);
            case NoClusterYetException forming -> precondition(NO_CLUSTER_YET, String.valueOf(forming.getMessage()));
            case IllegalArgumentException malformed ->
                Status.INVALID_ARGUMENT.withDescription(malformed.getMessage()).asException();
            case IllegalStateException stopped ->
                Status.UNAVAILABLE.withDescription(stopped.getMessage()).asException();
            default ->
                Status.INTERNAL
                        .withDescription("The cluster layer failed on this request.")
                        .withCause(failure)
                        .asException();
        };
    }

    private static StatusException of(NotAgreedException failure) {
        return failure.refusal().isPresent()
                ? precondition(failure.refusal().get().name(), String.valueOf(failure.getMessage()))
                : Status.UNAVAILABLE
                        .withDescription(failure.getMessage()
                                + (failure.mayTakeEffect() ? ". It may still take effect; ask again." : "."))
                        .asException();
    }

    private static StatusException precondition(String reason, String sentence) {
        return StatusProto.toStatusException(com.google.rpc.Status.newBuilder()
                .setCode(Code.FAILED_PRECONDITION_VALUE)
                .setMessage(sentence)
                .addDetails(Any.pack(ErrorInfo.newBuilder()
                        .setReason(reason)
                        .setDomain(DOMAIN)
                        .build()))
                .build());
    }

    /** The failure that the other node meant, or an {@link IOException} when it was not reached. */
    static Exception failure(Throwable failure) {
        if (failure instanceof CompletionException wrapped && wrapped.getCause() != null) {
            return failure(wrapped.getCause());
        }
        if (!(failure instanceof StatusRuntimeException refused)) {
            return new IOException("The cluster layer of the other node is not reachable: " + failure, failure);
        }
        String description = String.valueOf(refused.getStatus().getDescription());
        Optional<Reason> reason = reason(refused);
        if (reason.isPresent()) {
            return new PeerRefusedException(reason.get(), description);
        }
        return switch (refused.getStatus().getCode()) {
            case INVALID_ARGUMENT -> new IllegalArgumentException(description, refused);
            case DEADLINE_EXCEEDED -> new IOException("it did not answer in time", refused);
            case UNAVAILABLE -> new IOException("it cannot be reached: " + description, refused);
            default -> new IOException("it failed: " + refused.getMessage(), refused);
        };
    }

    private static Optional<Reason> reason(StatusRuntimeException failure) {
        com.google.rpc.Status status = StatusProto.fromThrowable(failure);
        if (status == null) {
            return Optional.empty();
        }
        for (Any detail : status.getDetailsList()) {
            if (detail.is(ErrorInfo.class)) {
                String name = unpack(detail).getReason();
                for (Reason reason : Reason.values()) {
                    if (reason.name().equals(name)) {
                        return Optional.of(reason);
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static ErrorInfo unpack(Any detail) {
        try {
            return detail.unpack(ErrorInfo.class);
        } catch (InvalidProtocolBufferException e) {
            return ErrorInfo.getDefaultInstance();
        }
    }
}
