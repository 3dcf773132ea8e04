package io.dotkv.launcher.acceptance;

import io.dotkv.proto.cluster.v1.ClusterServiceGrpc;
import io.dotkv.proto.replication.v1.ReplicationServiceGrpc;
import io.dotkv.proto.storage.v1.StorageServiceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A process of the program that serves on a port, with a client. */
final class RunningNode implements AutoCloseable {
    private final String name;
    private final int port;
    private final Path log;
    private final String[] arguments;
    private final ManagedChannel channel;
    private @Nullable Process process;

    RunningNode(String name, int port, Path folder, String... options) {
        this.name = name;
        this.port = port;
        this.log = folder.resolve(name + ".log");
        List<String> all = new ArrayList<>(List.of("node", "--name", name, "--listen", "localhost:" + port));
        all.addAll(List.of("--data", folder.resolve(name).toString()));
        all.addAll(List.of("--parent-pid", Long.toString(ProcessHandle.current().pid())));
        all.addAll(List.of(options));
        this.arguments = all.toArray(new String[0]);
        this.channel = NettyChannelBuilder.forAddress("localhost", port)
                .usePlaintext()
                .maxInboundMessageSize(64 << 20)
                .build();
    }

    /** A port below those that the system gives to clients: one of those could take it while its node is down. */
    static int freePort() {
        while (true) {
            int candidate = ThreadLocalRandom.current().nextInt(20_000, 32_000);
            try (ServerSocket socket = new ServerSocket(candidate, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException taken) {
                // Another one, then.
            }
        }
    }

    /** Starts it so that it finds the addresses of names in that file, and only there. */
    RunningNode startWithHosts(Path hosts) {
        process = Program.startWithHosts(hosts, log, arguments);
        return this;
    }

    String name() {
        return name;
    }

    int port() {
        return port;
    }

    String endpoint() {
        return "localhost:" + port;
    }

    ManagedChannel channel() {
        return channel;
    }

    RunningNode start() {
        process = Program.start(log, arguments);
        return this;
    }

    /** Starts it so that it may open only so many files at a time. */
    RunningNode startWithFiles(int files) {
        process = Program.startWithFiles(files, log, arguments);
        return this;
    }

    RunningNode awaitServing() {
        Until.isTrue(Duration.ofSeconds(60), name + " serves; its log ends with\n" + Program.tail(log), this::serves);
        return this;
    }

    boolean serves() {
        try {
            channel.resetConnectBackoff();
            return HealthGrpc.newBlockingStub(channel)
                            .withDeadlineAfter(2, TimeUnit.SECONDS)
                            .check(HealthCheckRequest.getDefaultInstance())
                            .getStatus()
                    == ServingStatus.SERVING;
        } catch (StatusRuntimeException e) {
            return false;
        }
    }

    /** SIGKILL. */
    void kill() {
        Process running = running();
        running.destroyForcibly();
        var _ = Program.waitFor(running);
    }

    /** SIGTERM; the exit code. */
    int stop() {
        Process running = running();
        running.destroy();
        return Program.waitFor(running);
    }

    /** SIGSTOP. */
    void pause() {
        Program.signal(running(), "STOP");
    }

    /** SIGCONT. */
    void resume() {
        Program.signal(running(), "CONT");
    }

    long pid() {
        return running().pid();
    }

    boolean isAlive() {
        return process != null && process.isAlive();
    }

    List<String> logLines() {
        try {
            return Files.readAllLines(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String logTail() {
        return Program.tail(log);
    }

    private Process running() {
        Process running = process;
        if (running == null) {
            throw new IllegalStateException(name + " was not started");
        }
        return running;
    }

    ReplicationServiceGrpc.ReplicationServiceBlockingStub replication() {
        return ReplicationServiceGrpc.newBlockingStub(channel).withDeadlineAfter(10, TimeUnit.SECONDS);
    }

    StorageServiceGrpc.StorageServiceBlockingStub storage() {
        return StorageServiceGrpc.newBlockingStub(channel).withDeadlineAfter(10, TimeUnit.SECONDS);
    }

    ClusterServiceGrpc.ClusterServiceBlockingStub cluster() {
        return ClusterServiceGrpc.newBlockingStub(channel).withDeadlineAfter(10, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        channel.shutdownNow();
        if (isAlive()) {
            resume();
            kill();
        }
    }
}
