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
            "Loads a running cluster: keeps a fixed number of operations in flight and measures what comes back.",
            "Keys are named bench:0000000000 and following; what they held is overwritten. Before gets every key is put once.",
            "The keys that were put are deleted at the end, unless --keep or --no-preload is given.",
            "An operation that surely was not done is tried at the next endpoint. Stopped by Ctrl-C, what was measured is shown."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:ok",
            "2:usage: the command line was wrong",
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
            description = "Which operations: ${COMPLETION-CANDIDATES} (percent of gets). Default: ${DEFAULT-VALUE}.")
    private Workload workload = Workload.MIX95;

    @Option(
            names = "--keys",
            paramLabel = "SPREAD",
            defaultValue = "zipfian",
            description = "How often each key is chosen: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private KeyChooser.Spread keys = KeyChooser.Spread.ZIPFIAN;

    @Option(
            names = "--key-count",
            paramLabel = "COUNT",
            defaultValue = "100000",
            description = "How many keys. Default: ${DEFAULT-VALUE}.")
    private int keyCount = 100_000;

    @Option(
            names = "--value-size",
            paramLabel = "BYTES",
            defaultValue = "1024",
            description = "How long each value is. Default: ${DEFAULT-VALUE}.")
    private int valueBytes = 1024;

    @Option(
            names = "--in-flight",
            paramLabel = "COUNT",
            defaultValue = "64",
            description = "How many operations wait for an answer at any time. Default: ${DEFAULT-VALUE}.")
    private int inFlight = 64;

    @Option(
            names = "--seconds",
            paramLabel = "COUNT",
            defaultValue = "20",
            description = "For how long to measure at most. Default: ${DEFAULT-VALUE}.")
    private int seconds = 20;

    @Option(
            names = "--operations",
            paramLabel = "COUNT",
            description = "How many operations to measure, when the time is enough.")
    private long operations = Long.MAX_VALUE;

    @Option(
            names = "--warmup",
            paramLabel = "SECONDS",
            defaultValue = "5",
            description = "How long the load runs before it is measured. Default: ${DEFAULT-VALUE}.")
    private int warmUp = 5;

    @Option(
            names = "--path",
            paramLabel = "PATH",
            defaultValue = "stream",
            description =
                    "Over one stream for each endpoint, or by single calls: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
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
            description = "For each operation. Default: ${DEFAULT-VALUE}.")
    private Duration timeout = Duration.ofSeconds(5);

    @Option(
            names = "--no-preload",
            description = "Every key was put before, by a run with --keep; do not put them again.")
    private boolean noPreload;

    @Option(names = "--keep", description = "Do not delete the keys at the end.")
    private boolean keep;

    @Option(
            names = "--pids",
            paramLabel = "PID",
            split = ",",
            description = "The processes of the nodes; report the processor time they use for an operation.")
    private List<Long> pids = List.of();

    @Option(
            names = "--floor",
            description = "Then run the same load on three nodes that only pass messages on, and compare.")
    private boolean floor;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORM",
            defaultValue = "table",
            description = "Form of the answer: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
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
            console.say("keys were left: dotkv delete --prefix bench: removes them.");
            return false;
        }
        console.say("removing " + bench.keysPut() + " keys; --keep keeps them.");
        Map<String, Long> errors = bench.removeKeys();
        if (!errors.isEmpty()) {
            console.say("not every key could be removed: " + errors + ".");
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
            console.say("not every key could be put: " + errors + ". Look at dotkv cluster status, and try again.");
        }
        return errors.isEmpty();
    }

    private BenchResult runFloor(Program program, Bench real) throws IOException, InterruptedException {
        console.say("the same load on the floor.");
        try (FloorCluster cluster = FloorCluster.start(program, valueBytes);
                Bench bench = new Bench(settings().at(cluster.endpoints()))) {
            real.cutShortWith(bench);
            return bench.run(SEED, cluster.pids());
        }
    }
}
