package io.dotkv.launcher.client;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.dotkv.proto.replication.v1.WriteOutcome;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The {@code google.rpc} details that a node attached to an error; empty where it attached none. */
record FailureDetails(Optional<ErrorInfo> info, Optional<WriteOutcome> outcome, Optional<Duration> retryAfter) {
    static final FailureDetails NONE = new FailureDetails(Optional.empty(), Optional.empty(), Optional.empty());

    static FailureDetails of(Throwable thrown) {
        com.google.rpc.Status status = StatusProto.fromThrowable(thrown);
        return status == null ? NONE : of(status.getDetailsList());
    }

    static FailureDetails of(List<Any> details) {
        return new FailureDetails(
                find(details, ErrorInfo.class),
                find(details, WriteOutcome.class),
                find(details, RetryInfo.class)
                        .map(RetryInfo::getRetryDelay)
                        .map(delay -> Duration.ofSeconds(delay.getSeconds(), delay.getNanos())));
    }

    /** Whether the node explained the error; otherwise it comes from the transport, or from this process. */
    boolean explained() {
        return info.isPresent() || outcome.isPresent();
    }

    private static <T extends Message> Optional<T> find(List<Any> details, Class<T> type) {
        for (Any detail : details) {
            if (detail.is(type)) {
                try {
                    return Optional.of(detail.unpack(type));
                } catch (InvalidProtocolBufferException malformed) {
                    return Optional.empty();
                }
            }
        }
        return Optional.empty();
    }
}
