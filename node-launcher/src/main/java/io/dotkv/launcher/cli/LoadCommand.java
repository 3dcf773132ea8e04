package io.dotkv.launcher.cli;

import io.dotkv.launcher.client.Channels;
import io.dotkv.launcher.client.Route;
import io.dotkv.launcher.transfer.Format;
import io.dotkv.launcher.transfer.LoadReport;
import io.dotkv.launcher.transfer.LoadSettings;
import io.dotkv.launcher.transfer.Loader;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dotkv load}. */
@Command(
        name = "load",
        description = {
            "Puts every line of a file: key, tab, value, or JSON Lines.",
            "With tsv the bytes are taken as they are: the first tab ends the key, a line feed ends the value, nothing is"
                    + " escaped. With jsonl a line is {\"key\":\"...\",\"value\":\"...\"}, with rawKey or rawValue in base64"
                    + " for what is not text; numbers are refused, write them in quotes.",
            "Each entry is one write, tried again with the same request id until it is acknowledged or --patience ends. Of"
                    + " several entries with one key the last wins. A load can be repeated without harm."
        },
        footer = "%nWith --output raw: how many entries were loaded.",
        exitCodeListHeading = ExitCode.HEADING,
        exitCodeList = {
            "0:every line was loaded",
            ExitCode.LINE_USAGE,
            "4:unavailable: some entries were surely not applied",
            "5:unknown outcome: some entries may or may not have been applied; load them again",
            "6:refused: some lines hold no entry, or were refused by the cluster",
            ExitCode.LINE_INTERNAL
        })
public final class LoadCommand implements Callable<Integer> {
    private final Console console;

    @Spec
    private CommandSpec command = CommandSpec.create();

    @Parameters(index = "0", paramLabel = "FILE", description = "The file; - is standard input.")
    private Path file = Path.of("-");

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description =
                    "How entries are written: ${COMPLETION-CANDIDATES}. Default: jsonl when FILE ends with .jsonl,"
                            + " .ndjson or .json, else tsv.")
    private @Nullable Format format;

    @Option(
            names = "--in-flight",
            paramLabel = "COUNT",
            defaultValue = "64",
            description = "How many puts wait for an answer at once. Default: ${DEFAULT-VALUE}.")
    private int inFlight = 64;

    @Option(
            names = "--path",
            paramLabel = "PATH",
            defaultValue = "stream",
            description =
                    "Over one stream for each endpoint, or by single calls: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private Route.Path path = Route.Path.STREAM;

    @Option(
            names = "--patience",
            paramLabel = "TIME",
            defaultValue = "30s",
            converter = DurationConverter.class,
            description = "For how long each entry is tried again. Default: ${DEFAULT-VALUE}.")
    private Duration patience = Duration.ofSeconds(30);

    @Option(
            names = "--failed",
            paramLabel = "FILE",
            description = "Write every line that was not loaded to this file, ready to be loaded again.")
    private @Nullable Path failed;

    @Mixin
    private LevelOption level = new LevelOption();

    @Mixin
    private OutputOption output = new OutputOption();

    @Mixin
    private EndpointOption endpoint = new EndpointOption();

    @Option(
            names = {"-t", "--timeout"},
            paramLabel = "TIME",
            defaultValue = "5s",
            converter = DurationConverter.class,
            description = "For each try of each put. Default: ${DEFAULT-VALUE}.")
    private Duration timeout = Duration.ofSeconds(5);

    /** A command at this console. */
    public LoadCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (inFlight < 1 || inFlight > 10_000) {
            throw new ParameterException(command.commandLine(), "--in-flight is 1 to 10000, not " + inFlight);
        }
        boolean standardInput = file.toString().equals("-");
        Optional<String> trouble = standardInput ? Optional.empty() : FileTrouble.reading(file);
        if (trouble.isPresent()) {
            throw new ParameterException(command.commandLine(), trouble.get());
        }
        try (InputStream in = standardInput ? console.in() : Files.newInputStream(file);
                OutputStream failedLines = failed == null
                        ? OutputStream.nullOutputStream()
                        : new BufferedOutputStream(Files.newOutputStream(failed))) {
            ProgressLine progress =
                    new ProgressLine(console, standardInput ? 0 : Files.size(file), Optional.of(failedLines));
            LoadReport report = load(in, progress);
            progress.clear();
            show(report);
            return exitCode(report);
        }
    }

    private LoadReport load(InputStream in, ProgressLine progress) throws IOException, InterruptedException {
        LoadSettings settings = new LoadSettings(
                format == null ? Format.of(file) : format, level.message(), inFlight, timeout, patience);
        try (Channels channels = new Channels()) {
            List<Route> routes =
                    endpoint.all().stream().map(each -> path.to(each, channels)).toList();
            return new Loader(settings, routes, channels.loop(), progress).load(in);
        }
    }

    private void show(LoadReport report) {
        if (report.stoppedAtLine() > 0) {
            console.say("gave up at line " + report.stoppedAtLine() + ": nothing was acknowledged for "
                    + patience.toSeconds() + " s. Load the rest again when the cluster is back.");
        }
        switch (output.form()) {
            case RAW -> console.out().println(report.loaded());
            case JSON -> console.out().println(Json.of((Object) json(report)));
            case TABLE ->
                new Table()
                        .row("loaded", String.format(Locale.ROOT, "%,d", report.loaded()))
                        .row("failed", String.format(Locale.ROOT, "%,d", report.failed()))
                        .row("  bad lines", String.format(Locale.ROOT, "%,d", report.badLines()))
                        .row("  refused", String.format(Locale.ROOT, "%,d", report.refused()))
                        .row("  not applied", String.format(Locale.ROOT, "%,d", report.notApplied()))
                        .row("  unknown", String.format(Locale.ROOT, "%,d", report.unknown()))
                        .row("seconds", String.format(Locale.ROOT, "%,.1f", report.nanos() / 1e9))
                        .row("per second", String.format(Locale.ROOT, "%,d", report.perSecond()))
                        .printTo(console.out());
        }
    }

    private static Map<String, Object> json(LoadReport report) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("loaded", report.loaded());
        json.put("failed", report.failed());
        json.put("badLines", report.badLines());
        json.put("refused", report.refused());
        json.put("notApplied", report.notApplied());
        json.put("unknown", report.unknown());
        json.put("stoppedAtLine", report.stoppedAtLine());
        json.put("seconds", report.nanos() / 1e9);
        json.put("perSecond", report.perSecond());
        return json;
    }

    private static int exitCode(LoadReport report) {
        if (report.unknown() > 0) {
            return ExitCode.UNKNOWN_OUTCOME;
        }
        if (report.notApplied() > 0 || report.stoppedAtLine() > 0) {
            return ExitCode.UNAVAILABLE;
        }
        return report.failed() > 0 ? ExitCode.REFUSED : ExitCode.OK;
    }
}
