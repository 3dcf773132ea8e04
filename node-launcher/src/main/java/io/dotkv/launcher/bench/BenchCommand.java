package io.dotkv.launcher.bench;

import io.dotkv.launcher.child.Program;
import io.dotkv.launcher.cli.format.Console;
import io.dotkv.launcher.cli.format.ExitCode;
import io.dotkv.launcher.cli.option.DurationConverter;
import io.dotkv.launcher.cli.option.EndpointOption;
import io.dotkv.launcher.cli.option.LevelOption;
import io.dotkv.launcher.client.Route;
import io.dotkv.launcher.output.Interruption;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code dotkv bench}. */
@Command(
        name = "bench",
        description = {
            "Benchmarks a running cluster with a fixed number of operations in flight.",
            "Keys are named bench:0000000000 and up; their values are overwritten. Every key is written "
                    + "once before reads start.",
            "The keys are deleted at the end, unless --keep or --no-preload is given.",
            "An operation that was certainly not applied is retried at the next endpoint. Ctrl-C stops "
                    + "the run and prints the results so far."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:ok",
            "2:usage: invalid command line",
            "4:unavailable: some operation failed, or none was done, or not every key could be put before or removed after",
            "7:internal: the nodes of the floor did not start"
        })
public final class BenchCommand implements Callable<Integer> {
    private static final long SEED = 42;

    private final Console console;

    @Spec
    private CommandSpec command = CommandSpec.create();

    @Option(
            names = "--workload",
            paramLabel = "NAME",
            defaultValue = "mix95",
            description =
                    "Operation mix: ${COMPLETION-CANDIDATES} (percentage of gets). Default: " + "${DEFAULT-VALUE}.")
    private Workload workload = Workload.MIX95;

    @Option(
            names = "--keys",
            paramLabel = "SPREAD",
            defaultValue = "zipfian",
            description = "Key distribution: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private KeyChooser.Spread keys = KeyChooser.Spread.ZIPFIAN;

    @Option(
            names = "--key-count",
            paramLabel = "COUNT",
            defaultValue = "100000",
            description = "Number of keys. Default: ${DEFAULT-VALUE}.")
    private int keyCount = 100_000;

    @Option(
            names = "--value-size",
            paramLabel = "BYTES",
            defaultValue = "1024",
            description = "Size of each value in bytes. Default: ${DEFAULT-VALUE}.")
    private int valueBytes = 1024;

    @Option(
            names = "--in-flight",
            paramLabel = "COUNT",
            defaultValue = "64",
            description = "Number of operations in flight. Default: ${DEFAULT-VALUE}.")
    private int inFlight = 64;

    @Option(
            names = "--seconds",
            paramLabel = "COUNT",
            defaultValue = "20",
            description = "Maximum measuring time in seconds. Default: ${DEFAULT-VALUE}.")
    private int seconds = 20;

    @Option(
            names = "--operations",
            paramLabel = "COUNT",
            description = "Number of operations to measure, if the time allows.")
    private long operations = Long.MAX_VALUE;

    @Option(
            names = "--warmup",
            paramLabel = "SECONDS",
            defaultValue = "5",
            description = "Warm-up time in seconds before measuring. Default: ${DEFAULT-VALUE}.")
    private int warmUp = 5;

    @Option(
            names = "--path",
            paramLabel = "PATH",
            defaultValue = "stream",
            description = "How requests are sent, over one stream per endpoint or as single calls: "
                    + "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private Route.Path path = Route.Path.STREAM;

    @Mixin
    private LevelOption level = new LevelOption();

    @Mixin
    private EndpointOption endpoint = new EndpointOption();

    @Option(
            names = {"-t", "--timeout"},
            paramLabel = "TIME",
            defaultValue = "5s",
            converter = DurationConverter.class,
            description = "Timeout of each operation. Default: ${DEFAULT-VALUE}.")
    private Duration timeout = Duration.ofSeconds(5);

    @Option(names = "--no-preload", description = "Skip writing the keys first; an earlier run with --keep wrote them.")
    private boolean noPreload;

    @Option(names = "--keep", description = "Do not delete the keys at the end.")
    private boolean keep;

    @Option(
            names = "--pids",
            paramLabel = "PID",
            split = ",",
            description = "Process ids of the nodes; reports the CPU time that they use per operation.")
    private List<Long> pids = List.of();

    @Option(
            names = "--floor",
            description = "Also run the same load on three nodes that only forward messages, and compare.")
    private boolean floor;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORM",
            defaultValue = "table",
            description = "Output format: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private BenchReport.Form output = BenchReport.Form.TABLE;

    /** A command at this console. */
    public BenchCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        check(keyCount >= 1 && keyCount <= 100_000_000, "--key-count is 1 to 100000000");
        check(valueBytes >= 0 && valueBytes <= 1 << 20, "--value-size is 0 to 1048576");
        check(inFlight >= 1 && inFlight <= 100_000, "--in-flight is 1 to 100000");
        check(
                seconds >= 1 && warmUp >= 0 && operations >= 1,
                "--seconds, --operations are at least 1, --warmup at least 0");
        Optional<Program> program = Program.running();
        if (floor && program.isEmpty()) {
            console.say("--floor starts further processes of dotkv, and its start script was not found.");
            return ExitCode.INTERNAL;
        }
        CountDownLatch shown = new CountDownLatch(1);
        try (Bench bench = new Bench(settings());
                Interruption interruption = Interruption.showing(() -> interrupt(bench, shown))) {
            int exitCode = run(bench, program);
            return interruption.begun() ? ExitCode.INTERRUPTED : exitCode;
        } finally {
            shown.countDown();
        }
    }

    private int run(Bench bench, Optional<Program> program) throws IOException, InterruptedException {
        if (workload != Workload.PUT && !noPreload && !preload(bench)) {
            var _ = removeKeys(bench);
            return ExitCode.UNAVAILABLE;
        }
        console.say("measuring for at most " + seconds + " s after " + warmUp + " s of warming up.");
        BenchResult real = bench.run(SEED, pids);
        boolean toFloor = floor && !bench.isCutShort();
        Optional<BenchResult> lowest = toFloor ? Optional.of(runFloor(program.orElseThrow(), bench)) : Optional.empty();
        new BenchReport(settings(), real, lowest).print(output, console.out());
        console.out().flush();
        boolean removed = removeKeys(bench);
        return real.operations() > 0 && real.failures() == 0 && removed ? ExitCode.OK : ExitCode.UNAVAILABLE;
    }

    /** Lets the command show what it has, and does not wait long for that. */
    private static void interrupt(Bench bench, CountDownLatch shown) {
        bench.cutShort();
        try {
            var _ = shown.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** Deletes the keys unless they are to be kept; false when some are left. */
    private boolean removeKeys(Bench bench) throws InterruptedException {
        if (keep || noPreload || bench.keysPut() == 0) {
            return true;
        }
        if (bench.isCutShort()) {
            console.say("keys were left behind; remove them with: dotkv delete --prefix bench:");
            return false;
        }
        console.say("removing " + bench.keysPut() + " keys; --keep keeps them.");
        Map<String, Long> errors = bench.removeKeys();
        if (!errors.isEmpty()) {
            console.say("some keys could not be removed: " + errors + ".");
        }
        return errors.isEmpty();
    }

    private void check(boolean holds, String sentence) {
        if (!holds) {
            throw new ParameterException(command.commandLine(), sentence);
        }
    }

    private BenchSettings settings() {
        return new BenchSettings(
                workload,
                keys,
                keyCount,
                valueBytes,
                inFlight,
                Duration.ofSeconds(warmUp),
                Duration.ofSeconds(seconds),
                operations,
                path,
                level.message(),
                endpoint.all(),
                timeout);
    }

    private boolean preload(Bench bench) throws InterruptedException {
        console.say("putting " + keyCount + " keys first.");
        Map<String, Long> errors = bench.preload(SEED);
        if (!errors.isEmpty()) {
            console.say("some keys could not be written: " + errors + ". Check dotkv cluster status, and retry.");
        }
        return errors.isEmpty();
    }

    private BenchResult runFloor(Program program, Bench real) throws IOException, InterruptedException {
        console.say("the same load on the floor nodes.");
        try (FloorCluster cluster = FloorCluster.start(program, valueBytes);
                Bench bench = new Bench(settings().at(cluster.endpoints()))) {
            real.cutShortWith(bench);
            return bench.run(SEED, cluster.pids());
        }
    }
}
