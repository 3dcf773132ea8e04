package io.dotkv.launcher.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Server;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The start script's own health check. It runs from a folder without jars, where Java could not answer. */
@Tag("integration")
class HealthScriptTest {
    private static final File SCRIPT = new File("src/main/dist/bin/dotkv");

    private final HealthStatusManager health = new HealthStatusManager();
    private final Server server = NettyServerBuilder.forAddress(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(health.getHealthService())
            .build();

    private record Ended(int exitCode, String output) {}

    @BeforeEach
    void start() throws IOException {
        server.start();
    }

    @AfterEach
    void stop() {
        server.shutdownNow();
    }

    private static Ended run(String endpoint, String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("bash", SCRIPT.getPath(), "health", "--endpoint", endpoint));
        command.addAll(List.of(options));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Ended(process.exitValue(), output);
    }

    private String endpoint() {
        return "localhost:" + server.getPort();
    }

    @Test
    void aNodeThatServesIsToldByExitCodeAndWord() throws Exception {
        health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, ServingStatus.SERVING);
        assertThat(run(endpoint())).isEqualTo(new Ended(0, endpoint() + ": SERVING\n"));
    }

    @Test
    void aNodeThatDoesNotServeIsToldToo() throws Exception {
        health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, ServingStatus.NOT_SERVING);
        assertThat(run(endpoint(), "-t", "5s")).isEqualTo(new Ended(4, endpoint() + ": NOT_SERVING\n"));
    }

    @Test
    void oneLayerCanBeAskedFor() throws Exception {
        String layer = "dotkv.storage.v1.StorageService";
        health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, ServingStatus.NOT_SERVING);
        health.setStatus(layer, ServingStatus.SERVING);
        assertThat(run(endpoint(), "--service=" + layer)).isEqualTo(new Ended(0, endpoint() + ": SERVING\n"));
    }

    @Test
    void nobodyAtThePortIsUnavailable() throws Exception {
        String endpoint = endpoint();
        server.shutdownNow().awaitTermination();
        assertThat(run(endpoint))
                .isEqualTo(new Ended(4, "dotkv: " + endpoint + " cannot be reached: nothing listens there.\n"));
    }

    @Test
    void aNodeThatHangsIsUnavailableWhenTheTimeIsOver() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Ended ended = run("localhost:" + silent.getLocalPort(), "--timeout", "500ms");
            assertThat(ended.exitCode()).isEqualTo(4);
            assertThat(ended.output()).contains("did not answer within 500ms");
        }
    }
}
