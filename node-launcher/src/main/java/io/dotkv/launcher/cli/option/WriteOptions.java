package io.dotkv.launcher.cli.option;

import io.dotkv.launcher.cli.format.UnknownWrite;
import io.dotkv.launcher.client.CallFailed;
import io.dotkv.launcher.client.Client;
import io.dotkv.launcher.client.RetryDecision;
import io.grpc.MethodDescriptor;
import java.util.UUID;
import picocli.CommandLine.Option;

/** The options of writes: their name, and whether to try again. */
public final class WriteOptions {
    @Option(
            names = "--request-id",
            paramLabel = "ID",
            converter = NonEmptyText.class,
            description = "Id of this write. A retry with the same id is the same write. Default: a " + "generated id.")
    private String requestId = "";

    @Option(
            names = "--retry",
            description = "Retry as the same write until it succeeds, is refused, or --timeout expires.")
    private boolean retry;

    /** Whether the write has its name: given on the command line, or made for its first call. */
    public boolean isNamed() {
        return !requestId.isEmpty();
    }

    /** The id of this write, the same at each call. */
    public String requestId() {
        if (requestId.isEmpty()) {
            requestId = UUID.randomUUID().toString();
        }
        return requestId;
    }

    public <Q, R> R call(Client client, MethodDescriptor<Q, R> method, Q request) throws CallFailed, UnknownWrite {
        try {
            return retry ? client.writeUntilKnown(method, request) : client.write(method, request);
        } catch (CallFailed failure) {
            if (failure.verdict() == RetryDecision.UNKNOWN_OUTCOME) {
                throw new UnknownWrite(failure, requestId());
            }
            throw failure;
        }
    }
}
