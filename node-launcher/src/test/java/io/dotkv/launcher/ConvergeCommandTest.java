package io.dotkv.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.dotkv.proto.replication.v1.Contact;
import io.dotkv.proto.replication.v1.ConvergeResponse;
import io.dotkv.proto.replication.v1.Convergence;
import io.dotkv.proto.replication.v1.ConvergingNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("integration")
class ConvergeCommandTest {
    private static final ByteString GOAL = ByteString.copyFromUtf8("goal");
    private static final ConvergeResponse REACHED = ConvergeResponse.newBuilder()
            .setConvergence(Convergence.CONVERGED)
            .addNodes(node("n1", Contact.REACHED, 0, 0))
            .build();
    private static final ConvergeResponse BEHIND = ConvergeResponse.newBuilder()
            .setConvergence(Convergence.NOT_CONVERGED)
            .setGoal(GOAL)
            .addNodes(node("n1", Contact.REACHED, 0, 0))
            .addNodes(node("n2", Contact.REACHED, 1, 1))
            .addNodes(node("n3", Contact.NOT_REACHED, 1203, 12))
            .build();

    private final FakeCluster cluster = new FakeCluster(1);
    private final String endpoint = "--endpoint=" + cluster.endpoints();

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void withWaitItReturnsWhenTheGoalOfTheFirstCallIsReachedAndTellsWhatIsMissingMeanwhile() {
        answer(BEHIND, BEHIND, REACHED);
        Run run = Run.of("cluster", "converge", "--wait", endpoint);
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).isEqualTo("All data written before this call is on all of its replicas.\n");
        assertThat(run.err().lines().toList())
                .singleElement()
                .asString()
                .contains(
                        "n2 lacks 1 event of 1 partition; n3 lacks at least 1,203 events of 12 partitions; not reachable.");
        assertThat(cluster.node(1).replication.goals).containsExactly(ByteString.EMPTY, GOAL, GOAL);
    }

    @Test
    void withWaitItEndsWithAnExitCodeOfItsOwnWhenTheTimeIsOver() {
        answer(BEHIND);
        Run run = Run.of("cluster", "converge", "--wait", "--timeout", "300ms", endpoint);
        assertThat(run.exitCode()).isEqualTo(4);
        assertThat(run.out())
                .contains("n3 lacks at least 1,203 events of 12 partitions; not reachable.\n")
                .contains("Timed out");
    }

    @Test
    void withoutWaitItTriggersAndReports() {
        answer(BEHIND);
        Run run = Run.of("cluster", "converge", endpoint);
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("n2 lacks 1 event of 1 partition.\n", "are pulling what they miss");
        assertThat(Run.of("cluster", "converge", "-o", "raw", endpoint).out()).isEqualTo("1203\n");
        assertThat(Run.of("cluster", "converge", "-o", "json", endpoint).out()).contains("\"NOT_CONVERGED\"");
    }

    @Test
    void aNodeOfWhichNothingIsKnownIsSaidToBeSo() {
        answer(ConvergeResponse.newBuilder()
                .setConvergence(Convergence.NOT_CONVERGED)
                .addNodes(ConvergingNode.newBuilder().setNode("n2").setContact(Contact.NOT_REACHED))
                .build());
        assertThat(Run.of("cluster", "converge", endpoint).out())
                .startsWith("n2 is not reachable; what it lacks is not known.\n");
    }

    private void answer(ConvergeResponse... responses) {
        for (ConvergeResponse response : responses) {
            cluster.node(1).replication.convergences.addLast(response);
        }
    }

    private static ConvergingNode node(String name, Contact contact, long events, int partitions) {
        return ConvergingNode.newBuilder()
                .setNode(name)
                .setContact(contact)
                .setMissingEvents(events)
                .setMissingPartitions(partitions)
                .build();
    }
}
