package io.dotkv.replication.grpc;

import com.google.rpc.Status;
import io.dotkv.proto.replication.v1.DeleteRequest;
import io.dotkv.proto.replication.v1.DeleteResponse;
import io.dotkv.proto.replication.v1.GetRequest;
import io.dotkv.proto.replication.v1.GetResponse;
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
import io.dotkv.replication.Failure;
import io.dotkv.replication.Operation;
import io.dotkv.replication.Portion;
import io.dotkv.replication.ReadResult;
import io.dotkv.replication.Replication;
import io.dotkv.replication.ScanResult;
import io.dotkv.replication.ScrubJob;
import io.dotkv.replication.WriteResult;
import io.dotkv.replication.grpc.codec.ContentCodec;
import io.dotkv.replication.grpc.codec.InvalidRequestException;
import io.dotkv.replication.grpc.codec.ReplicationAnswerCodec;
import io.dotkv.replication.grpc.codec.ReplicationRequestCodec;
import io.dotkv.replication.grpc.codec.ScrubCodec;
import io.dotkv.replication.grpc.codec.StatusTable;
import io.dotkv.replication.route.KeyText;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One operation from the wire and back: decodes, checks, calls the layer, encodes. What the unary calls and the
 * pipeline have in common. Any thread; never blocks.
 */
final class ReplicationCalls {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicationCalls.class);

    /** What a pipeline puts around an answer. */
    private static final int PIPELINE_FRAME_BYTES = 64;

    private final Replication replication;
    private final ReplicationRequestCodec codec;

    ReplicationCalls(Replication replication, ReplicationRequestCodec codec) {
        this.replication = replication;
        this.codec = codec;
    }

    void put(PutRequest request, long deadlineNanos, RpcAnswer<PutResponse> answer) {
        Operation.Write write;
        try {
            write = codec.decode(request, deadlineNanos);
        } catch (InvalidRequestException invalid) {
            answer.failed(StatusTable.of(invalid, true));
            return;
        }
        write(write, ReplicationAnswerCodec::put, answer);
    }

    void delete(DeleteRequest request, long deadlineNanos, RpcAnswer<DeleteResponse> answer) {
        Operation.Write write;
        try {
            write = codec.decode(request, deadlineNanos);
        } catch (InvalidRequestException invalid) {
            answer.failed(StatusTable.of(invalid, true));
            return;
        }
        write(write, ReplicationAnswerCodec::delete, answer);
    }

    void get(GetRequest request, long deadlineNanos, RpcAnswer<GetResponse> answer) {
        Operation.Read read;
        try {
            read = codec.decode(request, deadlineNanos);
        } catch (InvalidRequestException invalid) {
            answer.failed(StatusTable.of(invalid, false));
            return;
        }
        onEnd(replication.read(read), answer, result -> {
            switch (result) {
                case ReadResult.Answered answered -> {
                    try {
                        answer.done(ReplicationAnswerCodec.get(read.key(), answered, request.getForm()));
                    } catch (ReplicationAnswerCodec.NotTextException notText) {
                        answer.failed(StatusTable.of(notText.failure()));
                    }
                }
                case ReadResult.Failed(Failure failure) -> answer.failed(StatusTable.of(failure));
            }
        });
    }

    void update(UpdateRequest request, long deadlineNanos, RpcAnswer<UpdateResponse> answer) {
        Operation.Write write;
        try {
            write = codec.decode(request, deadlineNanos);
        } catch (InvalidRequestException invalid) {
            answer.failed(StatusTable.of(invalid, true));
            return;
        }
        write(write, ReplicationAnswerCodec::update, answer);
    }

    void read(ReadRequest request, long deadlineNanos, RpcAnswer<ReadResponse> answer) {
        Operation.Read read;
        try {
            read = codec.decode(request, deadlineNanos);
        } catch (InvalidRequestException invalid) {
            answer.failed(StatusTable.of(invalid, false));
            return;
        }
        onEnd(replication.content(read), answer, result -> {
            switch (result) {
                case ContentResult.Answered answered -> {
                    ReadResponse response = ContentCodec.read(answered);
                    if (response.getSerializedSize() > read.portion().bytes() - PIPELINE_FRAME_BYTES) {
                        answer.failed(StatusTable.of(tooLarge(read, response.getSerializedSize())));
                    } else {
                        answer.done(response);
                    }
                }
                case ContentResult.Failed(Failure failure) -> answer.failed(StatusTable.of(failure));
            }
        });
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
        Operation.Scan scan;
        try {
            scan = codec.decode(request, deadlineNanos);
        } catch (InvalidRequestException invalid) {
            answer.failed(StatusTable.of(invalid, false));
            return;
        }
        onEnd(replication.scan(scan), answer, result -> {
            switch (result) {
                case ScanResult.Scanned scanned -> {
                    try {
                        answer.done(ReplicationAnswerCodec.scan(scanned, request.getForm()));
                    } catch (ReplicationAnswerCodec.NotTextException notText) {
                        answer.failed(StatusTable.of(notText.failure()));
                    }
                }
                case ScanResult.Failed(Failure failure) -> answer.failed(StatusTable.of(failure));
            }
        });
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
                session.failed(broken());
            }
        });
    }

    private <T> void write(Operation.Write write, Function<WriteResult.Applied, T> encode, RpcAnswer<T> answer) {
        onEnd(replication.write(write), answer, result -> {
            switch (result) {
                case WriteResult.Applied applied -> answer.done(encode.apply(applied));
                case WriteResult.NotApplied notApplied -> answer.failed(StatusTable.of(notApplied));
                case WriteResult.Unknown unknown -> answer.failed(StatusTable.of(unknown));
            }
        });
    }

    static <R> void onEnd(CompletionStage<R> stage, RpcAnswer<?> answer, Consumer<R> taker) {
        answer.begun(stage);
        var _ = stage.whenComplete((result, error) -> {
            if (error == null) {
                taker.accept(result);
            } else if (!(error instanceof CancellationException)) {
                LOG.error("An operation failed with an internal error.", error);
                answer.failed(broken());
            }
        });
    }

    private static Status broken() {
        return StatusTable.of(new Failure(
                Failure.Reason.INTERNAL,
                "Internal error of this node; the outcome of the operation is unknown. See the " + "node's log."));
    }
}
