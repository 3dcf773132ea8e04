package io.dotkv.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("integration")
class FailOverTest {
    private final FakeCluster cluster = new FakeCluster(3);
    private final String all = "--endpoint=" + cluster.endpoints();

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void aNodeThatIsGoneIsPassedOver() {
        cluster.kill(1);
        cluster.kill(2);
        assertThat(Run.of("put", "k", "v", all).exitCode()).isZero();
        assertThat(Run.of("get", "k", all).exitCode()).isZero();
    }

    @Test
    void aWriteThatWasSurelyNotAppliedGoesToTheNextNode() {
        cluster.node(1).failWith(Fault.UNAVAILABLE);
        assertThat(Run.of("put", "k", "v", all).exitCode()).isZero();
    }

    @Test
    void aNodeThatDoesNotOfferTheCallIsPassedOver() {
        cluster.node(1).failWith(Fault.NOT_OFFERED);
        assertThat(Run.of("put", "k", "v", all).exitCode()).isZero();
        assertThat(Run.of("get", "k", all, "-o", "raw").out()).isEqualTo("v");
        cluster.node(2).failWith(Fault.UNAVAILABLE);
        cluster.node(3).failWith(Fault.NOT_OFFERED);
        Run put = Run.of("put", "k", "v2", all);
        assertThat(put.exitCode()).isEqualTo(4);
        assertThat(put.err()).contains("1 of 3 replicas is reachable");
        cluster.node(2).failWith(Fault.NOT_OFFERED);
        assertThat(Run.of("put", "k", "v2", all).err()).contains("does not serve this rpc");
    }

    @Test
    void whenNoNodeCanTheCommandEndsWithFourAndTheNodesReason() {
        for (int number = 1; number <= 3; number++) {
            cluster.node(number).failWith(Fault.UNAVAILABLE);
        }
        Run put = Run.of("put", "k", "v", all);
        assertThat(put.exitCode()).isEqualTo(4);
        assertThat(put.err()).contains("1 of 3 replicas is reachable").doesNotContain("Exception");
        assertThat(Run.of("get", "k", all).exitCode()).isEqualTo(4);
    }

    @Test
    void whenNobodyIsThereTheEndpointsAreNamed() {
        String endpoints = cluster.endpoints();
        cluster.close();
        Run get = Run.of("get", "k", "--endpoint", endpoints);
        assertThat(get.exitCode()).isEqualTo(4);
        assertThat(get.err())
                .contains("none of")
                .contains(endpoints.split(",", -1))
                .contains("nothing listens");
        assertThat(Run.of("put", "k", "v", "--endpoint", endpoints).exitCode()).isEqualTo(4);
    }

    @Test
    void anUnknownOutcomeIsNotTriedElsewhereAndNamesTheRequestId() {
        cluster.node(1).failWith(Fault.APPLIED_BUT_UNKNOWN);
        Run put = Run.of("put", "k", "v", all, "--request-id", "my-write");
        assertThat(put.exitCode()).isEqualTo(5);
        assertThat(put.err()).contains("--request-id my-write");
        assertThat(cluster.store.events()).isEqualTo(1);
    }

    @Test
    void withRetryAnUnknownOutcomeIsSettledAsTheSameWrite() {
        int[] calls = {0};
        cluster.node(1).replication.faults = key -> calls[0]++ < 3 ? Fault.APPLIED_BUT_UNKNOWN : Fault.NONE;
        assertThat(Run.of("put", "k", "v", all, "--retry").exitCode()).isZero();
        assertThat(calls[0]).isEqualTo(4);
        assertThat(cluster.store.events()).isEqualTo(1);
    }

    @Test
    void aWriteThatWasOnceUnknownStaysUnknownWhenTheRetriesEnd() {
        int[] calls = {0};
        cluster.node(1).replication.faults = key -> calls[0]++ < 1 ? Fault.APPLIED_BUT_UNKNOWN : Fault.UNAVAILABLE;
        String one = "--endpoint=" + cluster.node(1).endpoint();
        assertThat(Run.of("put", "k", "v", one, "--retry", "--timeout=400ms").exitCode())
                .isEqualTo(5);
    }

    @Test
    void aRefusalIsFinal() {
        cluster.node(1).failWith(Fault.INVALID);
        Run put = Run.of("put", "k", "v", all, "--retry");
        assertThat(put.exitCode()).isEqualTo(6);
        assertThat(put.err()).contains("The value is too long.");
    }

    @Test
    void aNodeThatTookAWriteAndFellSilentLeavesTheOutcomeUnknown() {
        cluster.node(1).failWith(Fault.SILENT);
        Run put = Run.of("put", "k", "v", all, "--timeout=600ms");
        assertThat(put.exitCode()).isEqualTo(5);
        assertThat(put.err()).contains("did not answer in time", "--request-id");
    }

    @Test
    void aReadLeavesASilentNodeForTheNext() {
        Run.of("put", "k", "v", all);
        cluster.node(1).failWith(Fault.SILENT);
        assertThat(Run.of("get", "k", all, "--timeout=3s").exitCode()).isZero();
    }

    @Test
    void aMachineThatTakesConnectionsButNeverAnswersIsPassedOverForWritesToo() throws IOException {
        try (ServerSocket deaf = new ServerSocket(0, 10, InetAddress.ofLiteral("127.0.0.1"))) {
            String endpoints = "127.0.0.1:" + deaf.getLocalPort() + "," + cluster.endpoints();
            assertThat(Run.of("put", "k", "v", "--endpoint", endpoints, "--timeout=4s")
                            .exitCode())
                    .isZero();
            Run alone = Run.of("put", "k", "v", "--endpoint", "127.0.0.1:" + deaf.getLocalPort(), "--timeout=300ms");
            assertThat(alone.exitCode()).isEqualTo(4);
            assertThat(alone.err()).contains("did not take the call in time");
        }
    }
}
