package io.dotkv.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.proto.cluster.v1.Departure;
import io.dotkv.proto.cluster.v1.Health;
import io.dotkv.proto.cluster.v1.Phase;
import io.dotkv.proto.storage.v1.PeerLag;
import io.dotkv.proto.storage.v1.StorageHealth;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("integration")
class ClusterCommandsTest {
    private final FakeCluster cluster = new FakeCluster(3);
    private final String all = "--endpoint=" + cluster.endpoints();

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void nodesAreListedWithTheirHealth() {
        cluster.membership.believe("n2", Health.SUSPECT);
        Run nodes = Run.of("cluster", "nodes", all);
        assertThat(nodes.exitCode()).isZero();
        assertThat(nodes.out())
                .contains(
                        "n1", "alive", "n2", "suspect", "65 s", cluster.node(3).endpoint());
        assertThat(Run.of("cluster", "nodes", all, "-o", "raw").out())
                .startsWith("n1\talive\t" + cluster.node(1).endpoint() + "\nn2\tsuspect\t");
        assertThat(Run.of("cluster", "nodes", all, "-o", "json").out()).contains("\"health\": \"SUSPECT\"");
    }

    @Test
    void changesAreShownAsTheyComeWithWhoNoticedAndWhyAndTheNextNodeIsFollowedWhenOneFails() throws Exception {
        try (ExecutorService person = Executors.newSingleThreadExecutor()) {
            Future<Run> watching = person.submit(() -> Run.of("cluster", "nodes", "--watch", all));
            awaitWatchers(1);
            cluster.membership.believe("n2", Health.SUSPECT);
            cluster.killUnnoticed(1);
            awaitWatchers(2);
            cluster.membership.believe("n2", Health.DEAD);
            cluster.close();
            Run nodes = watching.get();
            assertThat(nodes.out())
                    .containsSubsequence(
                            "NODE",
                            "n2 is suspect: the test says so (noticed by n1); incarnation 7",
                            "n2 is dead: the test says so (noticed by n1); incarnation 7");
            assertThat(nodes.err()).contains("Following the next one");
            assertThat(nodes.exitCode()).isEqualTo(4);
        }
    }

    private void awaitWatchers(int count) {
        long deadline = System.nanoTime() + 30_000_000_000L;
        while (cluster.membership.watchers() < count) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            LockSupport.parkNanos(5_000_000);
        }
    }

    @Test
    void changesAreLinesForPrograms() throws Exception {
        String third = cluster.node(3).endpoint();
        try (ExecutorService program = Executors.newFixedThreadPool(2)) {
            Future<Run> raw = program.submit(() -> Run.of("cluster", "nodes", "--watch", "-o", "raw", all));
            Future<Run> json = program.submit(() -> Run.of("cluster", "nodes", "--watch", "-o", "json", all));
            awaitWatchers(2);
            cluster.membership.believe("n3", Health.LEFT);
            cluster.close();
            assertThat(raw.get().out()).isEqualTo("n3\tstopped\t" + third + "\tn1\tthe test says so\n");
            assertThat(json.get().out().lines()).hasSize(2);
            assertThat(json.get().out().lines().findFirst().orElseThrow())
                    .contains("\"node\":\"n3\"", "\"health\":\"LEFT\"", "\"noticedBy\":\"n1\"");
        }
    }

    @Test
    void theLayoutGroupsPartitionsWithTheSameReplicas() {
        Run layout = Run.of("cluster", "layout", all);
        assertThat(layout.exitCode()).isZero();
        assertThat(layout.out()).contains("n1 n2 n3", "86", "0 3 6", "n3 n1 n2");
        assertThat(Run.of("cluster", "layout", all, "-o", "raw").out().lines())
                .hasSize(256)
                .startsWith("0\tn1,n2,n3", "1\tn2,n3,n1");
    }

    @Test
    void aWholeClusterSaysSo() {
        Run status = Run.of("cluster", "status", all);
        assertThat(status.exitCode()).isZero();
        assertThat(status.out())
                .contains("memory, sync", "1.2 MB")
                .endsWith("All 256 partitions have 3 of 3 replicas: the cluster is whole.\n");
    }

    @Test
    void aClusterIsNotWholeBeforeEveryReplicaVotes() {
        cluster.node(3).describedAs(told -> told.setPartitionsNotVoting(104));
        assertThat(Run.of("cluster", "status", all).out())
                .contains("up, catching up", " 152 ")
                .endsWith("n3 is catching up: 104 of its 256 partitions do not vote yet.\n")
                .doesNotContain("whole");
        cluster.node(3).describedAs(told -> told.setBoot(0).setPartitions(0));
        assertThat(Run.of("cluster", "status", all).out())
                .contains("up, waiting for assignment")
                .endsWith("n3 waits for its assignment.\n")
                .doesNotContain("whole");
    }

    @Test
    void whatMayBeLostForGoodIsSaid() {
        String sentence = "Acknowledged writes may be missing, and no other node has them.";
        cluster.node(2)
                .describedAs(told -> told.setHealth(StorageHealth.newBuilder().setPossibleLoss(sentence)));
        assertThat(Run.of("cluster", "status", all).out()).contains(sentence + "\n");
        assertThat(Run.of("cluster", "status", all, "-o", "json").out())
                .contains("\"possibleLoss\":\"" + sentence + "\"");
    }

    @Test
    void oneNodeDownLeavesQuorum() {
        cluster.kill(2);
        Run status = Run.of("cluster", "status", all);
        assertThat(status.exitCode()).isZero();
        assertThat(status.out()).endsWith("n2 is down: all data is readable and writable at QUORUM; ALL fails.\n");
    }

    @Test
    void aNodeThatWasJustKilledIsDownAlthoughTheOthersHaveNotNoticed() {
        cluster.killUnnoticed(2);
        assertThat(Run.of("cluster", "status", "--endpoint=" + cluster.node(1).endpoint(), "-o", "raw")
                        .out())
                .startsWith("n2 is down");
    }

    @Test
    void twoNodesDownLeaveOnlyOne() {
        cluster.kill(2);
        cluster.kill(3);
        Run status = Run.of("cluster", "status", all, "-o", "raw");
        assertThat(status.exitCode()).isEqualTo(4);
        assertThat(status.out())
                .isEqualTo("n2 and n3 are down: no partition can serve QUORUM; ONE still works. Start them again.\n");
    }

    @Test
    void aClusterThatHasNotFormedIsNotReady() {
        cluster.membership.phase = Phase.FORMING;
        Run status = Run.of("cluster", "status", all);
        assertThat(status.exitCode()).isEqualTo(4);
        assertThat(status.out()).contains("No cluster has formed yet");
    }

    @Test
    void statusIsJsonForPrograms() {
        assertThat(Run.of("cluster", "status", all, "-o", "json").out())
                .startsWith("{\"serves\":true,\"verdict\":\"All 256")
                .contains("\"node\":\"n1\",\"up\":true", "\"partitionsNotVoting\":0");
    }

    @Test
    void theAgeOfTheOldestWriteThatIsNotEverywhereIsShownWithWhoLacksIt() {
        assertThat(Run.of("cluster", "status", all).out()).doesNotContain("oldest write");
        cluster.node(1)
                .describedAs(told -> told.addPeers(lag(2, 3).setUnconfirmedMillis(900))
                        .addPeers(lag(3, 1203)
                                .setMissingPartitions(12)
                                .setUnconfirmedMillis(12_400)
                                .setBehindMillis(12_400)));
        cluster.node(2).describedAs(told -> told.addPeers(lag(3, 7)).addPeers(lag(9, 50_000)));
        Run status = Run.of("cluster", "status", all);
        assertThat(status.out())
                .contains("LACKS", "1,203 events, 12 s", "nothing")
                .contains("The oldest write that is not on all of its replicas is 12 s old: n3 lacks it.\n");
        assertThat(Run.of("cluster", "status", all, "-o", "json").out())
                .contains(
                        "\"oldestMissingMillis\":12400",
                        "{\"events\":1203,\"partitions\":12,\"oldestMillis\":12400,\"known\":true}");
    }

    @Test
    void ofANodeThatIsDownWhatItWasNotSeenToHaveIsMissing() {
        cluster.node(1).describedAs(told -> told.addPeers(lag(2, 3).setUnconfirmedMillis(4_000)));
        cluster.kill(2);
        assertThat(Run.of("cluster", "status", all).out()).contains("3 events, 4 s", "is 4 s old: n2 lacks it.");
    }

    @Test
    void siblingsAndPutsThatWereRefusedForThemAreCounted() {
        assertThat(Run.of("cluster", "status", all).out()).doesNotContain("siblings");
        cluster.node(2).describedAs(told -> told.setConflicts(12).setMostSiblings(3));
        cluster.node(3)
                .describedAs(told -> told.setConflicts(1).setMostSiblings(100).setSiblingsRefused(1));
        assertThat(Run.of("cluster", "status", all).out())
                .contains("Since n2 started, keys got siblings 12 times there, at most 3 values at once.\n")
                .contains("siblings 1 time there, at most 100 values at once; 1 put was refused at the limit");
        assertThat(Run.of("cluster", "status", all, "-o", "json").out()).contains("\"siblingsRefused\":1");
    }

    @Test
    void whatIsNotKnownOfARunningNodeIsNotTakenForNothing() {
        cluster.node(1)
                .describedAs(told ->
                        told.addPeers(lag(3, 1203).setReportedMillisAgo(41_000).setUnconfirmedMillis(41_500)));
        Run status = Run.of("cluster", "status", all);
        assertThat(status.out())
                .contains("not known for 41 s, up to 1,203 events")
                .contains("What n3 lacks is not known: it has not pulled from another node for 41 s.");
        assertThat(Run.of("cluster", "status", all, "-o", "json").out())
                .contains("\"known\":false,\"notKnownForMillis\":41000");
    }

    @Test
    void anOldReportAfterWhichNothingWasWrittenIsAsGoodAsNew() {
        cluster.node(1).describedAs(told -> told.addPeers(lag(3, 0).setReportedMillisAgo(41_000)));
        assertThat(Run.of("cluster", "status", all).out()).doesNotContain("not known");
    }

    @Test
    void aNodeOfWhichAStorageHasNeverHeardIsNotKnown() {
        cluster.node(1).hearsNobody();
        assertThat(Run.of("cluster", "status", all).out().lines())
                .anyMatch(line -> line.startsWith("n1") && line.contains("nothing"))
                .anyMatch(line -> line.startsWith("n2") && line.contains("not known"));
    }

    @Test
    void aNodeThatHasGoneForGoodIsListedAndNobodyIsToldToStartIt() {
        cluster.killUnnoticed(3);
        cluster.membership.depart("n3", Departure.REMOVED);
        Run status = Run.of("cluster", "status", all);
        assertThat(status.exitCode()).isZero();
        assertThat(status.out())
                .contains("removed for good", "256 lost")
                .contains("n3 is no longer a member and must not be restarted: 256 replicas are lost for good.")
                .doesNotContain("down", "Start", "whole");
        assertThat(Run.of("cluster", "status", all, "--require", "whole").exitCode())
                .isEqualTo(10);
        assertThat(Run.of("cluster", "status", all, "-o", "json").out())
                .contains("\"departed\":[{\"node\":\"n3\",\"number\":3,\"how\":\"REMOVED\",\"partitions\":256}]");
        cluster.membership.depart("n3", Departure.LEFT_FOR_GOOD);
        assertThat(Run.of("cluster", "nodes", all).out()).contains("left for good", "must not be restarted");
    }

    @Test
    void aMonitorIsToldByTheExitCodeHowFarFromWholeTheClusterIs() {
        assertThat(Run.of("cluster", "status", all, "--require", "whole").exitCode())
                .isZero();
        cluster.kill(2);
        assertThat(Run.of("cluster", "status", all, "--require", "quorum").exitCode())
                .isZero();
        assertThat(Run.of("cluster", "status", all, "--require", "whole").exitCode())
                .isEqualTo(10);
        cluster.kill(3);
        assertThat(Run.of("cluster", "status", all, "--require", "whole").exitCode())
                .isEqualTo(4);
    }

    @Test
    void aNodeThatHoldsNoPartitionsIsUpAndKeepsNothingFromBeingWhole() {
        try (FakeCluster.Node n4 = cluster.join("n4")) {
            Run status = Run.of("cluster", "status", all + "," + n4.endpoint(), "--require", "whole");
            assertThat(status.out())
                    .contains("up, holds no partitions", "whole")
                    .doesNotContain("not working yet");
            assertThat(status.exitCode()).isZero();
        }
    }

    @Test
    void versionsAndSettingsThatDifferAreSaid() {
        assertThat(Run.of("cluster", "status", all).out()).doesNotContain("differs");
        cluster.node(1).describedAs(told -> told.setVersion("0.1").putSettings("max-value-bytes", "1048576"));
        cluster.node(2).describedAs(told -> told.setVersion("0.1").putSettings("max-value-bytes", "1048576"));
        cluster.node(3).describedAs(told -> told.setVersion("0.2").putSettings("max-value-bytes", "16777216"));
        assertThat(Run.of("cluster", "status", all).out())
                .contains("VERSION", "0.2")
                .contains("The version differs: 0.1 on n1, n2; 0.2 on n3.")
                .contains("The setting --max-value-bytes differs: 1048576 on n1, n2; 16777216 on n3.");
    }

    private static PeerLag.Builder lag(int node, long events) {
        return PeerLag.newBuilder().setNodeNumber(node).setMissingEvents(events).setMissingPartitions(1);
    }

    @Test
    void twoClustersAreToldApart() {
        try (FakeCluster other = new FakeCluster(1)) {
            other.membership.clusterId = "ffeeddccbbaa99887766554433221100";
            Run status =
                    Run.of("cluster", "status", "--endpoint=" + cluster.node(1).endpoint() + "," + other.endpoints());
            assertThat(status.exitCode()).isEqualTo(6);
            assertThat(status.err()).contains("2 different clusters");
        }
    }

    @Test
    void nobodyAnsweringIsUnavailable() {
        String endpoints = cluster.endpoints();
        cluster.close();
        assertThat(Run.of("cluster", "status", "--endpoint", endpoints).exitCode())
                .isEqualTo(4);
        assertThat(Run.of("cluster", "nodes", "--endpoint", endpoints).exitCode())
                .isEqualTo(4);
    }
}
