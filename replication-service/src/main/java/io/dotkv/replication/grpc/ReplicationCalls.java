package io.dotkv.replication.grpc;

import io.dotkv.proto.replication.v1.ConvergeRequest;
import io.dotkv.proto.replication.v1.ConvergeResponse;
import io.dotkv.proto.replication.v1.DeleteRequest;
import io.dotkv.proto.replication.v1.DeleteResponse;
import io.dotkv.proto.replication.v1.ExplainRequest;
import io.dotkv.proto.replication.v1.ExplainResponse;
import io.dotkv.proto.replication.v1.GetRequest;
import io.dotkv.proto.replication.v1.GetResponse;
import io.dotkv.proto.replication.v1.PullNowRequest;
import io.dotkv.proto.replication.v1.PullNowResponse;
import io.dotkv.proto.replication.v1.PutRequest;
import io.dotkv.proto.replication.v1.PutResponse;
import io.dotkv.proto.replication.v1.ReadRequest;
import io.dotkv.proto.replication.v1.ReadResponse;
import io.dotkv.proto.replication.v1.ScanRequest;
import io.dotkv.proto.replication.v1.ScanResponse;
import io.dotkv.proto.replication.v1.ScrubRequest;
import io.dotkv.proto.replication.v1.UpdateRequest;
import io.dotkv.proto.replication.v1.UpdateResponse;
import io.dotkv.replication.ContentResult;
import io.dotkv.replication.ConvergenceResult;
import io.dotkv.replication.ExplainResult;
import io.dotkv.replication.Failure;
import io.dotkv.replication.Operation;
import io.dotkv.replication.Portion;
import io.dotkv.replication.ReadResult;
import io.dotkv.replication.Replication;
import io.dotkv.replication.ReplicationAdmin;
import io.dotkv.replication.ScanResult;
import io.dotkv.replication.ScrubJob;
import io.dotkv.replication.WriteResult;
import io.dotkv.replication.grpc.codec.ContentCodec;
import io.dotkv.replication.grpc.codec.ConvergenceCodec;
import io.dotkv.replication.grpc.codec.ExplainCodec;
import io.dotkv.replication.grpc.codec.FailureException;
import io.dotkv.replication.grpc.codec.InvalidRequestException;
import io.dotkv.replication.grpc.codec.ReplicationAnswerCodec;
import io.dotkv.replication.grpc.codec.ReplicationRequestCodec;
import io.dotkv.replication.grpc.codec.ScrubCodec;
import io.dotkv.replication.grpc.codec.StatusTable;
import io.dotkv.replication.route.KeyText;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One operation from the wire and back: decodes, checks, calls the layer, encodes. What the unary calls and the
 * pipeline have in common. Any thread; never blocks.
 */
final class ReplicationCalls {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicationCalls.class);

    private static final Failure BROKEN = new Failure(
            Failure.Reason.INTERNAL,
            "Internal error of this node; the outcome of the operation is unknown. See the node's log.");

    /** What a pipeline puts around an answer. */
    private static final int PIPELINE_FRAME_BYTES = 64;

    private final Replication replication;
    private final ReplicationAdmin admin;
    private final ReplicationRequestCodec codec;

    ReplicationCalls(Replication replication, ReplicationAdmin admin, ReplicationRequestCodec codec) {
        this.replication = replication;
        this.admin = admin;
        this.codec = codec;
    }

    void put(PutRequest request, long deadlineNanos, RpcAnswer<PutResponse> answer) {
        write(() -> codec.decode(request, deadlineNanos), ReplicationAnswerCodec::put, answer);
    }

    void delete(DeleteRequest request, long deadlineNanos, RpcAnswer<DeleteResponse> answer) {
        write(() -> codec.decode(request, deadlineNanos), ReplicationAnswerCodec::delete, answer);
    }

    void update(UpdateRequest request, long deadlineNanos, RpcAnswer<UpdateResponse> answer) {
        write(() -> codec.decode(request, deadlineNanos), ReplicationAnswerCodec::update, answer);
    }

    void get(GetRequest request, long deadlineNanos, RpcAnswer<GetResponse> answer) {
        run(
                false,
                () -> codec.decode(request, deadlineNanos),
                replication::read,
                (read, result) -> switch (result) {
                    case ReadResult.Answered answered ->
                        ReplicationAnswerCodec.get(read.key(), answered, request.getForm());
                    case ReadResult.Failed(Failure failure) -> throw new FailureException(failure);
                },
                answer);
    }

    void read(ReadRequest request, long deadlineNanos, RpcAnswer<ReadResponse> answer) {
        run(
                false,
                () -> codec.decode(request, deadlineNanos),
                replication::content,
                (read, result) -> switch (result) {
                    case ContentResult.Answered answered -> fitting(read, ContentCodec.read(answered));
                    case ContentResult.Failed(Failure failure) -> throw new FailureException(failure);
                },
                answer);
    }

    private static ReadResponse fitting(Operation.Read read, ReadResponse response) throws FailureException {
        if (response.getSerializedSize() > read.portion().bytes() - PIPELINE_FRAME_BYTES) {
            throw new FailureException(tooLarge(read, response.getSerializedSize()));
        }
        return response;
    }

    private static Failure tooLarge(Operation.Read read, int bytes) {
        return new Failure(
                Failure.Reason.ANSWER_TOO_LARGE,
                "The read of key " + KeyText.of(read.key()) + " was not answered: the answer has " + bytes
                        + " bytes, and the client takes " + read.portion().bytes()
                        + ". Allow the client larger messages, and say so in max_answer_bytes, up to "
                        + Portion.MOST_BYTES + "; Get gives the plain values in parts.");
    }

    void scan(ScanRequest request, long deadlineNanos, RpcAnswer<ScanResponse> answer) {
        run(
                false,
                () -> codec.decode(request, deadlineNanos),
                replication::scan,
                (scan, result) -> switch (result) {
                    case ScanResult.Scanned scanned -> ReplicationAnswerCodec.scan(scanned, request.getForm());
                    case ScanResult.Failed(Failure failure) -> throw new FailureException(failure);
                },
                answer);
    }

    void scrub(ScrubRequest request, ScrubSession session) {
        ScrubJob order;
        try {
            order = ScrubCodec.decode(request);
        } catch (InvalidRequestException invalid) {
            session.failed(StatusTable.of(invalid, false));
            return;
        }
        var _ = replication.scrub(order, session).whenComplete((result, error) -> {
            if (error == null) {
                session.ended(result);
            } else {
                LOG.error("A scrub failed with an internal error.", error);
                session.failed(StatusTable.of(BROKEN));
            }
        });
    }

    void explain(ExplainRequest request, RpcAnswer<ExplainResponse> answer) {
        run(
                false,
                () -> codec.decode(request),
                admin::explain,
                (key, result) -> switch (result) {
                    case ExplainResult.Explained explained -> ExplainCodec.encode(key, explained, request.getForm());
                    case ExplainResult.Failed(Failure failure) -> throw new FailureException(failure);
                },
                answer);
    }

    void converge(ConvergeRequest request, RpcAnswer<ConvergeResponse> answer) {
        run(
                false,
                () -> ConvergenceCodec.decode(request),
                admin::converge,
                (goal, result) -> switch (result) {
                    case ConvergenceResult.Reported reported -> ConvergenceCodec.encode(reported);
                    case ConvergenceResult.Failed(Failure failure) -> throw new FailureException(failure);
                },
                answer);
    }

    void pullNow(PullNowRequest request, RpcAnswer<PullNowResponse> answer) {
        run(
                false,
                () -> request,
                pull -> admin.pullNow(),
                (pull, done) -> PullNowResponse.getDefaultInstance(),
                answer);
    }

    private <T> void write(
            Decode<Operation.Write> decode, Function<WriteResult.Applied, T> encode, RpcAnswer<T> answer) {
        run(
                true,
                decode,
                replication::write,
                (write, result) -> switch (result) {
                    case WriteResult.Applied applied -> encode.apply(applied);
                    case WriteResult.NotApplied notApplied -> throw new FailureException(notApplied);
                    case WriteResult.Unknown unknown -> throw new FailureException(unknown);
                },
                answer);
    }

    @FunctionalInterface
    private interface Decode<O> {
        O decode() throws InvalidRequestException;
    }

    @FunctionalInterface
    private interface Encode<O, R, T> {
        T encode(O operation, R result) throws FailureException;
    }

    private static <O, R, T> void run(
            boolean isWrite,
            Decode<O> decode,
            Function<O, CompletionStage<R>> operation,
            Encode<O, R, T> encode,
            RpcAnswer<T> answer) {
        O decoded;
        try {
            decoded = decode.decode();
        } catch (InvalidRequestException invalid) {
            answer.failed(StatusTable.of(invalid, isWrite));
            return;
        }
        CompletionStage<R> stage = operation.apply(decoded);
        answer.begun(stage);
        var _ = stage.whenComplete((result, error) -> {
            if (error instanceof CancellationException) {
                return;
            }
            try {
                if (error != null) {
                    LOG.error("An operation failed with an internal error.", error);
                    throw new FailureException(BROKEN);
                }
                answer.done(encode.encode(decoded, result));
            } catch (FailureException failure) {
                answer.failed(failure.status());
            }
        });
    }
}
