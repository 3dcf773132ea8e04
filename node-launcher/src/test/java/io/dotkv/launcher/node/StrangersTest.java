package io.dotkv.launcher.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a node answers on its port to programs that do not speak HTTP/2. */
@Tag("integration")
class StrangersTest {
    private final EventLoops loops = new EventLoops(1);
    private final NodeServer server = new NodeServer(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            loops,
            WireCompression.NONE,
            64L << 20,
            List.of());

    @BeforeEach
    void start() throws IOException {
        server.start();
    }

    @AfterEach
    void stop() throws InterruptedException {
        server.stop(0);
        loops.close();
    }

    private HttpResponse<String> http(String method, String path) throws Exception {
        try (HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(20))
                .build()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                            .method(method, HttpRequest.BodyPublishers.noBody())
                            .timeout(Duration.ofSeconds(20))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    /** All that comes back until the node closes. */
    private byte[] answerTo(byte[]... pieces) throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(20_000);
            socket.setTcpNoDelay(true);
            for (byte[] piece : pieces) {
                socket.getOutputStream().write(piece);
                socket.getOutputStream().flush();
            }
            return socket.getInputStream().readAllBytes();
        }
    }

    private void assertServesGrpc() throws Exception {
        try (PeerChannels channels = new PeerChannels(loops, WireCompression.NONE)) {
            ServingStatus status = HealthGrpc.newBlockingStub(channels.to("127.0.0.1:" + server.port()))
                    .withDeadlineAfter(20, TimeUnit.SECONDS)
                    .check(HealthCheckRequest.getDefaultInstance())
                    .getStatus();
            assertThat(status).isEqualTo(ServingStatus.NOT_SERVING);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST", "DELETE"})
    void aRequestOfHttp1IsToldWhatThePortSpeaks(String method) throws Exception {
        HttpResponse<String> response = http(method, "/");
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("speaks gRPC", "grpcurl -plaintext");
    }

    @Test
    void healthIsAnsweredToHttp1() throws Exception {
        assertThat(http("GET", "/health").statusCode()).isEqualTo(503);
        server.setServing(true);
        HttpResponse<String> response = http("GET", "/health");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("SERVING\n");
        assertThat(http("HEAD", "/health").statusCode()).isEqualTo(200);
        server.leaveService();
        assertThat(http("GET", "/health").statusCode()).isEqualTo(503);
    }

    @Test
    void anythingElseIsClosedWithoutAnAnswerAndGrpcGoesOn() throws Exception {
        assertThat(answerTo(new byte[] {0x16, 3, 1, 0, (byte) 200, 1})).isEmpty();
        assertThat(answerTo("SSH-2.0-probe\r\n".getBytes(StandardCharsets.US_ASCII)))
                .isEmpty();
        assertThat(answerTo(new byte[] {0, 1, 2})).isEmpty();
        assertServesGrpc();
    }

    @Test
    void whatComesInPiecesIsReadAsAWhole() throws Exception {
        assertThat(new String(answerTo(bytes("G"), bytes("ET / HTT"), bytes("P/1.0\r\n\r\n")), StandardCharsets.UTF_8))
                .startsWith("HTTP/1.1 400 ");
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(20_000);
            socket.setTcpNoDelay(true);
            for (String piece : List.of("PRI * HT", "TP/2.0\r\n\r\nSM\r", "\n\r\n")) {
                socket.getOutputStream().write(bytes(piece));
            }
            byte[] header = socket.getInputStream().readNBytes(9);
            assertThat(header[3]).as("the first frame is SETTINGS").isEqualTo((byte) 4);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
