package io.dotkv.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Struct;
import com.google.protobuf.util.JsonFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchCommandTest {
    private final FakeCluster cluster = new FakeCluster(3);
    private final String all = "--endpoint=" + cluster.endpoints();

    @AfterEach
    void stop() {
        cluster.close();
    }

    @ParameterizedTest
    @CsvSource({"put,stream", "get,stream", "mix50,unary", "mix95,unary"})
    void theLoadIsMeasured(String workload, String path) throws Exception {
        Run bench = Run.of(
                "bench",
                all,
                "--workload",
                workload,
                "--path",
                path,
                "--key-count=200",
                "--value-size=64",
                "--warmup=0",
                "--operations=1000",
                "--in-flight=16",
                "--output=json");
        assertThat(bench.exitCode()).as(bench.err()).isZero();
        Struct.Builder json = Struct.newBuilder();
        JsonFormat.parser().merge(bench.out(), json);
        assertThat(json.getFieldsOrThrow("operations").getNumberValue()).isBetween(1000.0, 1016.0);
        assertThat(json.getFieldsOrThrow("failures").getNumberValue()).isZero();
        assertThat(json.getFieldsOrThrow("latencyMillis").getStructValue().getFieldsMap())
                .containsKeys("p50", "p95", "p99", "p99.9", "max");
        assertThat(cluster.store.size()).isBetween(1, 200);
    }

    @Test
    void failuresAreCountedByReason() {
        cluster.node(2).failWith(Fault.UNAVAILABLE);
        Run bench = Run.of(
                "bench",
                all,
                "--workload=put",
                "--key-count=200",
                "--value-size=64",
                "--warmup=0",
                "--operations=500",
                "--in-flight=6");
        assertThat(bench.exitCode()).isZero();
        assertThat(bench.out()).contains("FAKE_UNAVAILABLE: ", "p99.9 ms", "put, zipfian keys of 200");
    }

    @Test
    void getsOfKeysThatCouldNotBePutAreNotMeasured() {
        cluster.node(2).failWith(Fault.UNAVAILABLE);
        Run bench = Run.of("bench", all, "--workload=get", "--key-count=50", "--warmup=0", "--operations=10");
        assertThat(bench.exitCode()).isEqualTo(4);
        assertThat(bench.err()).contains("not every key could be put: {FAKE_UNAVAILABLE=");
    }

    @Test
    void aClusterThatServesNothingIsUnavailable() {
        String endpoints = cluster.endpoints();
        cluster.close();
        Run bench = Run.of(
                "bench", "--endpoint", endpoints, "--workload=put", "--key-count=50", "--warmup=0", "--seconds=1");
        assertThat(bench.exitCode()).isEqualTo(4);
        assertThat(bench.out()).contains("0 operations");
    }

    @Test
    void settingsOutsideOfTheirBoundsAreRefused() {
        assertThat(Run.of("bench", all, "--in-flight=0").exitCode()).isEqualTo(2);
        assertThat(Run.of("bench", all, "--key-count=0").exitCode()).isEqualTo(2);
        assertThat(Run.of("bench", all, "--value-size=-1").exitCode()).isEqualTo(2);
        assertThat(Run.of("bench", all, "--workload=delete").exitCode()).isEqualTo(2);
    }
}
