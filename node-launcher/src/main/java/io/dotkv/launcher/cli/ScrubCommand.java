package io.dotkv.launcher.cli;

import io.dotkv.launcher.cli.format.Console;
import io.dotkv.launcher.cli.format.ExitCode;
import io.dotkv.launcher.cli.format.Json;
import io.dotkv.launcher.cli.option.ClientOptions;
import io.dotkv.launcher.cli.option.OutputOption;
import io.dotkv.launcher.client.CallFailed;
import io.dotkv.launcher.client.Client;
import io.dotkv.proto.replication.v1.ReplicationServiceGrpc;
import io.dotkv.proto.replication.v1.ScrubFinding;
import io.dotkv.proto.replication.v1.ScrubRequest;
import io.dotkv.proto.replication.v1.ScrubResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code dotkv scrub}. */
@Command(
        name = "scrub",
        description = {
            "Compares the data that replicas have on disk, and repairs differences.",
            "The replicas of one node are compared with those of its peers, by digests. It runs on the "
                    + "first endpoint that answers.",
            "If the cluster has more nodes than a partition has replicas, scrub other nodes too."
        },
        footer = {
            "",
            "Every node also does this slowly in the background (dotkv node --scrub-period-hours).",
            "--output raw prints the result only."
        },
        exitCodeListHeading = ExitCode.HEADING,
        exitCodeList = {
            "0:no damage was found",
            ExitCode.LINE_USAGE,
            "4:unavailable: no node answered, or some partitions could not be compared; no damage was " + "found",
            ExitCode.LINE_REFUSED,
            ExitCode.LINE_INTERNAL,
            "8:damage was found and repaired",
            "9:damage was found and not all of it was repaired"
        })
public final class ScrubCommand implements Callable<Integer> {
    private static final long REDRAW_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long LINE_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final int MIB = 1 << 20;

    private final Console console;
    private final List<ScrubFinding> findings = new ArrayList<>();
    private @Nullable ScrubResponse last;
    private long shownNanos = System.nanoTime();

    @Spec
    private CommandSpec command = CommandSpec.create();

    @Option(
            names = {"-p", "--partition"},
            split = ",",
            paramLabel = "NUMBER",
            description = "Only these partitions; the node must hold a replica of each. Default: all "
                    + "partitions of the node.")
    private List<Integer> partitions = List.of();

    @Option(
            names = "--mib-per-second",
            paramLabel = "MIB",
            defaultValue = "0",
            description = "Read limit in MiB per second; 0 for no limit. Default: ${DEFAULT-VALUE}.")
    private int mibPerSecond;

    @Mixin
    private OutputOption output = new OutputOption();

    @Mixin
    private ClientOptions options = new ClientOptions();

    /** A command at this console. */
    public ScrubCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws CallFailed {
        if (mibPerSecond < 0 || partitions.stream().anyMatch(partition -> partition < 0)) {
            throw new ParameterException(
                    command.commandLine(), "--partition and --mib-per-second must not be negative");
        }
        ScrubRequest request = ScrubRequest.newBuilder()
                .addAllPartitions(partitions)
                .setBytesPerSecond((long) mibPerSecond * MIB)
                .build();
        Optional<CallFailed> broken;
        try (Client client = options.open()) {
            broken = client.follow(ReplicationServiceGrpc.getScrubMethod(), request, this::heard);
        }
        clear();
        ScrubResponse report = last;
        if (broken.isPresent() || report == null) {
            console.say("the scrub was interrupted"
                    + broken.map(why -> ": " + why.sentence()).orElse("") + ".");
            return broken.map(why -> ExitCode.of(why.verdict())).orElse(ExitCode.INTERNAL);
        }
        show(report);
        return exitCode(report);
    }

    /** Takes news; whether more is to come. */
    private boolean heard(ScrubResponse news) {
        last = news;
        for (ScrubFinding finding : news.getFindingsList()) {
            findings.add(finding);
            clear();
            console.say(sentence(finding));
        }
        long now = System.nanoTime();
        if (!news.getIsOver() && now - shownNanos > (console.terminal() ? REDRAW_NANOS : LINE_NANOS)) {
            shownNanos = now;
            String far = String.format(
                    Locale.ROOT,
                    "%d of %d partitions, %,d rows, %,.1f MB",
                    news.getPartitionsDone(),
                    news.getPartitions(),
                    news.getRows(),
                    news.getBytes() / 1e6);
            if (console.terminal()) {
                console.redraw(far);
            } else {
                console.say(far);
            }
        }
        return !news.getIsOver();
    }

    private void clear() {
        console.redraw("");
    }

    private static String sentence(ScrubFinding finding) {
        return "partition " + finding.getPartition() + ": " + finding.getSentence() + ".";
    }

    private static long damageOf(ScrubResponse report) {
        return report.getDamagedRows() + report.getUnreadable() + report.getDifferences();
    }

    private static boolean isAllMended(ScrubResponse report) {
        return report.getUnreadable() == 0 && report.getMended() >= report.getDamagedRows() + report.getDifferences();
    }

    private static int exitCode(ScrubResponse report) {
        if (damageOf(report) > 0) {
            return isAllMended(report) ? ExitCode.DAMAGE_MENDED : ExitCode.DAMAGE_LEFT;
        }
        return report.getPartitionsNotCompared() > 0 ? ExitCode.UNAVAILABLE : ExitCode.OK;
    }

    private static String verdict(ScrubResponse report) {
        String compared = report.getPartitionsNotCompared() == 0
                ? ""
                : " " + report.getPartitionsNotCompared() + " of " + report.getPartitions()
                        + " partitions could not be compared completely.";
        if (damageOf(report) == 0) {
            return "No damage was found." + compared;
        }
        return String.format(
                Locale.ROOT,
                "Damage was found: %,d rows fail their checksum, %,d values differ, %,d replicas have unreadable files. %s%s",
                report.getDamagedRows(),
                report.getDifferences(),
                report.getUnreadable(),
                isAllMended(report)
                        ? "All of it was repaired."
                        : String.format(Locale.ROOT, "%,d of it was repaired.", report.getMended()),
                compared);
    }

    private void show(ScrubResponse report) {
        switch (output.form()) {
            case RAW -> console.out().println(verdict(report));
            case TABLE -> {
                console.out()
                        .printf(
                                Locale.ROOT,
                                "%d of %d partitions, %,d rows, %,.1f MB compared.%n",
                                report.getPartitionsDone(),
                                report.getPartitions(),
                                report.getRows(),
                                report.getBytes() / 1e6);
                if (report.getUndecided() > 0) {
                    console.out()
                            .printf(
                                    Locale.ROOT,
                                    "%,d rows kept changing; the next scrub compares them again.%n",
                                    report.getUndecided());
                }
                console.out().println(verdict(report));
            }
            case JSON -> {
                Map<String, Object> json = new LinkedHashMap<>();
                json.put("verdict", verdict(report));
                json.put("partitions", report.getPartitions());
                json.put("partitionsDone", report.getPartitionsDone());
                json.put("partitionsNotCompared", report.getPartitionsNotCompared());
                json.put("rows", report.getRows());
                json.put("bytes", report.getBytes());
                json.put("damagedRows", report.getDamagedRows());
                json.put("unreadable", report.getUnreadable());
                json.put("differences", report.getDifferences());
                json.put("mended", report.getMended());
                json.put("undecided", report.getUndecided());
                json.put(
                        "findings",
                        findings.stream().map(ScrubCommand::sentence).toList());
                console.out().println(Json.of((Object) json));
            }
        }
    }
}
