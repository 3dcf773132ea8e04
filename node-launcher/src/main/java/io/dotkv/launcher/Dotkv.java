package io.dotkv.launcher;

import io.dotkv.launcher.bench.BenchCommand;
import io.dotkv.launcher.bench.FloorNodeCommand;
import io.dotkv.launcher.cli.CompletionCommand;
import io.dotkv.launcher.cli.CountCommand;
import io.dotkv.launcher.cli.DeleteCommand;
import io.dotkv.launcher.cli.ExplainCommand;
import io.dotkv.launcher.cli.Failures;
import io.dotkv.launcher.cli.GetCommand;
import io.dotkv.launcher.cli.PutCommand;
import io.dotkv.launcher.cli.ReadCommand;
import io.dotkv.launcher.cli.ScanCommand;
import io.dotkv.launcher.cli.ScrubCommand;
import io.dotkv.launcher.cli.UpdateCommand;
import io.dotkv.launcher.cli.cluster.ClusterCommand;
import io.dotkv.launcher.cli.cluster.ClusterConvergeCommand;
import io.dotkv.launcher.cli.cluster.ClusterLayoutCommand;
import io.dotkv.launcher.cli.cluster.ClusterLeaveCommand;
import io.dotkv.launcher.cli.cluster.ClusterNodesCommand;
import io.dotkv.launcher.cli.cluster.ClusterRemoveCommand;
import io.dotkv.launcher.cli.cluster.ClusterStatusCommand;
import io.dotkv.launcher.cli.format.Console;
import io.dotkv.launcher.cli.format.ExitCode;
import io.dotkv.launcher.cli.transfer.DumpCommand;
import io.dotkv.launcher.cli.transfer.LoadCommand;
import io.dotkv.launcher.demo.DemoCommand;
import io.dotkv.launcher.node.ClusterRecoverCommand;
import io.dotkv.launcher.node.EnvironmentDefaults;
import io.dotkv.launcher.node.HealthCommand;
import io.dotkv.launcher.node.NodeCommand;
import io.dotkv.launcher.output.OutputLost;
import io.dotkv.launcher.simulate.SimulateCommand;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.Spec;

/** The {@code dotkv} program: the list of its commands. */
@Command(
        name = "dotkv",
        description = "A leaderless, replicated, partitioned key-value database.",
        versionProvider = Dotkv.Version.class,
        footer = "%nTry it:  dotkv demo  starts three nodes on this machine and says what to do with them.")
public final class Dotkv implements Runnable {
    @Spec
    private CommandSpec command = CommandSpec.create();

    private Dotkv() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        Locale.setDefault(Locale.ROOT); // libraries format, too
        OneLog.install();
        System.exit(run(Console.ofProcess(), arguments));
    }

    /** Runs one command at a console; its exit code, which tells when what it wrote was lost. */
    static int run(Console console, String... arguments) {
        return console.end(runTyped(console, List.of(arguments)));
    }

    private static int runTyped(Console console, List<String> arguments) {
        CommandLine dotkv = commandLine(console);
        try {
            List<String> typed = Arguments.asTyped(arguments);
            // Keys and values may begin with @; a node has options only, and takes them from files.
            dotkv.setExpandAtFiles(!typed.isEmpty() && typed.getFirst().equals("node"));
            return dotkv.execute(typed.toArray(String[]::new));
        } catch (Arguments.NotText refused) {
            return Failures.OfUsage.refuse(console, String.valueOf(refused.getMessage()), arguments);
        }
    }

    /** The program with all of its commands, at a console. */
    static CommandLine commandLine(Console console) {
        CommandLine cluster = new CommandLine(new ClusterCommand())
                .addSubcommand(new ClusterNodesCommand(console))
                .addSubcommand(new ClusterLayoutCommand(console))
                .addSubcommand(new ClusterStatusCommand(console))
                .addSubcommand(new ClusterConvergeCommand(console))
                .addSubcommand(new ClusterRemoveCommand(console))
                .addSubcommand(new ClusterLeaveCommand(console))
                .addSubcommand(new ClusterRecoverCommand(console));
        CommandLine node = new CommandLine(new NodeCommand());
        node.setDefaultValueProvider(new EnvironmentDefaults(System.getenv()));
        node.setOverwrittenOptionsAllowed(true);
        CommandLine dotkv = new CommandLine(new Dotkv())
                .addSubcommand(node)
                .addSubcommand(new PutCommand(console))
                .addSubcommand(new GetCommand(console))
                .addSubcommand(new DeleteCommand(console))
                .addSubcommand(new ScanCommand(console))
                .addSubcommand(new CountCommand(console))
                .addSubcommand(new ExplainCommand(console))
                .addSubcommand(new UpdateCommand(console))
                .addSubcommand(new ReadCommand(console))
                .addSubcommand(cluster)
                .addSubcommand(new LoadCommand(console))
                .addSubcommand(new DumpCommand(console))
                .addSubcommand(new ScrubCommand(console))
                .addSubcommand(new DemoCommand(console))
                .addSubcommand(new BenchCommand(console))
                .addSubcommand(new FloorNodeCommand())
                .addSubcommand(new SimulateCommand(console))
                .addSubcommand(new HealthCommand(console))
                .addSubcommand(new CompletionCommand(console))
                .addSubcommand(new VersionCommand(console))
                .addSubcommand(new HelpCommand());
        addHelp(dotkv, console.screen().columns());
        return dotkv.setExpandAtFiles(false)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionStrategy(Dotkv::execute)
                .setExecutionExceptionHandler(new Failures(console))
                .setParameterExceptionHandler(new Failures.OfUsage(console))
                .setOut(new PrintWriter(console.bytes(), true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(console.err(), true, StandardCharsets.UTF_8));
    }

    /** Help is written outside of any command, where no handler of failures hears of an output that is lost. */
    private static int execute(ParseResult parsed) {
        try {
            return new RunLast().execute(parsed);
        } catch (OutputLost told) {
            return ExitCode.OUTPUT_LOST;
        }
    }

    private static void addHelp(CommandLine command, int columns) {
        CommandSpec spec = command.getCommandSpec();
        if (spec.userObject() instanceof HelpCommand) {
            return;
        }
        spec.mixinStandardHelpOptions(true);
        spec.versionProvider(new Version());
        spec.usageMessage()
                .width(columns)
                .abbreviateSynopsis(true)
                .sortOptions(false)
                .showAtFileInUsageHelp(false);
        Map<String, String> exitCodes = new LinkedHashMap<>(spec.usageMessage().exitCodeList());
        if (!exitCodes.isEmpty()) {
            exitCodes.put(Integer.toString(ExitCode.OUTPUT_LOST), ExitCode.LINE_OUTPUT_LOST);
            spec.usageMessage().exitCodeList(exitCodes);
        }
        command.getSubcommands().values().forEach(subcommand -> addHelp(subcommand, columns));
    }

    @Override
    public void run() {
        throw new ParameterException(command.commandLine(), "missing command");
    }

    /** Which version this is, from the jar. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Dotkv.class.getPackage().getImplementationVersion();
            return new String[] {"dotkv " + (version == null ? "(not from a jar)" : version)};
        }
    }

    /** {@code dotkv version}. */
    @Command(name = "version", description = "Prints the version.")
    static final class VersionCommand implements Runnable {
        private final Console console;

        VersionCommand(Console console) {
            this.console = console;
        }

        @Override
        public void run() {
            console.out().println(new Version().getVersion()[0]);
        }
    }
}
