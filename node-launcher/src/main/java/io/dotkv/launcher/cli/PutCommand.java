package io.dotkv.launcher.cli;

import com.google.protobuf.ByteString;
import io.dotkv.launcher.cli.format.Console;
import io.dotkv.launcher.cli.format.DisplayText;
import io.dotkv.launcher.cli.format.ExitCode;
import io.dotkv.launcher.cli.format.Json;
import io.dotkv.launcher.cli.format.Table;
import io.dotkv.launcher.cli.format.UnknownWrite;
import io.dotkv.launcher.cli.option.CallOptions;
import io.dotkv.launcher.cli.option.KeyArgument;
import io.dotkv.launcher.cli.option.NonEmptyText;
import io.dotkv.launcher.cli.option.ValueArgument;
import io.dotkv.launcher.cli.option.WriteOptions;
import io.dotkv.launcher.client.CallFailed;
import io.dotkv.launcher.client.Client;
import io.dotkv.proto.replication.v1.PutRequest;
import io.dotkv.proto.replication.v1.PutResponse;
import io.dotkv.proto.replication.v1.ReplicationServiceGrpc;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dotkv put}. */
@Command(
        name = "put",
        description = {
            "Writes a value under a key.",
            "Without a context it replaces every value that the coordinating replica has seen. With a "
                    + "context it replaces exactly the values that the context covers; concurrent values stay as "
                    + "siblings."
        },
        footer = "%n--output raw prints the context of the written value.",
        exitCodeListHeading = ExitCode.HEADING,
        exitCodeList = {
            ExitCode.LINE_OK,
            ExitCode.LINE_USAGE,
            ExitCode.LINE_UNAVAILABLE,
            ExitCode.LINE_UNKNOWN_OUTCOME,
            ExitCode.LINE_REFUSED,
            ExitCode.LINE_INTERNAL
        })
public final class PutCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private KeyArgument key = new KeyArgument();

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "VALUE",
            description = "The value as text; - reads it from standard input. (Use -- before a value that "
                    + "starts with a dash.)")
    private @Nullable String value;

    @Mixin
    private ValueArgument source = new ValueArgument();

    @Option(
            names = "--context",
            paramLabel = "CONTEXT",
            converter = NonEmptyText.class,
            description = "A context from an earlier response for this key.")
    private String context = "";

    @Mixin
    private WriteOptions write = new WriteOptions();

    @Mixin
    private CallOptions options = new CallOptions();

    /** A command at this console. */
    public PutCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws CallFailed, UnknownWrite, IOException {
        ByteString bytes = source.read(value, console.in());
        PutRequest request = PutRequest.newBuilder()
                .setRawKey(key.bytes())
                .setRawValue(bytes)
                .setContext(context)
                .setConsistency(options.consistency())
                .setRequestId(write.requestId())
                .build();
        try (Client client = options.open()) {
            show(write.call(client, ReplicationServiceGrpc.getPutMethod(), request));
        }
        return ExitCode.OK;
    }

    private void show(PutResponse response) {
        switch (options.form()) {
            case JSON -> console.out().println(Json.of(response));
            case RAW -> console.out().println(response.getContext());
            case TABLE ->
                new Table()
                        .row("stored", key.toString())
                        .row("on", String.join(", ", response.getAcknowledgedByList()))
                        .row("replaced", DisplayText.count(response.getReplaced(), "value", "values"))
                        .row("context", response.getContext())
                        .printTo(console.out());
        }
    }
}
