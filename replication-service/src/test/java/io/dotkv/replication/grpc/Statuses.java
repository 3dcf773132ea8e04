package io.dotkv.replication.grpc;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Takes errors of calls apart. */
final class Statuses {
    private Statuses() {}

    static com.google.rpc.Status of(ThrowingCallable call) {
        try {
            call.call();
        } catch (StatusRuntimeException thrown) {
            return Objects.requireNonNull(StatusProto.fromThrowable(thrown));
        } catch (Throwable other) {
            throw new AssertionError("not a status", other);
        }
        throw new AssertionError("the call did not fail");
    }

    static <T extends Message> Optional<T> detail(List<Any> details, Class<T> type) {
        return details.stream().filter(detail -> detail.is(type)).findFirst().map(detail -> {
            try {
                return detail.unpack(type);
            } catch (InvalidProtocolBufferException e) {
                throw new AssertionError(e);
            }
        });
    }

    static <T extends Message> T detail(com.google.rpc.Status status, Class<T> type) {
        return detail(status.getDetailsList(), type).orElseThrow();
    }
}
