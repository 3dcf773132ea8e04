package io.dotkv.launcher.cli;

import com.google.protobuf.ByteString;
import io.dotkv.launcher.cli.format.Console;
import io.dotkv.launcher.cli.format.DisplayText;
import io.dotkv.launcher.cli.format.ExitCode;
import io.dotkv.launcher.cli.format.Json;
import io.dotkv.launcher.cli.format.Output;
import io.dotkv.launcher.cli.format.Table;
import io.dotkv.launcher.cli.option.CallOptions;
import io.dotkv.launcher.cli.option.FullOption;
import io.dotkv.launcher.cli.option.PrefixOption;
import io.dotkv.launcher.client.CallFailed;
import io.dotkv.launcher.client.Client;
import io.dotkv.proto.replication.v1.Entry;
import io.dotkv.proto.replication.v1.Form;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code dotkv scan}. */
@Command(
        name = "scan",
        description = {
            "Lists keys in byte order, each with its newest value, its number of siblings and its data " + "types.",
            "Pages are read one after the other and are not one consistent snapshot. To copy data, use " + "dump."
        },
        footer = "%n--output raw prints the bytes of the keys, each followed by a line feed; --output "
                + "json prints one key per line.",
        exitCodeListHeading = ExitCode.HEADING,
        exitCodeList = {
            ExitCode.LINE_OK,
            ExitCode.LINE_USAGE,
            ExitCode.LINE_UNAVAILABLE_TO_READ,
            ExitCode.LINE_REFUSED,
            ExitCode.LINE_INTERNAL
        })
public final class ScanCommand implements Callable<Integer> {
    /** Of each value on a line of its own: enough to recognise it. */
    private static final int ROOM_FOR_A_VALUE = 60;

    private final Console console;

    @Spec
    private CommandSpec command = CommandSpec.create();

    @Mixin
    private PrefixOption prefix = new PrefixOption();

    @Option(
            names = "--limit",
            paramLabel = "COUNT",
            defaultValue = "1000",
            description = "Maximum number of keys; 0 for all. Default: ${DEFAULT-VALUE}.")
    private long limit = 1000;

    @Mixin
    private FullOption full = new FullOption();

    @Mixin
    private CallOptions options = new CallOptions();

    /** A command at this console. */
    public ScanCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws CallFailed {
        if (limit < 0) {
            throw new ParameterException(command.commandLine(), "--limit is 0 or more, not " + limit);
        }
        long left = limit == 0 ? Long.MAX_VALUE : limit;
        Form form = options.form() == Output.JSON ? Form.FORM_UNSPECIFIED : Form.RAW;
        try (Client client = options.open()) {
            KeyScan scan = new KeyScan(client, options.consistency(), prefix.bytes(), form);
            boolean cut = false;
            while (scan.hasNext() && !cut) {
                List<Entry> page = scan.next();
                cut = page.size() > left || (page.size() == left && scan.hasNext());
                show(page.subList(0, (int) Math.min(left, page.size())));
                left -= Math.min(left, page.size());
            }
            if (cut) {
                console.say("there are more keys; --limit 0 lists all.");
            }
        }
        return ExitCode.OK;
    }

    private void show(List<Entry> page) {
        switch (options.form()) {
            case JSON -> page.forEach(entry -> console.out().println(Json.lineOf(entry)));
            case RAW ->
                page.forEach(entry -> {
                    console.bytes().writeBytes(DisplayText.keyBytes(entry).toByteArray());
                    console.bytes().write('\n');
                });
            case TABLE -> {
                Table table = new Table();
                page.forEach(entry -> table.row(DisplayText.line(DisplayText.keyBytes(entry)), what(entry)));
                table.printTo(console.out());
            }
        }
    }

    private String what(Entry entry) {
        String types = entry.getTypesList().stream()
                .map(type -> type.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .collect(Collectors.joining(", "));
        if (entry.getValuesCount() == 0) {
            return "(" + types + ")";
        }
        ByteString newest = DisplayText.bytes(entry.getValues(0));
        int room = full.room(console) == Integer.MAX_VALUE ? Integer.MAX_VALUE : ROOM_FOR_A_VALUE;
        int others = entry.getValuesCount() - 1;
        return DisplayText.line(DisplayText.text(newest, room))
                + (others == 0
                        ? ""
                        : " (and " + DisplayText.count(others, "concurrent value", "concurrent values") + ")")
                + (types.isEmpty() ? "" : " (" + types + ")");
    }
}
