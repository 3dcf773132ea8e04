package io.dotkv.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Struct;
import com.google.protobuf.util.JsonFormat;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("integration")
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
        assertThat(json.getFieldsOrThrow("operations").getNumberValue()).isEqualTo(1000.0);
        assertThat(json.getFieldsOrThrow("failures").getNumberValue()).isZero();
        assertThat(json.getFieldsOrThrow("latencyMillis").getStructValue().getFieldsMap())
                .containsKeys("p50", "p95", "p99", "p99.9", "max");
        assertThat(cluster.store.size()).as("its keys are removed").isZero();
    }

    @Test
    void keysAreKeptWhenThatIsAskedForAndNothingElseIsRemoved() {
        Run.of("put", "bench:other", "v", all);
        String[] load = {"bench", all, "--workload=get", "--key-count=20", "--warmup=0", "--operations=10"};
        assertThat(Run.of(with(load, "--keep")).exitCode()).isZero();
        assertThat(cluster.store.size()).isEqualTo(21);
        assertThat(Run.of(with(load, "--no-preload")).exitCode()).isZero();
        assertThat(cluster.store.size()).isEqualTo(21);
        assertThat(Run.of(load).exitCode()).isZero();
        assertThat(cluster.store.size()).isEqualTo(1);
    }

    private static String[] with(String[] words, String last) {
        return Stream.concat(Arrays.stream(words), Stream.of(last)).toArray(String[]::new);
    }

    @Test
    void anEndpointThatDoesNotServeIsPassedOver() {
        cluster.node(2).failWith(Fault.UNAVAILABLE);
        cluster.kill(3);
        Run bench = Run.of(
                "bench", all, "--workload=put", "--key-count=200", "--warmup=0", "--operations=500", "--in-flight=6");
        assertThat(bench.exitCode()).as(bench.out()).isZero();
        assertThat(bench.out()).contains("500 operations", "0 failed");
    }

    @Test
    void failuresAreCountedByReasonAndAreNoSuccess() {
        cluster.node(2).failWith(Fault.APPLIED_BUT_UNKNOWN);
        Run bench = Run.of(
                "bench",
                all,
                "--workload=put",
                "--key-count=200",
                "--value-size=64",
                "--warmup=0",
                "--operations=500",
                "--in-flight=6");
        assertThat(bench.exitCode()).isEqualTo(4);
        assertThat(bench.out()).contains("FAKE_DEADLINE_EXCEEDED: ", "p99.9 ms", "put, zipfian keys of 200");
    }

    @Test
    void getsOfKeysThatCouldNotBePutAreNotMeasured() {
        for (int number = 1; number <= 3; number++) {
            cluster.node(number).failWith(Fault.UNAVAILABLE);
        }
        Run bench = Run.of("bench", all, "--workload=get", "--key-count=50", "--warmup=0", "--operations=10");
        assertThat(bench.exitCode()).isEqualTo(4);
        assertThat(bench.err()).contains("some keys could not be written: {FAKE_UNAVAILABLE=");
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
