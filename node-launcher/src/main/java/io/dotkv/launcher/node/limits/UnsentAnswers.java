package io.dotkv.launcher.node.limits;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.protobuf.MessageLite;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes of answers to single calls that were handed to the transport and have not gone out. The transport keeps
 * them outside of the heap and without a bound, so that many calls for large values, or clients that are slow to take
 * them, would use up all memory. Small answers always pass, and those of writes are small: what was done is always
 * told. Streams have flow control of their own. Any thread.
 */
public final class UnsentAnswers {
    private static final int SMALL_BYTES = 16 << 10;
    private static final int RETRY_NANOS = 200_000_000;

    private final long maxBytes;
    private final AtomicLong bytes = new AtomicLong();

    public UnsentAnswers(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** The bytes of a message. */
    public static long sizeOf(Object message) {
        return message instanceof MessageLite encoded ? encoded.getSerializedSize() : 0;
    }

    /** Counts an answer; false, and nothing counted, when others wait and there is no room for one of this size. */
    public boolean take(long answerBytes) {
        long waiting = bytes.getAndAdd(answerBytes);
        if (waiting > 0 && waiting + answerBytes > maxBytes && answerBytes > SMALL_BYTES) {
            give(answerBytes);
            return false;
        }
        return true;
    }

    /** An answer has gone out, or never will. */
    public void give(long answerBytes) {
        bytes.addAndGet(-answerBytes);
    }

    /** What the client gets instead. */
    public static StatusRuntimeException refusal() {
        return overloaded("The call was not answered: too many response bytes are queued on this node for "
                + "slow clients. Retry later, with fewer concurrent calls.");
    }

    /** What a client gets whose request finds no room. */
    public static StatusRuntimeException refusalOfRequest() {
        return overloaded("The call was refused and nothing was done: this node receives too many request bytes at "
                + "once. Retry later, with fewer concurrent calls, or use a pipeline.");
    }

    private static StatusRuntimeException overloaded(String sentence) {
        return StatusProto.toStatusRuntimeException(com.google.rpc.Status.newBuilder()
                .setCode(Code.RESOURCE_EXHAUSTED_VALUE)
                .setMessage(sentence)
                .addDetails(Any.pack(ErrorInfo.newBuilder()
                        .setReason("OVERLOADED")
                        .setDomain("dotkv")
                        .build()))
                .addDetails(Any.pack(RetryInfo.newBuilder()
                        .setRetryDelay(Duration.newBuilder().setNanos(RETRY_NANOS))
                        .build()))
                .build());
    }
}
