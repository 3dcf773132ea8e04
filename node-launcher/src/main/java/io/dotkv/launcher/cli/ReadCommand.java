package io.dotkv.launcher.cli;

import com.google.protobuf.ByteString;
import io.dotkv.launcher.cli.format.Console;
import io.dotkv.launcher.cli.format.DisplayText;
import io.dotkv.launcher.cli.format.ExitCode;
import io.dotkv.launcher.cli.format.Json;
import io.dotkv.launcher.cli.format.Table;
import io.dotkv.launcher.cli.option.CallOptions;
import io.dotkv.launcher.cli.option.FullOption;
import io.dotkv.launcher.cli.option.KeyArgument;
import io.dotkv.launcher.client.CallFailed;
import io.dotkv.launcher.client.Channels;
import io.dotkv.launcher.client.Client;
import io.dotkv.proto.replication.v1.Content;
import io.dotkv.proto.replication.v1.Presence;
import io.dotkv.proto.replication.v1.ReadRequest;
import io.dotkv.proto.replication.v1.ReadResponse;
import io.dotkv.proto.replication.v1.RegisterValue;
import io.dotkv.proto.replication.v1.ReplicationServiceGrpc;
import io.dotkv.proto.replication.v1.SetValue;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code dotkv read}. */
@Command(
        name = "read",
        description = {
            "Reads everything stored under a key: counters, sets, flags, registers, maps and plain values.",
            "Each line is one value with its type, after the path of map fields that leads to it."
        },
        footer = "%n--output raw prints the bytes of the values, each followed by a line feed, and " + "nothing else.",
        exitCodeListHeading = ExitCode.HEADING,
        exitCodeList = {
            ExitCode.LINE_OK,
            ExitCode.LINE_NOT_FOUND,
            ExitCode.LINE_USAGE,
            ExitCode.LINE_UNAVAILABLE_TO_READ,
            ExitCode.LINE_REFUSED,
            ExitCode.LINE_INTERNAL
        })
public final class ReadCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private KeyArgument key = new KeyArgument();

    @Mixin
    private FullOption full = new FullOption();

    @Mixin
    private CallOptions options = new CallOptions();

    /** A command at this console. */
    public ReadCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws CallFailed {
        ReadRequest request = ReadRequest.newBuilder()
                .setRawKey(key.bytes())
                .setConsistency(options.consistency())
                .setMaxAnswerBytes(Channels.MAX_ANSWER_BYTES)
                .build();
        try (Client client = options.open()) {
            ReadResponse response = client.read(ReplicationServiceGrpc.getReadMethod(), request);
            switch (options.form()) {
                case JSON -> console.out().println(Json.of(response));
                case RAW -> each(response.getContent(), "", (label, value) -> raw(value));
                case TABLE -> table(response);
            }
            if (response.getPresence() == Presence.FOUND) {
                return ExitCode.OK;
            }
        }
        console.say(key + " has nothing: it was never written, or was deleted.");
        return ExitCode.NOT_FOUND;
    }

    private void raw(ByteString value) {
        console.bytes().writeBytes(value.toByteArray());
        console.bytes().write('\n');
    }

    private int room() {
        return full.room(console);
    }

    private void table(ReadResponse response) {
        Table table = new Table().row("key", key.toString());
        each(response.getContent(), "", (label, value) -> table.row(label, DisplayText.text(value, room())));
        table.row("read from", String.join(", ", response.getAnsweredByList()));
        table.printTo(console.out());
    }

    /** Gives each value with its label: the fields that lead to it, and its type. */
    private static void each(Content content, String within, BiConsumer<String, ByteString> row) {
        for (RegisterValue value : content.getRegister().getValuesList()) {
            row.accept(within + "value", bytes(value));
        }
        if (content.hasLastWrite()) {
            row.accept(within + "last-write", bytes(content.getLastWrite()));
        }
        if (content.hasCounter()) {
            row.accept(
                    within + "counter", text(Long.toString(content.getCounter().getValue())));
        }
        elements(content.getSet(), within + "set", row);
        elements(content.getRemoveWinsSet(), within + "remove-wins-set", row);
        if (content.hasFlag()) {
            row.accept(within + "flag", text("on"));
        }
        if (content.hasDisableWinsFlag()) {
            row.accept(within + "disable-wins-flag", text("off"));
        }
        new TreeMap<>(content.getMap().getFieldsMap())
                .forEach((name, field) ->
                        each(field, within + DisplayText.line(ByteString.copyFromUtf8(name)) + " ", row));
    }

    private static void elements(SetValue set, String label, BiConsumer<String, ByteString> row) {
        set.getElementsList().forEach(element -> row.accept(label, text(element)));
        set.getRawElementsList().forEach(element -> row.accept(label, element));
    }

    private static ByteString bytes(RegisterValue value) {
        return value.hasRawValue() ? value.getRawValue() : value.getValueBytes();
    }

    private static ByteString text(String value) {
        return ByteString.copyFromUtf8(value);
    }
}
