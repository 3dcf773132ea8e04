package io.dotkv.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.proto.replication.v1.ScrubFinding;
import io.dotkv.proto.replication.v1.ScrubResponse;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What {@code dotkv scrub} says, and with which code it ends. */
@Tag("integration")
class ScrubCommandTest {
    private final FakeCluster cluster = new FakeCluster(1);
    private final String at = "--endpoint=" + cluster.endpoints();

    @AfterEach
    void stop() {
        cluster.close();
    }

    private static ScrubResponse.Builder report(boolean isOver) {
        return ScrubResponse.newBuilder()
                .setPartitions(256)
                .setPartitionsDone(isOver ? 256 : 17)
                .setRows(1_234)
                .setBytes(5_600_000)
                .setIsOver(isOver);
    }

    private Run scrub(ScrubResponse.Builder end, String... more) {
        cluster.node(1).replication.scrub = List.of(report(false).build(), end.build());
        String[] arguments = new String[2 + more.length];
        arguments[0] = "scrub";
        arguments[1] = at;
        System.arraycopy(more, 0, arguments, 2, more.length);
        return Run.of(arguments);
    }

    @Test
    void withoutDamageItEndsWithZero() {
        Run run = scrub(report(true));
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("256 of 256 partitions, 1,234 rows, 5.6 MB", "No damage was found.");
        assertThat(run.err()).isEmpty();
    }

    @Test
    void mendedDamageEndsWithEightAndTheFindingsAreSaid() {
        Run run = scrub(report(true)
                .setDamagedRows(2)
                .setDifferences(1)
                .setMended(3)
                .addFindings(ScrubFinding.newBuilder().setPartition(7).setSentence("the row of key k is bad")));
        assertThat(run.exitCode()).isEqualTo(8);
        assertThat(run.out()).contains("2 rows fail their checksum, 1 values differ", "All of it was repaired.");
        assertThat(run.err()).contains("partition 7: the row of key k is bad.");
    }

    @Test
    void damageThatIsLeftEndsWithNine() {
        assertThat(scrub(report(true).setDamagedRows(2).setMended(1)).exitCode())
                .isEqualTo(9);
        assertThat(scrub(report(true).setUnreadable(1)).exitCode()).isEqualTo(9);
    }

    @Test
    void partitionsThatCouldNotBeComparedEndWithFour() {
        Run run = scrub(report(true).setPartitionsNotCompared(3), "--output=raw");
        assertThat(run.exitCode()).isEqualTo(4);
        assertThat(run.out())
                .isEqualToIgnoringNewLines(
                        "No damage was found. 3 of 256 partitions could not be compared completely.");
    }

    @Test
    void asJsonItSaysAllNumbers() {
        Run run = scrub(report(true).setUndecided(4), "--output=json");
        assertThat(run.out()).contains("\"partitionsDone\"", "256", "\"undecided\"", "4", "\"findings\"");
    }

    @Test
    void aScrubThatBreaksOffSaysSo() {
        cluster.node(1).replication.scrub = List.of(report(false).build());
        Run run = Run.of("scrub", at);
        assertThat(run.exitCode()).isNotZero();
        assertThat(run.err()).contains("was interrupted");
    }

    @Test
    void aNegativePartitionIsAWrongCommandLine() {
        assertThat(Run.of("scrub", at, "--partition=-1").exitCode()).isEqualTo(2);
    }
}
