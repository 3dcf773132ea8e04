package io.dotkv.launcher.cli.cluster;

import com.google.protobuf.ByteString;
import io.dotkv.launcher.cli.format.Console;
import io.dotkv.launcher.cli.format.ExitCode;
import io.dotkv.launcher.cli.format.Json;
import io.dotkv.launcher.cli.option.DurationConverter;
import io.dotkv.launcher.cli.option.EndpointOption;
import io.dotkv.launcher.cli.option.OutputOption;
import io.dotkv.launcher.client.CallFailed;
import io.dotkv.launcher.client.Client;
import io.dotkv.proto.replication.v1.ConvergeRequest;
import io.dotkv.proto.replication.v1.ConvergeResponse;
import io.dotkv.proto.replication.v1.Convergence;
import io.dotkv.proto.replication.v1.ReplicationServiceGrpc;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code dotkv cluster converge}. */
@Command(
        name = "converge",
        description = {
            "Makes all replicas pull missing data now, and reports how far behind they are.",
            "With --wait it returns when all data written before the call is on all of its replicas."
        },
        footer = {
            "%n--output raw prints the number of events that the farthest node lacks, or unknown; "
                    + "--output json prints the response of the node.",
            "Progress goes to the standard error."
        },
        exitCodeListHeading = ExitCode.HEADING,
        exitCodeList = {
            "0:with --wait: all replicas have the data; otherwise: the pulls have started",
            ExitCode.LINE_USAGE,
            "4:unavailable: with --wait, not all replicas have the data in time; or no node answered",
            ExitCode.LINE_REFUSED,
            ExitCode.LINE_INTERNAL
        })
public final class ClusterConvergeCommand implements Callable<Integer> {
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final Duration CALL = Duration.ofSeconds(5);

    private final Console console;

    @Option(names = "--wait", description = "Wait until all replicas have the data written before the call.")
    private boolean wait;

    @Option(
            names = {"-t", "--timeout"},
            paramLabel = "TIME",
            defaultValue = "60s",
            converter = DurationConverter.class,
            description = "How long to wait with --wait: 500ms, 5s, 2m. Default: ${DEFAULT-VALUE}.")
    private Duration timeout = Duration.ofSeconds(60);

    @Mixin
    private OutputOption output = new OutputOption();

    @Mixin
    private EndpointOption endpoint = new EndpointOption();

    /** A command at this console. */
    public ClusterConvergeCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws CallFailed {
        long deadline = System.nanoTime() + timeout.toNanos();
        try (Client client = new Client(endpoint.all(), CALL)) {
            ConvergeResponse response = ask(client, ByteString.EMPTY);
            List<String> said = List.of();
            while (wait && !isReached(response) && deadline - System.nanoTime() > 0) {
                List<String> sentences = LagReport.sentences(response);
                if (!sentences.equals(said)) {
                    console.say(String.join("; ", sentences) + ".");
                    said = sentences;
                }
                LockSupport.parkNanos(Math.clamp(deadline - System.nanoTime(), 1, PAUSE_NANOS));
                response = ask(client, response.getGoal());
            }
            show(response);
            return wait && !isReached(response) ? ExitCode.UNAVAILABLE : ExitCode.OK;
        }
    }

    private static ConvergeResponse ask(Client client, ByteString goal) throws CallFailed {
        return client.read(
                ReplicationServiceGrpc.getConvergeMethod(),
                ConvergeRequest.newBuilder().setGoal(goal).build());
    }

    private static boolean isReached(ConvergeResponse response) {
        return response.getConvergence() == Convergence.CONVERGED;
    }

    private void show(ConvergeResponse response) {
        switch (output.form()) {
            case RAW -> console.out().println(LagReport.most(response));
            case JSON -> console.out().println(Json.of(response));
            case TABLE -> {
                if (isReached(response)) {
                    console.out().println("All data written before this call is on all of its replicas.");
                } else {
                    LagReport.sentences(response)
                            .forEach(sentence -> console.out().println(sentence + "."));
                    console.out()
                            .println(
                                    wait
                                            ? "Timed out: not all data written before this call is on all of its replicas."
                                            : "All reachable nodes are pulling what they miss.");
                }
            }
        }
    }
}
