package io.dotkv.launcher.client;

import com.google.rpc.ErrorInfo;
import io.dotkv.proto.replication.v1.Failure;
import io.dotkv.proto.replication.v1.Outcome;
import io.dotkv.proto.replication.v1.WriteOutcome;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A call that failed, with all that is known about it: where it was made, the status, the stable reason, the verdict,
 * and for a write its outcome. Immutable.
 *
 * <p>The verdict of a write is what the node says in {@link WriteOutcome}; when the answer has none (the connection
 * broke, the node stood still), a write that never left this process was not applied and the outcome of any other is
 * unknown.
 */
public final class CallFailed extends Exception {
    private static final long serialVersionUID = 1;

    /** What a call does to the cluster. */
    public enum Kind {
        /** Changes nothing. */
        READ,
        /** Changes something. */
        WRITE
    }

    private final transient Endpoint endpoint;
    private final Status.Code code;
    private final boolean sent;
    private final RetryDecision verdict;
    private final transient FailureDetails details;

    private CallFailed(
            Endpoint endpoint,
            Status status,
            boolean sent,
            RetryDecision verdict,
            FailureDetails details,
            String sentence) {
        super(sentence, status.getCause(), false, false);
        this.endpoint = endpoint;
        this.code = status.getCode();
        this.sent = sent;
        this.verdict = verdict;
        this.details = details;
    }

    /** The failure of a unary call or of a whole stream; {@code sent} tells whether it left this process. */
    static CallFailed ofCall(Endpoint endpoint, Kind kind, boolean sent, Throwable thrown) {
        return of(endpoint, kind, sent, Status.fromThrowable(thrown), FailureDetails.of(thrown));
    }

    /** A call that got no answer in the time it had. */
    static CallFailed ofSilence(Endpoint endpoint, Kind kind, boolean sent) {
        return of(endpoint, kind, sent, Status.DEADLINE_EXCEEDED, FailureDetails.NONE);
    }

    /** The failure of one operation of a pipeline, as its node told it. */
    static CallFailed ofOperation(Endpoint endpoint, Kind kind, Failure failure) {
        Status status = Status.fromCodeValue(failure.getCode()).withDescription(failure.getMessage());
        return of(endpoint, kind, true, status, FailureDetails.of(failure.getDetailsList()));
    }

    /** A request that a node refused inside an answer. */
    public static CallFailed ofRefusal(Endpoint endpoint, String reason, String detail) {
        ErrorInfo info = ErrorInfo.newBuilder().setReason(reason).build();
        return of(
                endpoint,
                Kind.READ,
                true,
                Status.FAILED_PRECONDITION.withDescription(detail),
                new FailureDetails(Optional.of(info), Optional.empty(), Optional.empty()));
    }

    private static CallFailed of(Endpoint endpoint, Kind kind, boolean sent, Status status, FailureDetails details) {
        RetryDecision verdict = verdict(kind, sent, status.getCode(), details);
        String sentence = details.explained() ? said(endpoint, status) : guess(endpoint, sent, status);
        return new CallFailed(endpoint, status, sent, verdict, details, sentence);
    }

    private static RetryDecision verdict(Kind kind, boolean sent, Status.Code code, FailureDetails details) {
        Outcome told = details.outcome().map(WriteOutcome::getOutcome).orElse(Outcome.OUTCOME_UNSPECIFIED);
        if (told == Outcome.UNKNOWN) {
            return RetryDecision.UNKNOWN_OUTCOME;
        }
        boolean harmless = kind == Kind.READ || !sent || told == Outcome.NOT_APPLIED;
        return switch (code) {
            case INVALID_ARGUMENT,
                    FAILED_PRECONDITION,
                    NOT_FOUND,
                    ALREADY_EXISTS,
                    OUT_OF_RANGE,
                    PERMISSION_DENIED,
                    UNAUTHENTICATED,
                    UNIMPLEMENTED -> RetryDecision.REFUSED;
            case RESOURCE_EXHAUSTED -> RetryDecision.NOT_APPLIED;
            case UNAVAILABLE, DEADLINE_EXCEEDED, ABORTED, CANCELLED ->
                harmless ? RetryDecision.NOT_APPLIED : RetryDecision.UNKNOWN_OUTCOME;
            case INTERNAL, UNKNOWN, DATA_LOSS, OK -> harmless ? RetryDecision.INTERNAL : RetryDecision.UNKNOWN_OUTCOME;
        };
    }

    private static String said(Endpoint endpoint, Status status) {
        String description = status.getDescription();
        return description == null || description.isBlank() ? endpoint + " answered " + status.getCode() : description;
    }

    /** What the transport says is for programmers; this is for the person in front of it. */
    private static String guess(Endpoint endpoint, boolean sent, Status status) {
        Throwable cause = status.getCause();
        return switch (status.getCode()) {
            case UNAVAILABLE -> {
                if (sent) {
                    yield "the connection to " + endpoint + " broke before it answered.";
                }
                String why = cause == null ? "no connection" : rootMessage(cause);
                yield why.contains("refused")
                        ? "nothing listens at " + endpoint + "; is the node running?"
                        : endpoint + " cannot be reached: " + why;
            }
            case DEADLINE_EXCEEDED, CANCELLED ->
                endpoint + (sent ? " did not answer in time." : " did not take the call in time.");
            case UNIMPLEMENTED -> endpoint + " does not serve this rpc; is it a DotKV node with all layers?";
            default -> endpoint + " answered " + status.getCode() + ": " + said(endpoint, status);
        };
    }

    private static String rootMessage(Throwable thrown) {
        Throwable root = thrown;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }

    /** The same failure of a write that had an unknown outcome at an earlier try: nothing later makes it known. */
    CallFailed withUnknownOutcome() {
        Status status = Status.fromCode(code).withCause(getCause());
        return new CallFailed(endpoint, status, sent, RetryDecision.UNKNOWN_OUTCOME, details, sentence());
    }

    /** The same failure of a write of which a node told only that it coordinates it. */
    CallFailed takenBy(String node) {
        if (details.explained()) {
            return this;
        }
        Status status = Status.fromCode(code).withCause(getCause());
        return new CallFailed(
                endpoint, status, sent, verdict, details, sentence() + " Node " + node + " had taken the write.");
    }

    /** The same failure, met at all of these endpoints. */
    CallFailed atAll(List<Endpoint> endpoints) {
        Status status = Status.fromCode(code).withCause(getCause());
        String names = endpoints.stream().map(Endpoint::toString).collect(Collectors.joining(", "));
        return new CallFailed(
                endpoint, status, sent, verdict, details, "none of " + names + " took the call: " + sentence());
    }

    /** Whether the machine answered that nothing listens at this address: the surest sign that the node is down. */
    public boolean nobodyListens() {
        Throwable cause = getCause();
        return !sent && cause != null && rootMessage(cause).contains("refused");
    }

    /** Whether the node does not know the call: surely not applied, and another node may know it. */
    boolean isNotOffered() {
        return code == Status.Code.UNIMPLEMENTED;
    }

    /** Whether the call left this process. */
    boolean sent() {
        return sent;
    }

    /** The node that was asked. */
    public Endpoint endpoint() {
        return endpoint;
    }

    /** The status. */
    public Status.Code code() {
        return code;
    }

    /** The stable reason of the error; the status code's name when the node gave none. */
    public String reason() {
        return details.info().map(ErrorInfo::getReason).orElse(code.name());
    }

    /** What it means for the caller. */
    public RetryDecision verdict() {
        return verdict;
    }

    /** What is known of a failed write, when the node said it. */
    public Optional<WriteOutcome> outcome() {
        return details.outcome();
    }

    /** How long the node asks to wait before a retry. */
    public Optional<Duration> retryAfter() {
        return details.retryAfter();
    }

    /** What happened, as a sentence. */
    public String sentence() {
        return String.valueOf(getMessage());
    }
}
