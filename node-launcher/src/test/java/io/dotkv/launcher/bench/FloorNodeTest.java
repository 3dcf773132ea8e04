package io.dotkv.launcher.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.launcher.client.Endpoint;
import io.dotkv.launcher.client.Route;
import io.dotkv.proto.replication.v1.Consistency;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("integration")
class FloorNodeTest {
    @ParameterizedTest
    @CsvSource({"STREAM,QUORUM", "UNARY,QUORUM", "STREAM,ONE", "STREAM,ALL"})
    void theFloorServesEveryWorkload(Route.Path path, Consistency level) throws Exception {
        List<Endpoint> endpoints = freeEndpoints();
        List<FloorNode> nodes = new ArrayList<>();
        try {
            for (Endpoint endpoint : endpoints) {
                List<Endpoint> peers = endpoints.stream()
                        .filter(other -> !other.equals(endpoint))
                        .toList();
                FloorNode node = new FloorNode(endpoint, peers, 100);
                node.start();
                nodes.add(node);
            }
            BenchSettings settings = new BenchSettings(
                    Workload.MIX50,
                    KeyChooser.Spread.ZIPFIAN,
                    100,
                    100,
                    8,
                    Duration.ZERO,
                    Duration.ofSeconds(20),
                    2_000,
                    path,
                    level,
                    endpoints,
                    Duration.ofSeconds(5));
            try (Bench bench = new Bench(settings)) {
                BenchResult result = bench.run(1, List.of());
                assertThat(result.errors()).isEmpty();
                assertThat(result.operations()).isGreaterThanOrEqualTo(1_990);
                assertThat(result.reads().getTotalCount()).isGreaterThan(500);
                assertThat(result.writes().getTotalCount()).isGreaterThan(500);
            }
        } finally {
            nodes.forEach(FloorNode::close);
        }
    }

    private static List<Endpoint> freeEndpoints() throws IOException {
        List<Endpoint> endpoints = new ArrayList<>();
        for (int index = 0; index < 3; index++) {
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
                endpoints.add(new Endpoint("127.0.0.1", socket.getLocalPort()));
            }
        }
        return endpoints;
    }
}
