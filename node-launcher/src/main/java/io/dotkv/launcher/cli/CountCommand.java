package io.dotkv.launcher.cli;

import io.dotkv.launcher.cli.format.Console;
import io.dotkv.launcher.cli.format.DisplayText;
import io.dotkv.launcher.cli.format.ExitCode;
import io.dotkv.launcher.cli.format.Json;
import io.dotkv.launcher.cli.option.CallOptions;
import io.dotkv.launcher.cli.option.PrefixOption;
import io.dotkv.launcher.client.CallFailed;
import io.dotkv.launcher.client.Client;
import io.dotkv.proto.replication.v1.Form;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code dotkv count}. */
@Command(
        name = "count",
        description = {
            "Counts the keys of the whole cluster, by plain values and data types.",
            "It reads all keys page by page. The pages are not one consistent snapshot."
        },
        footer = "%n--output raw prints the number only, without separators.",
        exitCodeListHeading = ExitCode.HEADING,
        exitCodeList = {
            ExitCode.LINE_OK,
            ExitCode.LINE_USAGE,
            ExitCode.LINE_UNAVAILABLE_TO_READ,
            ExitCode.LINE_REFUSED,
            ExitCode.LINE_INTERNAL
        })
public final class CountCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private PrefixOption prefix = new PrefixOption();

    @Mixin
    private CallOptions options = new CallOptions();

    /** A command at this console. */
    public CountCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws CallFailed {
        try (Client client = options.open()) {
            long keys = new KeyScan(client, options.consistency(), prefix.bytes(), Form.RAW).count();
            switch (options.form()) {
                case JSON -> console.out().println(Json.of((Object) Map.of("keys", keys)));
                case RAW -> console.out().println(keys);
                case TABLE -> console.out().println(DisplayText.count(keys, "key", "keys"));
            }
        }
        return ExitCode.OK;
    }
}
