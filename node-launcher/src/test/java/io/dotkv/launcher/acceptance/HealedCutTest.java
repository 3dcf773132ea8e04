package io.dotkv.launcher.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.proto.replication.v1.Consistency;
import io.dotkv.proto.replication.v1.Outcome;
import io.dotkv.proto.replication.v1.PutRequest;
import io.dotkv.proto.replication.v1.PutResponse;
import io.dotkv.proto.replication.v1.ReplicationServiceGrpc;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What a cut of the network refuses while it lasts, and that the first request after it has healed is served. */
@Tag("acceptance")
@EnabledOnOs(value = OS.LINUX, disabledReason = "elsewhere loopback has one address")
final class HealedCutTest {
    private static final Duration LONGEST = Duration.ofMinutes(1);

    @TempDir
    private Path folder;

    private CutNetwork network;

    @BeforeEach
    void startThree() {
        network = new CutNetwork(folder);
    }

    @AfterEach
    void stopAll() {
        network.close();
    }

    @Test
    void theFirstPutAfterACutOfBothDirectionsHasHealedIsDone() {
        for (int seconds : List.of(1, 6, 15)) {
            cutAndHeal(
                    cut -> {
                        cut.cutFrom(1);
                        cut.cutTo(1);
                    },
                    Duration.ofSeconds(seconds));
        }
    }

    @Test
    void theFirstPutAfterACutOfOneDirectionHasHealedIsDone() {
        cutAndHeal(cut -> cut.cutFrom(1), Duration.ofSeconds(6));
        cutAndHeal(cut -> cut.cutTo(1), Duration.ofSeconds(6));
    }

    private void cutAndHeal(Consumer<CutNetwork> cut, Duration length) {
        String key = "key " + length.toSeconds();
        Calls.put(network.node(1), key, "before");
        cut.accept(network);
        long cutNanos = System.nanoTime();
        boolean refused = false;
        // After four seconds of silence a peer counts as unreachable; a busy machine may need longer.
        boolean isLong = length.toSeconds() > 4;
        for (int number = 0;
                number == 0
                        || System.nanoTime() - cutNanos < length.toNanos()
                        || (isLong && !refused && System.nanoTime() - cutNanos < LONGEST.toNanos());
                number++) {
            Calls.put(network.node(2), key, "meanwhile " + number);
            refused |= isRefusedClearly(key, "refused " + number);
            Calls.put(network.node(3), key, "last");
        }
        assertThat(refused || !isLong).as("refused, as not applied").isTrue();
        network.heal();

        assertThat(put(key, "after", Duration.ofSeconds(2)).getAcknowledgedByCount())
                .isGreaterThanOrEqualTo(2);
        for (int node = 1; node <= 3; node++) {
            assertThat(Calls.values(Calls.get(network.node(node), key, Consistency.QUORUM)))
                    .as("through n" + node)
                    .contains("after");
        }
        Until.isTrue(Duration.ofSeconds(20), "all three confirm a put again", () -> isConfirmedByAll(key));
    }

    /**
     * Whether a put through the node that is cut off is refused as not applied, since the others cannot be reached;
     * before that it expires.
     */
    private boolean isRefusedClearly(String key, String value) {
        try {
            put(key, value, Duration.ofSeconds(1));
            throw new AssertionError("a node that is cut off has acknowledged " + value);
        } catch (StatusRuntimeException failure) {
            boolean refused = Calls.outcome(failure)
                    .filter(details -> details.getOutcome() == Outcome.NOT_APPLIED)
                    .isPresent();
            assertThat(failure.getStatus().getCode()).isIn(Status.Code.UNAVAILABLE, Status.Code.DEADLINE_EXCEEDED);
            return refused && failure.getStatus().getCode() == Status.Code.UNAVAILABLE;
        }
    }

    private PutResponse put(String key, String value, Duration time) {
        return ReplicationServiceGrpc.newBlockingStub(network.node(1).channel())
                .withDeadlineAfter(time.toMillis(), TimeUnit.MILLISECONDS)
                .put(PutRequest.newBuilder()
                        .setKey(key)
                        .setValue(value)
                        .setConsistency(Consistency.QUORUM)
                        .build());
    }

    private boolean isConfirmedByAll(String key) {
        try {
            Calls.put(network.node(2), key, "all", "", Consistency.ALL);
            return true;
        } catch (StatusRuntimeException failure) {
            return false;
        }
    }
}
