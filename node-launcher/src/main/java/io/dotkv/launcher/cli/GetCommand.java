package io.dotkv.launcher.cli;

import io.dotkv.launcher.cli.format.Console;
import io.dotkv.launcher.cli.format.DisplayText;
import io.dotkv.launcher.cli.format.ExitCode;
import io.dotkv.launcher.cli.format.Json;
import io.dotkv.launcher.cli.format.Table;
import io.dotkv.launcher.cli.option.CallOptions;
import io.dotkv.launcher.cli.option.FullOption;
import io.dotkv.launcher.cli.option.KeyArgument;
import io.dotkv.launcher.cli.option.NonEmptyText;
import io.dotkv.launcher.client.CallFailed;
import io.dotkv.launcher.client.Channels;
import io.dotkv.launcher.client.Client;
import io.dotkv.proto.replication.v1.GetRequest;
import io.dotkv.proto.replication.v1.GetResponse;
import io.dotkv.proto.replication.v1.ReplicationServiceGrpc;
import io.dotkv.proto.replication.v1.Value;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code dotkv get}. */
@Command(
        name = "get",
        description = {
            "Reads a key: all current values, newest first, with a context that covers them.",
            "Several values mean concurrent writes: merge them and put the result with the context."
        },
        footer = "%n--output raw prints the exact bytes of the newest value, and nothing else.",
        exitCodeListHeading = ExitCode.HEADING,
        exitCodeList = {
            ExitCode.LINE_OK,
            ExitCode.LINE_NOT_FOUND,
            ExitCode.LINE_USAGE,
            ExitCode.LINE_CONFLICT,
            ExitCode.LINE_UNAVAILABLE_TO_READ,
            ExitCode.LINE_REFUSED,
            ExitCode.LINE_INTERNAL
        })
public final class GetCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private KeyArgument key = new KeyArgument();

    @Option(
            names = "--context",
            paramLabel = "CONTEXT",
            converter = NonEmptyText.class,
            description = "A context from an earlier response for this key. The result reflects everything that "
                    + "the context covers, on any node.")
    private String context = "";

    @Option(
            names = "--monotonic",
            description = "Monotonic read: first store the result on a majority of the replicas, so that no "
                    + "later quorum read returns anything older.")
    private boolean monotonic;

    @Mixin
    private FullOption full = new FullOption();

    @Mixin
    private CallOptions options = new CallOptions();

    /** A command at this console. */
    public GetCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws CallFailed, IOException {
        GetRequest request = GetRequest.newBuilder()
                .setRawKey(key.bytes())
                .setConsistency(options.consistency())
                .setContext(context)
                .setMonotonic(monotonic)
                .setMaxAnswerBytes(Channels.MAX_ANSWER_BYTES)
                .build();
        try (Client client = options.open()) {
            GetResponse response = client.read(ReplicationServiceGrpc.getGetMethod(), request);
            switch (options.form()) {
                case JSON -> console.out().println(Json.of(response));
                case RAW -> raw(response);
                case TABLE -> table(response);
            }
            return verdict(response);
        }
    }

    private int verdict(GetResponse response) {
        return switch (response.getValuesCount()) {
            case 0 -> {
                console.say(
                        response.getTypesCount() == 0
                                ? key + " has no value: it was never written, or was deleted."
                                : key + " has no plain value, but " + types(response) + ": write \"dotkv read " + key
                                        + "\".");
                yield ExitCode.NOT_FOUND;
            }
            case 1 -> ExitCode.OK;
            default -> {
                console.say(key + " has " + response.getValuesCount()
                        + " concurrent values (siblings); merge them, and put the result with --context.");
                yield ExitCode.CONFLICT;
            }
        };
    }

    private static String types(GetResponse response) {
        return response.getTypesList().stream()
                .map(type -> "a " + type.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .collect(Collectors.joining(" and "));
    }

    private void raw(GetResponse response) throws IOException {
        if (response.getValuesCount() > 0) {
            DisplayText.bytes(response.getValues(0)).writeTo(console.bytes());
        }
    }

    private void table(GetResponse response) {
        Table table = new Table().row("key", key.toString());
        for (Value value : response.getValuesList()) {
            table.row("value", DisplayText.text(DisplayText.bytes(value), full.room(console)));
            table.row("written", DisplayText.time(value.getWrittenAt()) + " by " + value.getDot());
        }
        table.row("read from", String.join(", ", response.getAnsweredByList()));
        table.row("context", response.getContext());
        table.printTo(console.out());
    }
}
