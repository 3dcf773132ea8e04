package io.dotkv.launcher.node;

import io.dotkv.launcher.cli.format.Console;
import io.dotkv.launcher.cli.format.ExitCode;
import io.dotkv.launcher.cli.option.DurationConverter;
import io.dotkv.launcher.client.CallFailed;
import io.dotkv.launcher.client.Client;
import io.dotkv.launcher.client.Endpoint;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code dotkv health}: asks one node whether it serves; for health checks of containers and service managers. */
@Command(
        name = "health",
        description = "Checks whether a node serves requests.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the node serves",
            "2:usage: invalid command line",
            "4:unavailable: the node does not serve, does not answer, or does not run that layer"
        })
public final class HealthCommand implements Callable<Integer> {
    private final Console console;

    @Spec
    private CommandSpec command = CommandSpec.create();

    @Option(
            names = {"-e", "--endpoint"},
            paramLabel = "HOST:PORT",
            defaultValue = "localhost:3001",
            description = "The node. Default: ${DEFAULT-VALUE}.")
    private String endpoint = "localhost:3001";

    @Option(
            names = "--service",
            paramLabel = "NAME",
            defaultValue = "",
            description = "One layer, such as dotkv.storage.v1.StorageService. Default: the node as a whole.")
    private String service = "";

    @Option(
            names = {"-t", "--timeout"},
            paramLabel = "TIME",
            defaultValue = "3s",
            converter = DurationConverter.class,
            description = "Timeout: 500ms, 3s. Default: ${DEFAULT-VALUE}.")
    private Duration timeout = Duration.ofSeconds(3);

    @Option(names = "--timeout-ms", paramLabel = "MS", description = "The same as a number of milliseconds.")
    private @Nullable Integer timeoutMillis;

    /** A command at this console. */
    public HealthCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        Endpoint node = node();
        HealthCheckRequest request =
                HealthCheckRequest.newBuilder().setService(service).build();
        try (Client client = new Client(List.of(node), patience())) {
            ServingStatus status =
                    client.read(HealthGrpc.getCheckMethod(), request).getStatus();
            console.out().println(node + ": " + status);
            return status == ServingStatus.SERVING ? ExitCode.OK : ExitCode.UNAVAILABLE;
        } catch (CallFailed failure) {
            console.say(
                    failure.code() == Status.Code.NOT_FOUND
                            ? node + " has no layer named " + service
                                    + "; the names are those of the services, such as dotkv.storage.v1.StorageService."
                            : failure.sentence());
            return ExitCode.UNAVAILABLE;
        }
    }

    private Endpoint node() {
        try {
            return Endpoint.parse(endpoint);
        } catch (IllegalArgumentException malformed) {
            throw new ParameterException(command.commandLine(), "--endpoint: " + malformed.getMessage());
        }
    }

    private Duration patience() {
        if (timeoutMillis == null) {
            return timeout;
        }
        if (timeoutMillis < 1) {
            throw new ParameterException(command.commandLine(), "--timeout-ms is at least 1");
        }
        return Duration.ofMillis(timeoutMillis);
    }
}
