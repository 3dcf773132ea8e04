package io.dotkv.replication.grpc.codec;

import com.google.rpc.Status;
import io.dotkv.replication.Failure;
import io.dotkv.replication.WriteResult;

/** The end of an operation that failed, with the status that the client gets. It has no stack trace: it is a result. */
public final class FailureException extends Exception {
    private static final long serialVersionUID = 1;
    private final transient Status status;

    private FailureException(Status status) {
        super(status.getMessage(), null, false, false);
        this.status = status;
    }

    public FailureException(Failure failure) {
        this(StatusTable.of(failure));
    }

    public FailureException(WriteResult.NotApplied result) {
        this(StatusTable.of(result));
    }

    public FailureException(WriteResult.Unknown result) {
        this(StatusTable.of(result));
    }

    public Status status() {
        return status;
    }
}
