package io.dotkv.launcher.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.dotkv.launcher.client.Channels;
import io.dotkv.launcher.client.Endpoint;
import io.grpc.Channel;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where a node listens, against what other nodes and clients call it by. */
@Tag("integration")
class ListeningTest {
    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, 127.0.0.1",
        "127.0.0.1, localhost",
        "localhost, 127.0.0.1",
        "localhost, localhost",
        "[::1], [::1]",
        "[::1], [0:0:0:0:0:0:0:1]",
        "0.0.0.0, 127.0.0.1",
        "0.0.0.0, localhost",
        "[::], [::1]",
        "[::], 127.0.0.1",
        "[::], localhost",
        "*, [::1]",
        "*, 127.0.0.1",
        "*, localhost"
    })
    void nodesAndClientsReachANodeAtEveryAddressThatItListensOn(String listen, String called) throws Exception {
        assumeTrue(!(listen + called).contains("[") || hasIpv6(), "this machine has no IPv6");
        EventLoops loops = new EventLoops(1);
        NodeServer server = new NodeServer(
                HostPort.parse(listen + ":0").socketAddress(), loops, WireCompression.NONE, 64L << 20, List.of());
        server.start();
        server.setServing(true);
        try (PeerChannels peers = new PeerChannels(loops, WireCompression.NONE);
                Channels clients = new Channels()) {
            String address = called + ":" + server.port();
            assertThat(health(peers.to(address))).isEqualTo(ServingStatus.SERVING);
            assertThat(health(clients.to(Endpoint.parse(address)))).isEqualTo(ServingStatus.SERVING);
            assertThat(Endpoint.parse(address)).hasToString(address);
        } finally {
            server.stop(0);
            loops.close();
        }
    }

    private static boolean hasIpv6() {
        try (ServerSocket _ = new ServerSocket(0, 1, InetAddress.ofLiteral("::1"))) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static ServingStatus health(Channel channel) {
        return HealthGrpc.newBlockingStub(channel)
                .withDeadlineAfter(20, TimeUnit.SECONDS)
                .check(HealthCheckRequest.getDefaultInstance())
                .getStatus();
    }
}
