package io.dotkv.launcher.cli;

import io.dotkv.launcher.client.CallFailed;
import io.dotkv.launcher.client.Client;
import io.dotkv.proto.replication.v1.DeleteRequest;
import io.dotkv.proto.replication.v1.DeleteResponse;
import io.dotkv.proto.replication.v1.ReplicationServiceGrpc;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code dotkv delete}. */
@Command(
        name = "delete",
        description = {
            "Deletes a key.",
            "With a context it deletes exactly what the context covers; what was written concurrently stays. Deleting a"
                    + " key that is not there succeeds."
        },
        footer = "%nWith --output raw: the context of the deletion.",
        exitCodeListHeading = ExitCode.HEADING,
        exitCodeList = {
            ExitCode.LINE_OK,
            ExitCode.LINE_USAGE,
            ExitCode.LINE_UNAVAILABLE,
            ExitCode.LINE_UNKNOWN_OUTCOME,
            ExitCode.LINE_REFUSED,
            ExitCode.LINE_INTERNAL
        })
public final class DeleteCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private KeyArgument key = new KeyArgument();

    @Option(
            names = "--context",
            paramLabel = "CONTEXT",
            converter = ContextConverter.class,
            description = "The context of an earlier answer about this key.")
    private String context = "";

    @Mixin
    private LevelOption level = new LevelOption();

    @Mixin
    private WriteOptions write = new WriteOptions();

    @Mixin
    private OutputOption output = new OutputOption();

    @Mixin
    private ClientOptions options = new ClientOptions();

    /** A command at this console. */
    public DeleteCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws CallFailed, WriteInDoubt {
        DeleteRequest request = DeleteRequest.newBuilder()
                .setRawKey(key.bytes())
                .setContext(context)
                .setConsistency(level.message())
                .setRequestId(write.requestId())
                .build();
        try (Client client = options.open()) {
            show(write.call(client, ReplicationServiceGrpc.getDeleteMethod(), request));
        }
        return ExitCode.OK;
    }

    private void show(DeleteResponse response) {
        switch (output.form()) {
            case JSON -> console.out().println(Json.of(response));
            case RAW -> console.out().println(response.getContext());
            case TABLE ->
                new Table()
                        .row("deleted", key.toString())
                        .row("on", String.join(", ", response.getAcknowledgedByList()))
                        .row("replaced", Shown.count(response.getReplaced(), "value", "values"))
                        .row("context", response.getContext())
                        .printTo(console.out());
        }
    }
}
