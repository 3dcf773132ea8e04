package io.dotkv.launcher.node;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code dotkv health}: asks one node whether it serves; for health checks of containers and service managers. */
@Command(
        name = "health",
        description = "Asks one node whether it serves requests: exit code 0 when it does, 4 when it does not.")
public final class HealthCommand implements Callable<Integer> {
    private static final int UNAVAILABLE = 4;

    @Spec
    private CommandSpec command = CommandSpec.create();

    @Option(
            names = "--endpoint",
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
            names = "--timeout-ms",
            defaultValue = "3000",
            description = "How long to wait for the answer. Default: ${DEFAULT-VALUE}.")
    private int timeoutMillis = 3000;

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = command.commandLine().getOut();
        ManagedChannel channel =
                NettyChannelBuilder.forTarget(endpoint).usePlaintext().build();
        try {
            ServingStatus status = HealthGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(timeoutMillis, TimeUnit.MILLISECONDS)
                    .check(HealthCheckRequest.newBuilder().setService(service).build())
                    .getStatus();
            out.println(endpoint + ": " + status);
            return status == ServingStatus.SERVING ? 0 : UNAVAILABLE;
        } catch (StatusRuntimeException e) {
            command.commandLine().getErr().println(endpoint + " does not answer: " + e.getStatus());
            return UNAVAILABLE;
        } finally {
            channel.shutdownNow();
            channel.awaitTermination(1, TimeUnit.SECONDS);
        }
    }
}
