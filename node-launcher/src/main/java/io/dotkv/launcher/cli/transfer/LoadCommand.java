package io.dotkv.launcher.cli.transfer;

import io.dotkv.launcher.cli.format.Console;
import io.dotkv.launcher.cli.format.ExitCode;
import io.dotkv.launcher.cli.format.Json;
import io.dotkv.launcher.cli.format.ProgressLine;
import io.dotkv.launcher.cli.format.Table;
import io.dotkv.launcher.cli.option.DurationConverter;
import io.dotkv.launcher.cli.option.EndpointOption;
import io.dotkv.launcher.cli.option.LevelOption;
import io.dotkv.launcher.cli.option.OutputOption;
import io.dotkv.launcher.client.Channels;
import io.dotkv.launcher.client.Route;
import io.dotkv.launcher.output.CheckedOutput;
import io.dotkv.launcher.output.Interruption;
import io.dotkv.launcher.transfer.ForeignInput;
import io.dotkv.launcher.transfer.Format;
import io.dotkv.launcher.transfer.LoadReport;
import io.dotkv.launcher.transfer.LoadSettings;
import io.dotkv.launcher.transfer.Loader;
import io.dotkv.launcher.transfer.TextInput;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
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
            "Loads every line of a file in the format of dump, or as key, tab, value.",
            "A jsonl line is {\"key\":\"...\",\"value\":\"...\"}; binary keys and values are rawKey and "
                    + "rawValue in base64. Numbers must be quoted. A line may have the content that read prints "
                    + "instead of a value: siblings, counters, sets, flags and maps.",
            "tsv is raw bytes without escapes: the first tab ends the key; a line feed, or a carriage "
                    + "return and a line feed, ends the value.",
            "A byte order mark is ignored and gzip is decompressed; other compressed files and UTF-16 are "
                    + "refused.",
            "Plain values replace those of the key. Data types are made equal to the line: a counter "
                    + "changes by the difference, a set loses elements that the line lacks; types that the line "
                    + "lacks are not changed.",
            "Each write is retried with the same request id until it is acknowledged or --patience "
                    + "expires. Of several entries with one key the last wins. A load can be repeated without harm, "
                    + "but not beside others that change the same counters.",
            "Ctrl-C stops it and prints the --from-line to continue with."
        },
        footer = "%n--output raw prints the number of loaded entries.",
        exitCodeListHeading = ExitCode.HEADING,
        exitCodeList = {
            "0:every line was loaded",
            ExitCode.LINE_USAGE,
            "4:unavailable: some entries were certainly not applied",
            "5:unknown outcome: some entries may or may not have been applied; load them again",
            "6:refused: some lines are not entries, or were refused by the cluster",
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
            description = "Input format: ${COMPLETION-CANDIDATES}. Default: by the suffix of FILE (.jsonl, "
                    + ".ndjson, .json; .tsv; also with .gz), else by the first line.")
    private @Nullable Format format;

    @Option(
            names = "--in-flight",
            paramLabel = "COUNT",
            defaultValue = "64",
            description = "Number of entries in flight. Default: ${DEFAULT-VALUE}.")
    private int inFlight = 64;

    @Option(
            names = "--path",
            paramLabel = "PATH",
            defaultValue = "stream",
            description = "How requests are sent, over one stream per endpoint or as single calls: "
                    + "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private Route.Path path = Route.Path.STREAM;

    @Option(
            names = "--patience",
            paramLabel = "TIME",
            defaultValue = "30s",
            converter = DurationConverter.class,
            description = "How long to retry each entry. Default: ${DEFAULT-VALUE}.")
    private Duration patience = Duration.ofSeconds(30);

    @Option(
            names = "--failed",
            paramLabel = "FILE",
            description = "Write every line that was not loaded to this file, so that it can be loaded " + "again.")
    private @Nullable Path failed;

    @Option(
            names = "--from-line",
            paramLabel = "NUMBER",
            defaultValue = "1",
            description = "Skip the lines before this one. Default: ${DEFAULT-VALUE}.")
    private long fromLine = 1;

    @Option(names = "--dry-run", description = "Read and check every line, and load nothing.")
    private boolean dryRun;

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
            description = "Timeout of each attempt. Default: ${DEFAULT-VALUE}.")
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
        if (fromLine < 1) {
            throw new ParameterException(command.commandLine(), "--from-line is at least 1, not " + fromLine);
        }
        LoadFiles files = new LoadFiles(console, file, failed);
        Optional<String> trouble = files.trouble();
        if (trouble.isPresent()) {
            throw new ParameterException(command.commandLine(), trouble.get());
        }
        try (InputStream raw = files.open()) {
            return load(files, TextInput.of(raw));
        } catch (ForeignInput foreign) {
            console.say(foreign.sentence() + ". Nothing was loaded.");
            return ExitCode.REFUSED;
        }
    }

    private int load(LoadFiles files, BufferedInputStream in) throws IOException, InterruptedException {
        LoadSettings settings = new LoadSettings(
                format == null ? Format.of(file, in) : format,
                fromLine,
                dryRun,
                level.message(),
                inFlight,
                timeout,
                patience);
        long sizeBytes = files.sizeBytes();
        Optional<CheckedOutput> failedLines = files.openFailed();
        ProgressLine progress = new ProgressLine(console, sizeBytes, failedLines);
        LoadReport report;
        try (Channels channels = new Channels()) {
            List<Route> routes =
                    endpoint.all().stream().map(each -> path.to(each, channels)).toList();
            Loader loader = new Loader(settings, routes, channels.loop(), progress);
            Interruption interruption = Interruption.showing(() -> interrupt(loader, progress));
            report = loader.load(in);
            interruption.close();
            if (interruption.begun()) {
                return ExitCode.INTERRUPTED;
            }
        } finally {
            failedLines.ifPresent(CheckedOutput::close);
        }
        String gaveUp = "nothing was acknowledged for " + patience.toSeconds() + " s, gave up";
        if (files.sizeBytes() < sizeBytes) {
            console.say(file + " became shorter while it was read: lines may be missing.");
            var _ = end(report, progress, gaveUp);
            return ExitCode.INTERNAL;
        }
        return end(report, progress, gaveUp);
    }

    /** Shows what became of the load until a signal stopped it. */
    private void interrupt(Loader loader, ProgressLine progress) {
        loader.stop();
        try {
            var _ = end(loader.reportWithin(timeout.plusSeconds(1)), progress, "interrupted");
            var _ = console.bytes().flushed();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** @param why a load ended that did not come to the end of its input */
    private int end(LoadReport report, ProgressLine progress, String why) {
        boolean keptAll = progress.finish();
        if (report.stoppedAtLine() > 0) {
            console.say(report.brokenInput()
                            .map(broken -> "the input cannot be read any more: " + broken)
                            .orElse(why)
                    + ". The load is incomplete: continue with --from-line " + report.stoppedAtLine() + ".");
        }
        show(report);
        int exitCode = exitCode(report);
        return keptAll || exitCode != ExitCode.OK ? exitCode : ExitCode.OUTPUT_LOST;
    }

    private void show(LoadReport report) {
        if (fromLine > 1) {
            console.say("the lines before line " + fromLine + " were skipped.");
        }
        switch (output.form()) {
            case RAW -> console.out().println(report.loaded());
            case JSON -> console.out().println(Json.of((Object) json(report)));
            case TABLE ->
                new Table()
                        .row(dryRun ? "good lines" : "loaded", String.format(Locale.ROOT, "%,d", report.loaded()))
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

    private Map<String, Object> json(LoadReport report) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("dryRun", dryRun);
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
        if (report.brokenInput().isPresent()) {
            return ExitCode.INTERNAL;
        }
        if (report.notApplied() > 0 || report.stoppedAtLine() > 0) {
            return ExitCode.UNAVAILABLE;
        }
        return report.failed() > 0 ? ExitCode.REFUSED : ExitCode.OK;
    }
}
