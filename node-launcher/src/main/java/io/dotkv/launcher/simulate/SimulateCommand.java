package io.dotkv.launcher.simulate;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.dotkv.launcher.cli.format.Console;
import io.dotkv.launcher.cli.format.ExitCode;
import io.dotkv.launcher.output.Interruption;
import io.dotkv.simulation.KnownSeeds;
import io.dotkv.simulation.RunOptions;
import io.dotkv.simulation.RunResult;
import io.dotkv.simulation.history.Violation;
import io.dotkv.simulation.system.WatchedRun;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code dotkv sim}. */
@Command(
        name = "sim",
        description = {
            "Runs simulated clusters of the real code in this process, on virtual time, with failing "
                    + "networks, disks and clocks, and checks DotKV's guarantees.",
            "Without --seed it runs the seeds that failed before, then fresh seeds. A run is determined "
                    + "by its seed.",
            "Ctrl-C stops it and prints a summary."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:everything held",
            "2:usage: invalid command line",
            "7:a seed failed; the output says which one and how to replay it"
        })
public final class SimulateCommand implements Callable<Integer> {
    private static final int MOST_NODES = 100;

    private final Console console;

    @Spec
    private CommandSpec command = CommandSpec.create();

    @Option(names = "--seed", paramLabel = "SEED", description = "Run only this seed and print its trace.")
    private @Nullable Long seed;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "60",
            description = "How long to run fresh seeds, in seconds. Default: ${DEFAULT-VALUE}.")
    private int seconds = 60;

    @Option(
            names = "--nodes",
            paramLabel = "COUNT",
            description = "Number of nodes in each cluster, 1 to 100. Default: chosen by the seed, 3 to 7, " + "or 1.")
    private @Nullable Integer nodes;

    @Option(
            names = "--data-loss",
            description = "Also lose durable data: power loss, empty disks, disks restored from old copies.")
    private boolean dataLoss;

    @Option(
            names = "--trace",
            description = "Also print every event of fresh seeds; with --seed events are always printed.")
    private boolean trace;

    /** A command at this console. */
    public SimulateCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (seconds < 0 || (nodes != null && (nodes < 1 || nodes > MOST_NODES))) {
            throw new ParameterException(
                    command.commandLine(), "--seconds is 0 or more, and --nodes 1 to " + MOST_NODES);
        }
        // The nodes of a run report what its faults do to them, which is the trace's affair.
        if (LoggerFactory.getLogger("io.dotkv") instanceof Logger logger) {
            logger.setLevel(Level.OFF);
        }
        return seed != null ? replay(seed) : runMany();
    }

    private RunOptions options(boolean loses, boolean traced) {
        RunOptions options = RunOptions.defaults();
        options = nodes == null ? options : options.withNodes(nodes);
        options = loses ? options.withDataLoss() : options;
        return traced ? options.withTrace(console.out()::println) : options;
    }

    private int replay(long one) {
        RunResult result = WatchedRun.of(one, options(dataLoss, true));
        console.out()
                .println("seed " + one + ": " + result.shape() + "\n"
                        + String.format(
                                Locale.ROOT,
                                "trace %016x of %d events; %.1f s of virtual time; %d writes acknowledged, %d reads answered; %s",
                                result.traceHash(),
                                result.events(),
                                result.virtualNanos() / 1e9,
                                result.writes(),
                                result.reads(),
                                result.retried()));
        if (result.failed()) {
            report(result, dataLoss);
            return ExitCode.INTERNAL;
        }
        console.out().println("everything held");
        return ExitCode.OK;
    }

    private int runMany() {
        Tally tally = new Tally(System.nanoTime());
        try (Interruption interruption = Interruption.showing(() -> show(tally))) {
            for (KnownSeeds.Known known : KnownSeeds.all()) {
                run(known.seed(), known.dataLoss(), tally);
            }
            long first = System.nanoTime() >>> 1;
            for (long next = first; tally.seconds() < seconds; next++) {
                run(next, dataLoss, tally);
            }
            if (interruption.begun()) {
                return ExitCode.INTERRUPTED;
            }
        }
        show(tally);
        return tally.failed() == 0 ? ExitCode.OK : ExitCode.INTERNAL;
    }

    private void show(Tally tally) {
        console.out().println(tally);
        console.out().flush();
    }

    private void run(long one, boolean loses, Tally tally) {
        RunResult result = WatchedRun.of(one, options(loses, trace));
        tally.add(result);
        if (result.failed()) {
            report(result, loses);
        }
    }

    private void report(RunResult result, boolean loses) {
        for (Violation violation : result.violations()) {
            console.out().println("seed " + result.seed() + " failed. " + violation);
        }
        console.out()
                .println("replay it by: dotkv sim --seed " + result.seed() + (nodes == null ? "" : " --nodes " + nodes)
                        + (loses ? " --data-loss" : ""));
        console.out().flush();
    }

    /** What was run. A signal may ask for it at any time. */
    private static final class Tally {
        private final long beganNanos;
        private long seeds;
        private long failed;
        private long tasks;
        private long virtualNanos;
        private long writes;
        private long reads;
        private RunResult.Retried retried = RunResult.Retried.NONE;

        Tally(long beganNanos) {
            this.beganNanos = beganNanos;
        }

        double seconds() {
            return (System.nanoTime() - beganNanos) / (double) TimeUnit.SECONDS.toNanos(1);
        }

        synchronized long failed() {
            return failed;
        }

        synchronized void add(RunResult result) {
            seeds++;
            failed += result.failed() ? 1 : 0;
            tasks += result.tasks();
            virtualNanos += result.virtualNanos();
            writes += result.writes();
            reads += result.reads();
            retried = retried.plus(result.retried());
        }

        @Override
        public synchronized String toString() {
            double seconds = Math.max(0.001, seconds());
            double virtualSeconds = virtualNanos / 1e9;
            return String.format(
                    Locale.ROOT,
                    "%d seeds, %d failed; %d writes acknowledged, %d reads answered; %s; %.0f s of virtual time in %.1f s"
                            + " (%.0f to 1), %.0f events per second",
                    seeds,
                    failed,
                    writes,
                    reads,
                    retried,
                    virtualSeconds,
                    seconds,
                    virtualSeconds / seconds,
                    tasks / seconds);
        }
    }
}
