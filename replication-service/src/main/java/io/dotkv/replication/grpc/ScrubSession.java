package io.dotkv.replication.grpc;

import com.google.rpc.Status;
import io.dotkv.proto.replication.v1.ScrubResponse;
import io.dotkv.replication.Failure;
import io.dotkv.replication.ScrubListener;
import io.dotkv.replication.ScrubReport;
import io.dotkv.replication.ScrubResult;
import io.dotkv.replication.grpc.codec.ScrubCodec;
import io.dotkv.replication.grpc.codec.StatusTable;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ServerCallStreamObserver;

/**
 * A scrub that a client has ordered: sends it how far it is, when the client takes it, and ends the scrub when the
 * client has gone. One thread at a time.
 */
final class ScrubSession implements ScrubListener {
    private final ServerCallStreamObserver<ScrubResponse> out;
    private int findingsSent;

    ScrubSession(ServerCallStreamObserver<ScrubResponse> out) {
        this.out = out;
        out.setOnCancelHandler(() -> {});
    }

    @Override
    public boolean heard(ScrubReport soFar) {
        if (out.isCancelled()) {
            return false;
        }
        if (out.isReady()) {
            send(soFar, false);
        }
        return true;
    }

    /** The scrub is over, or did not begin. */
    void ended(ScrubResult result) {
        if (out.isCancelled()) {
            return;
        }
        switch (result) {
            case ScrubResult.Done(ScrubReport report) -> {
                send(report, true);
                out.onCompleted();
            }
            case ScrubResult.Failed(Failure failure) -> failed(StatusTable.of(failure));
        }
    }

    void failed(Status status) {
        out.onError(StatusProto.toStatusRuntimeException(status));
    }

    private void send(ScrubReport report, boolean isOver) {
        out.onNext(ScrubCodec.encode(report, findingsSent, isOver));
        findingsSent = report.findings().size();
    }
}
