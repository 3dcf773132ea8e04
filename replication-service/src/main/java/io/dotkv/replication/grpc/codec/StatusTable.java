package io.dotkv.replication.grpc.codec;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.NodeId;
import io.dotkv.proto.replication.v1.Outcome;
import io.dotkv.proto.replication.v1.WriteOutcome;
import io.dotkv.replication.Failure;
import io.dotkv.replication.Failure.Reason;
import io.dotkv.replication.WriteResult;
import io.grpc.Status.Code;

/** Which status and which details each failure has on the wire. The only place that says so. */
public final class StatusTable {
    /** The domain of every reason. */
    static final String DOMAIN = "dotkv";

    private StatusTable() {}

    static Code code(Reason reason) {
        return switch (reason) {
            case INVALID_REQUEST, MALFORMED_TOKEN, MISPLACED_TOKEN -> Code.INVALID_ARGUMENT;
            case FOREIGN_TOKEN,
                    CONTEXT_FROM_NOWHERE,
                    TOO_MANY_SIBLINGS,
                    CHANGE_IMPOSSIBLE,
                    UNKNOWN_TYPE,
                    NO_CLUSTER,
                    LEVEL_IMPOSSIBLE,
                    ANSWER_TOO_LARGE,
                    NOT_TEXT -> Code.FAILED_PRECONDITION;
            case TOO_FEW_REPLICAS, REFUSED_BY_REPLICAS, LAYOUT_CHANGED, STOPPING -> Code.UNAVAILABLE;
            case OVERLOADED -> Code.RESOURCE_EXHAUSTED;
            case DEADLINE -> Code.DEADLINE_EXCEEDED;
            case LEVEL_LOST -> Code.ABORTED;
            case INTERNAL -> Code.INTERNAL;
        };
    }

    /** After how many milliseconds a retry makes sense; 0 when none does, or when more time is what it takes. */
    private static int retryMillis(Reason reason) {
        return switch (reason) {
            case TOO_FEW_REPLICAS, REFUSED_BY_REPLICAS, STOPPING, LEVEL_LOST -> 1000;
            case LAYOUT_CHANGED, OVERLOADED -> 200;
            case INVALID_REQUEST,
                    MALFORMED_TOKEN,
                    MISPLACED_TOKEN,
                    FOREIGN_TOKEN,
                    CONTEXT_FROM_NOWHERE,
                    TOO_MANY_SIBLINGS,
                    CHANGE_IMPOSSIBLE,
                    UNKNOWN_TYPE,
                    NO_CLUSTER,
                    LEVEL_IMPOSSIBLE,
                    ANSWER_TOO_LARGE,
                    NOT_TEXT,
                    DEADLINE,
                    INTERNAL -> 0;
        };
    }

    public static com.google.rpc.Status of(Failure failure) {
        return begin(failure).build();
    }

    public static com.google.rpc.Status tooManyAnswers() {
        return of(new Failure(
                Reason.OVERLOADED,
                "The get was not answered: too many response bytes are queued for slow clients. Read the "
                        + "pending responses, and retry later."));
    }

    public static com.google.rpc.Status of(WriteResult.NotApplied result) {
        return begin(result.failure())
                .addDetails(Any.pack(WriteOutcome.newBuilder()
                        .setOutcome(Outcome.NOT_APPLIED)
                        .setRequired(result.required())
                        .setRequestId(result.requestId())
                        .build()))
                .build();
    }

    public static com.google.rpc.Status of(WriteResult.Unknown result) {
        WriteOutcome.Builder outcome = WriteOutcome.newBuilder()
                .setOutcome(Outcome.UNKNOWN)
                .setRequired(result.required())
                .setRequestId(result.requestId())
                .setDot(result.dot().map(Dot::toString).orElse(""));
        for (NodeId node : result.acknowledgedBy()) {
            outcome.addAcknowledgedBy(node.name());
        }
        return begin(result.failure()).addDetails(Any.pack(outcome.build())).build();
    }

    public static com.google.rpc.Status of(InvalidRequestException invalid, boolean isWrite) {
        com.google.rpc.Status.Builder status = begin(
                        new Failure(Reason.INVALID_REQUEST, String.valueOf(invalid.getMessage())))
                .addDetails(Any.pack(BadRequest.newBuilder()
                        .addAllFieldViolations(invalid.violations())
                        .build()));
        if (isWrite) {
            status.addDetails(Any.pack(
                    WriteOutcome.newBuilder().setOutcome(Outcome.NOT_APPLIED).build()));
        }
        return status.build();
    }

    private static com.google.rpc.Status.Builder begin(Failure failure) {
        com.google.rpc.Status.Builder status = com.google.rpc.Status.newBuilder()
                .setCode(code(failure.reason()).value())
                .setMessage(failure.message())
                .addDetails(Any.pack(ErrorInfo.newBuilder()
                        .setReason(failure.reason().name())
                        .setDomain(DOMAIN)
                        .build()));
        int retryMillis = retryMillis(failure.reason());
        if (retryMillis > 0) {
            status.addDetails(Any.pack(RetryInfo.newBuilder()
                    .setRetryDelay(Duration.newBuilder()
                            .setSeconds(retryMillis / 1000)
                            .setNanos(retryMillis % 1000 * 1_000_000))
                    .build()));
        }
        return status;
    }
}
