package io.dotkv.launcher.cli;

import com.google.protobuf.ByteString;
import io.dotkv.launcher.cli.format.Console;
import io.dotkv.launcher.cli.format.DisplayText;
import io.dotkv.launcher.cli.format.ExitCode;
import io.dotkv.launcher.cli.format.Json;
import io.dotkv.launcher.cli.format.Table;
import io.dotkv.launcher.cli.format.UnknownWrite;
import io.dotkv.launcher.cli.option.CallOptions;
import io.dotkv.launcher.cli.option.KeyForm;
import io.dotkv.launcher.cli.option.NonEmptyText;
import io.dotkv.launcher.cli.option.WriteOptions;
import io.dotkv.launcher.client.CallFailed;
import io.dotkv.launcher.client.Client;
import io.dotkv.proto.replication.v1.DeleteRequest;
import io.dotkv.proto.replication.v1.DeleteResponse;
import io.dotkv.proto.replication.v1.ReplicationServiceGrpc;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dotkv delete}. */
@Command(
        name = "delete",
        description = {
            "Deletes a key, or all keys with a prefix.",
            "With a context it deletes exactly the values that the context covers; concurrent values "
                    + "stay. Deleting a missing key succeeds.",
            "With --prefix each key is deleted separately and retried until it is acknowledged or "
                    + "--timeout expires. Values written meanwhile stay. On a terminal it asks for confirmation."
        },
        footer = "%n--output raw prints the context of the deletion, or with --prefix the number of " + "deleted keys.",
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

    @Spec
    private CommandSpec command = CommandSpec.create();

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "KEY",
            description = "The key, as text unless --raw-key is given. Omitted with --prefix.")
    private @Nullable String key;

    @Mixin
    private KeyForm writing = new KeyForm();

    @Option(
            names = "--prefix",
            paramLabel = "TEXT",
            description = "Delete all keys with this prefix; an empty prefix means all keys.")
    private @Nullable String prefix;

    @Option(names = "--yes", description = "With --prefix: do not ask for confirmation.")
    private boolean yes;

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
    public DeleteCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws CallFailed, UnknownWrite, IOException, InterruptedException {
        if ((key == null) == (prefix == null)) {
            throw wrong("give either KEY or --prefix TEXT");
        }
        return prefix == null ? deleteOne(Objects.requireNonNull(key)) : deleteAll(prefix);
    }

    private int deleteOne(String one) throws CallFailed, UnknownWrite {
        DeleteRequest request = DeleteRequest.newBuilder()
                .setRawKey(writing.bytes(one))
                .setContext(context)
                .setConsistency(options.consistency())
                .setRequestId(write.requestId())
                .build();
        try (Client client = options.open()) {
            show(one, write.call(client, ReplicationServiceGrpc.getDeleteMethod(), request));
        }
        return ExitCode.OK;
    }

    private int deleteAll(String beginning) throws CallFailed, IOException, InterruptedException {
        if (writing.isGiven() || !context.isEmpty() || write.isNamed()) {
            throw wrong(
                    "--raw-key, --context and --request-id apply to one key and cannot be combined " + "with --prefix");
        }
        if (!yes && !console.screen().reads()) {
            throw wrong("--prefix deletes many keys, and there is no terminal to ask for confirmation: " + "add --yes");
        }
        try (Client client = options.open()) {
            PrefixDeletion deletion =
                    new PrefixDeletion(console, client, options.consistency(), ByteString.copyFromUtf8(beginning));
            if (!yes && !deletion.isConfirmed()) {
                console.say("nothing was deleted.");
                return ExitCode.REFUSED;
            }
            long deleted = deletion.run();
            switch (options.form()) {
                case JSON -> console.out().println(Json.of((Object) Map.of("deleted", deleted)));
                case RAW -> console.out().println(deleted);
                case TABLE -> console.out().println("deleted  " + DisplayText.count(deleted, "key", "keys"));
            }
        }
        return ExitCode.OK;
    }

    private ParameterException wrong(String sentence) {
        return new ParameterException(command.commandLine(), sentence);
    }

    private void show(String one, DeleteResponse response) {
        switch (options.form()) {
            case JSON -> console.out().println(Json.of(response));
            case RAW -> console.out().println(response.getContext());
            case TABLE ->
                new Table()
                        .row("deleted", DisplayText.line(one))
                        .row("on", String.join(", ", response.getAcknowledgedByList()))
                        .row("replaced", DisplayText.count(response.getReplaced(), "value", "values"))
                        .row("context", response.getContext())
                        .printTo(console.out());
        }
    }
}
