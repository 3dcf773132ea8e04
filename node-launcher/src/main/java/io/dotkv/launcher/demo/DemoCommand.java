package io.dotkv.launcher.demo;

import io.dotkv.launcher.child.Program;
import io.dotkv.launcher.cli.format.Console;
import io.dotkv.launcher.cli.format.ExitCode;
import io.dotkv.launcher.client.Endpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code dotkv demo}. */
@Command(
        name = "demo",
        description = {
            "Starts a cluster on this machine, one process per node, and prints commands to try.",
            "The nodes listen on the loopback address only. Ctrl-C stops all nodes; they also stop when "
                    + "this process ends."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the nodes ran until they were stopped",
            "2:usage: invalid command line",
            "4:unavailable: a port is in use",
            "7:internal: a node did not start"
        })
public final class DemoCommand implements Callable<Integer> {
    private static final String LOOPBACK = "127.0.0.1";
    private static final int MOST_NODES = 9;

    private final Console console;

    @Spec
    private CommandSpec command = CommandSpec.create();

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Data folder, with a subfolder for each node; it is kept afterwards. Default: a "
                    + "temporary folder.")
    private @Nullable Path data;

    private volatile boolean ended;

    @Option(
            names = "--nodes",
            paramLabel = "COUNT",
            defaultValue = "3",
            description = "Number of nodes, 1 to 9. Default: ${DEFAULT-VALUE}.")
    private int nodes = 3;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "3001",
            description = "Port of the first node; the others use the next ports. Default: ${DEFAULT-VALUE}.")
    private int port = 3001;

    /** A command at this console. */
    public DemoCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (nodes < 1 || nodes > MOST_NODES || port < 1 || port + nodes > 65_536) {
            throw new ParameterException(
                    command.commandLine(), "--nodes is 1 to 9, and the ports from --port on must exist");
        }
        Optional<Program> program = Program.running();
        if (program.isEmpty()) {
            console.say("the demo starts more dotkv processes, and their start script was not found.");
            return ExitCode.INTERNAL;
        }
        for (int each = port; each < port + nodes; each++) {
            if (isTaken(each)) {
                console.say("port " + each + " of " + LOOPBACK
                        + " is in use, perhaps by another demo; stop it, or choose other ports with --port.");
                return ExitCode.UNAVAILABLE;
            }
        }
        return run(program.get(), data == null ? Files.createTempDirectory("dotkv-demo-") : data.toAbsolutePath());
    }

    private int run(Program program, Path folder) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        Demo demo = new Demo(console, program, plan(nodes, port, folder), folder);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(demo, folder), "demo-end"));
        console.out()
                .println("Starting " + nodes + (nodes == 1 ? " node" : " nodes") + "; data in " + folder
                        + (data == null ? ", deleted at the end." : "."));
        console.out().flush();
        boolean started = demo.start();
        if (started) {
            demo.introduce();
            demo.watch();
        }
        ended = true;
        return started ? ExitCode.OK : ExitCode.INTERNAL;
    }

    /** To be stopped by a signal is how a demonstration ends well, and its exit code is not the signal's. */
    private void end(Demo demo, Path folder) {
        boolean told = !ended;
        demo.stop();
        if (data == null) {
            delete(folder);
        }
        if (told) {
            console.out().flush();
            Runtime.getRuntime().halt(ExitCode.OK);
        }
    }

    /** The nodes of a demonstration. */
    static List<DemoNode> plan(int nodes, int port, Path folder) {
        List<DemoNode> plan = new ArrayList<>();
        for (int index = 0; index < nodes; index++) {
            String name = "n" + (index + 1);
            plan.add(new DemoNode(name, new Endpoint(LOOPBACK, port + index), folder.resolve(name)));
        }
        return plan;
    }

    private static boolean isTaken(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.ofLiteral(LOOPBACK), port));
            return false;
        } catch (IOException taken) {
            return true;
        }
    }

    private void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | UncheckedIOException stillInUse) {
            console.say(folder + " could not be deleted, and holds the key of the cluster: " + stillInUse.getMessage());
        }
    }
}
