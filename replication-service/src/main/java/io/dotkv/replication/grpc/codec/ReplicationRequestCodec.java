package io.dotkv.replication.grpc.codec;

import com.google.protobuf.ByteString;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.types.Step;
import io.dotkv.kernel.types.Update;
import io.dotkv.proto.replication.v1.DeleteRequest;
import io.dotkv.proto.replication.v1.ExplainRequest;
import io.dotkv.proto.replication.v1.GetRequest;
import io.dotkv.proto.replication.v1.PutRequest;
import io.dotkv.proto.replication.v1.ReadRequest;
import io.dotkv.proto.replication.v1.ScanRequest;
import io.dotkv.proto.replication.v1.UpdateRequest;
import io.dotkv.replication.Consistency;
import io.dotkv.replication.ContextToken;
import io.dotkv.replication.Operation;
import io.dotkv.replication.PageToken;
import io.dotkv.replication.Portion;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Reads requests from the wire: every field is checked, and all that are wrong are named at once. Any thread. */
public final class ReplicationRequestCodec {
    private static final int MAX_PAGE = 10_000;
    private static final int DEFAULT_PAGE = 1_000;
    private static final int MAX_REQUEST_ID = 64;
    /** What gRPC clients take unless they are told otherwise. */
    private static final int DEFAULT_ANSWER_BYTES = 4 << 20;

    private static final int MIN_ANSWER_BYTES = 64 << 10;

    private final int maxValueBytes;
    private final Supplier<String> requestIds;

    public ReplicationRequestCodec(int maxValueBytes, Supplier<String> requestIds) {
        this.maxValueBytes = maxValueBytes;
        this.requestIds = requestIds;
    }

    public Operation.Write decode(PutRequest request, long deadlineNanos) throws InvalidRequestException {
        RequestCheck check = new RequestCheck("The put");
        Key key = switch (request.getKeyFormCase()) {
            case KEY -> check.key("key", request.getKeyBytes());
            case RAW_KEY -> check.key("raw_key", request.getRawKey());
            case KEYFORM_NOT_SET -> check.noKey();
        };
        Bytes value = switch (request.getValueFormCase()) {
            case VALUE -> value("value", request.getValueBytes(), check);
            case RAW_VALUE -> value("raw_value", request.getRawValue(), check);
            case VALUEFORM_NOT_SET -> {
                check.wrong("value", "is missing: set value, or raw_value for bytes; to remove the key, delete it");
                yield Bytes.EMPTY;
            }
        };
        Consistency level = check.level(request.getConsistency());
        String requestId = requestId(request.getRequestId(), check);
        return new Operation.Write(
                check.passed(key), Optional.of(value), context(request.getContext()), level, requestId, deadlineNanos);
    }

    public Operation.Write decode(DeleteRequest request, long deadlineNanos) throws InvalidRequestException {
        RequestCheck check = new RequestCheck("The delete");
        Key key = switch (request.getKeyFormCase()) {
            case KEY -> check.key("key", request.getKeyBytes());
            case RAW_KEY -> check.key("raw_key", request.getRawKey());
            case KEYFORM_NOT_SET -> check.noKey();
        };
        Consistency level = check.level(request.getConsistency());
        String requestId = requestId(request.getRequestId(), check);
        return new Operation.Write(
                check.passed(key), Optional.empty(), context(request.getContext()), level, requestId, deadlineNanos);
    }

    public Operation.Read decode(GetRequest request, long deadlineNanos) throws InvalidRequestException {
        RequestCheck check = new RequestCheck("The get");
        Key key = switch (request.getKeyFormCase()) {
            case KEY -> check.key("key", request.getKeyBytes());
            case RAW_KEY -> check.key("raw_key", request.getRawKey());
            case KEYFORM_NOT_SET -> check.noKey();
        };
        Consistency level = check.level(request.getConsistency());
        check.form(request.getForm());
        Portion portion =
                new Portion(answerBytes(request.getMaxAnswerBytes(), check), check.dots(request.getDotsList()));
        return new Operation.Read(
                check.passed(key),
                level,
                context(request.getContext()),
                request.getMonotonic(),
                portion,
                deadlineNanos);
    }

    /** The key that is asked about. */
    public Key decode(ExplainRequest request) throws InvalidRequestException {
        RequestCheck check = new RequestCheck("The explanation");
        Key key = switch (request.getKeyFormCase()) {
            case KEY -> check.key("key", request.getKeyBytes());
            case RAW_KEY -> check.key("raw_key", request.getRawKey());
            case KEYFORM_NOT_SET -> check.noKey();
        };
        check.form(request.getForm());
        return check.passed(key);
    }

    public Operation.Write decode(UpdateRequest request, long deadlineNanos) throws InvalidRequestException {
        RequestCheck check = new RequestCheck("The update");
        Key key = switch (request.getKeyFormCase()) {
            case KEY -> check.key("key", request.getKeyBytes());
            case RAW_KEY -> check.key("raw_key", request.getRawKey());
            case KEYFORM_NOT_SET -> check.noKey();
        };
        List<Step> steps = new ReplicationUpdateCodec(check, maxValueBytes).steps(request);
        Consistency level = check.level(request.getConsistency());
        String requestId = requestId(request.getRequestId(), check);
        return new Operation.Write(
                check.passed(key), new Operation.Write.Typed(new Update(steps)), level, requestId, deadlineNanos);
    }

    public Operation.Read decode(ReadRequest request, long deadlineNanos) throws InvalidRequestException {
        RequestCheck check = new RequestCheck("The read");
        Key key = switch (request.getKeyFormCase()) {
            case KEY -> check.key("key", request.getKeyBytes());
            case RAW_KEY -> check.key("raw_key", request.getRawKey());
            case KEYFORM_NOT_SET -> check.noKey();
        };
        Consistency level = check.level(request.getConsistency());
        Portion portion = new Portion(answerBytes(request.getMaxAnswerBytes(), check), Set.of());
        return new Operation.Read(check.passed(key), level, Optional.empty(), false, portion, deadlineNanos);
    }

    public Operation.Scan decode(ScanRequest request, long deadlineNanos) throws InvalidRequestException {
        RequestCheck check = new RequestCheck("The scan");
        ByteString prefix = switch (request.getPrefixFormCase()) {
            case PREFIX -> request.getPrefixBytes();
            case RAW_PREFIX -> request.getRawPrefix();
            case PREFIXFORM_NOT_SET -> ByteString.EMPTY;
        };
        if (prefix.size() > Key.MAX_BYTES) {
            check.wrong("prefix", "has " + prefix.size() + " bytes, and keys have no more than " + Key.MAX_BYTES);
        }
        if (Integer.compareUnsigned(request.getPageSize(), MAX_PAGE) > 0) {
            check.wrong(
                    "page_size",
                    "is " + Integer.toUnsignedString(request.getPageSize()) + " and may be up to " + MAX_PAGE);
        }
        Consistency level = check.level(request.getConsistency());
        check.form(request.getForm());
        int maxBytes = answerBytes(request.getMaxAnswerBytes(), check);
        check.passed();
        String page = request.getPageToken();
        return new Operation.Scan(
                Bytes.wrap(prefix.toByteArray()),
                page.isEmpty() ? Optional.empty() : Optional.of(new PageToken(page)),
                request.getPageSize() == 0 ? DEFAULT_PAGE : request.getPageSize(),
                level,
                maxBytes,
                request.getWithContent(),
                deadlineNanos);
    }

    /** How large an answer may be. */
    private static int answerBytes(int given, RequestCheck check) {
        if (given != 0 && (given < MIN_ANSWER_BYTES || given > Portion.MOST_BYTES)) {
            check.wrong(
                    "max_answer_bytes",
                    "is " + Integer.toUnsignedString(given) + " and may be " + MIN_ANSWER_BYTES + " to "
                            + Portion.MOST_BYTES + ", or 0 for " + DEFAULT_ANSWER_BYTES);
        }
        return given == 0 ? DEFAULT_ANSWER_BYTES : given;
    }

    private Bytes value(String field, ByteString value, RequestCheck check) {
        if (value.size() > maxValueBytes) {
            check.wrong(field, "has " + value.size() + " bytes, which is over this server's limit of " + maxValueBytes);
            return Bytes.EMPTY;
        }
        return Bytes.wrap(value.toByteArray());
    }

    private static Optional<ContextToken> context(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(new ContextToken(text));
    }

    private String requestId(String given, RequestCheck check) {
        if (given.isEmpty()) {
            return requestIds.get();
        }
        if (given.length() > MAX_REQUEST_ID || !isPrintableAscii(given)) {
            check.wrong("request_id", "has 1 to " + MAX_REQUEST_ID + " printable ASCII characters (a UUID does well)");
        }
        return given;
    }

    private static boolean isPrintableAscii(String text) {
        for (int index = 0; index < text.length(); index++) {
            if (text.charAt(index) < ' ' || text.charAt(index) > '~') {
                return false;
            }
        }
        return true;
    }
}
