package io.dotkv.launcher.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dotkv.proto.cluster.v1.GetClusterRequest;
import io.dotkv.proto.cluster.v1.Health;
import io.dotkv.proto.replication.v1.Consistency;
import io.dotkv.proto.replication.v1.GetResponse;
import io.dotkv.proto.replication.v1.Outcome;
import io.dotkv.proto.replication.v1.PutRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("acceptance")
final class DegradedClusterTest {
    @TempDir
    private Path folder;

    private RunningCluster cluster;

    @BeforeEach
    void startThree() {
        cluster = new RunningCluster(folder);
    }

    @AfterEach
    void stopAll() {
        cluster.close();
    }

    @Test
    void withOneNodeDownEverythingWorksAndWithTwoOnlyOneDoes() {
        RunningNode survivor = cluster.node(1);
        Calls.put(survivor, "city", "Lisbon");
        cluster.node(3).kill();
        Calls.put(survivor, "city", "Porto");
        assertThat(Calls.values(Calls.get(survivor, "city", Consistency.QUORUM)))
                .containsExactly("Porto");

        cluster.node(2).kill();
        awaitAlone(survivor);
        long before = System.nanoTime();
        StatusRuntimeException refused =
                catchThrowableOfType(StatusRuntimeException.class, () -> Calls.put(survivor, "city", "Faro"));
        assertThat(Duration.ofNanos(System.nanoTime() - before))
                .as("of 10 s that it has")
                .isLessThan(Duration.ofSeconds(4));
        assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(Calls.outcome(refused).orElseThrow().getOutcome()).isEqualTo(Outcome.NOT_APPLIED);
        StatusRuntimeException unread = catchThrowableOfType(
                StatusRuntimeException.class, () -> Calls.get(survivor, "city", Consistency.QUORUM));
        assertThat(unread.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);

        assertThat(Calls.values(Calls.get(survivor, "city", Consistency.ONE))).containsExactly("Porto");
        Calls.put(survivor, "city", "Faro", "", Consistency.ONE);
        assertThat(Calls.values(Calls.get(survivor, "city", Consistency.ONE))).containsExactly("Faro");
    }

    private static void awaitAlone(RunningNode survivor) {
        // The death of a process shows at once as broken streams; a request may still be on its way to it.
        Until.isTrue(Duration.ofSeconds(10), survivor.name() + " notices that it is alone", () -> {
            try {
                Calls.get(survivor, "nothing", Consistency.QUORUM);
                return false;
            } catch (StatusRuntimeException e) {
                return e.getStatus().getCode() == Status.Code.UNAVAILABLE;
            }
        });
    }

    @Test
    void aPausedNodeMakesOnlyThoseOutcomesUnknownThatAre() {
        RunningNode one = cluster.node(1);
        cluster.node(2).pause();
        Calls.put(one, "key", "at quorum");
        PutRequest atAll = PutRequest.newBuilder()
                .setKey("key")
                .setValue("at all")
                .setConsistency(Consistency.ALL)
                .build();
        StatusRuntimeException unknown = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> one.replication().withDeadlineAfter(1, TimeUnit.SECONDS).put(atAll));
        assertThat(unknown.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        cluster.node(2).resume();
        Until.isTrue(Duration.ofSeconds(20), "the write that was unknown is everywhere", () -> {
            try {
                GetResponse read = Calls.get(cluster.node(2), "key", Consistency.ALL);
                return Calls.values(read).equals(List.of("at all"));
            } catch (StatusRuntimeException e) {
                return false;
            }
        });
    }

    @Test
    void aDeadNodeIsKnownWithinSixSecondsAndItsReturnWithinThree() {
        RunningNode observer = cluster.node(1);
        cluster.node(2).kill();
        Until.isTrue(Duration.ofSeconds(6), "n2 is known to be dead", () -> healthOf(observer, "n2") == Health.DEAD);
        cluster.node(2).start().awaitServing();
        Until.isTrue(Duration.ofSeconds(3), "n2 is known to be back", () -> healthOf(observer, "n2") == Health.ALIVE);
    }

    private static Health healthOf(RunningNode observer, String name) {
        return observer.cluster().getCluster(GetClusterRequest.getDefaultInstance()).getMembersList().stream()
                .filter(member -> member.getNode().equals(name))
                .findFirst()
                .orElseThrow()
                .getHealth();
    }

    @Test
    void aNodeThatIsToldToStopFinishesWhatItHasAndComesBackWithEverything() {
        for (int index = 0; index < 50; index++) {
            Calls.put(cluster.node(2), "key-" + index, "value-" + index);
        }
        int exitCode = cluster.node(2).stop();
        assertThat(exitCode).as("of SIGTERM").isZero();
        assertThat(cluster.node(2).logTail()).contains("has stopped");
        cluster.node(2).start().awaitServing();
        for (int index = 0; index < 50; index++) {
            assertThat(Calls.values(Calls.get(cluster.node(2), "key-" + index, Consistency.ONE)))
                    .containsExactly("value-" + index);
        }
    }

    @Test
    void aSecondNodeWithATakenNameIsRefusedAndTheFirstGoesOn() throws IOException {
        Files.createDirectories(folder.resolve("impostor"));
        int port = RunningNode.freePort();
        try (RunningNode impostor = new RunningNode(
                        "n1",
                        port,
                        folder.resolve("impostor"),
                        "--seeds",
                        cluster.node(2).endpoint(),
                        "--expect",
                        "3")
                .start()) {
            Until.isTrue(Duration.ofSeconds(20), "the second n1 gives up", () -> !impostor.isAlive());
            assertThat(impostor.logTail()).contains("n1");
        }
        Calls.put(cluster.node(1), "still", "here");
        assertThat(cluster.node(1).serves()).isTrue();
    }
}
