package io.dotkv.gossip.grpc;

import io.dotkv.gossip.GossipFullException;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.util.concurrent.CompletionException;

/** The one table between the layer's failures and gRPC statuses. */
final class GossipStatus {
    private GossipStatus() {}

    static StatusException of(Throwable failure) {
        return status(failure).asException();
    }

    private static Status status(Throwable failure) {
        return switch (failure) {
            case CompletionException wrapped when wrapped.getCause() != null -> status(wrapped.getCause());
            case IllegalArgumentException refused -> Status.INVALID_ARGUMENT.withDescription(refused.getMessage());
            case GossipFullException full -> Status.RESOURCE_EXHAUSTED.withDescription(full.getMessage());
            case IllegalStateException stopped -> Status.UNAVAILABLE.withDescription(stopped.getMessage());
            default ->
                Status.INTERNAL
                        .withDescription("The gossip layer failed on this request.")
                        .withCause(failure);
        };
    }

    /** The failure that the layer itself would have given, or an {@link IOException} when it could not be reached. */
    static Exception failure(Throwable failure) {
        if (failure instanceof CompletionException wrapped && wrapped.getCause() != null) {
            return failure(wrapped.getCause());
        }
        if (!(failure instanceof StatusRuntimeException refused)) {
            return new IOException("The gossip layer is not reachable: " + failure, failure);
        }
        String description = String.valueOf(refused.getStatus().getDescription());
        return switch (refused.getStatus().getCode()) {
            case INVALID_ARGUMENT -> new IllegalArgumentException(description, refused);
            case RESOURCE_EXHAUSTED -> new GossipFullException(description);
            default -> new IOException("The gossip layer did not answer: " + refused.getMessage(), refused);
        };
    }
}
