package io.dotkv.launcher.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class AvailabilityTest {
    private static final List<List<String>> FIVE_NODES = List.of(
            List.of("n1", "n2", "n3"), List.of("n2", "n3", "n4"), List.of("n3", "n4", "n5"), List.of("n4", "n5", "n1"));

    private static String verdict(List<List<String>> layout, String... up) {
        return Availability.of(layout, voting(up), Set.of()).verdict();
    }

    private static Map<String, VotingStatus> voting(String... nodes) {
        return Arrays.stream(nodes).collect(Collectors.toMap(node -> node, node -> new VotingStatus(3, 0, false)));
    }

    private static Availability withAll(String node, VotingStatus votes) {
        Map<String, VotingStatus> up = voting("n1", "n2", "n3", "n4", "n5");
        up.put(node, votes);
        return Availability.of(FIVE_NODES, up, Set.of());
    }

    @Test
    void everythingUpIsWhole() {
        assertThat(verdict(FIVE_NODES, "n1", "n2", "n3", "n4", "n5"))
                .isEqualTo("All 4 partitions have 3 of 3 replicas: the cluster is whole.");
    }

    @Test
    void aNodeDownCostsAllWhereItIsAReplica() {
        assertThat(verdict(FIVE_NODES, "n2", "n3", "n4", "n5"))
                .isEqualTo("n1 is down: all data is readable and writable at QUORUM; ALL fails for 2 of 4 partitions.");
    }

    @Test
    void twoNodesDownCostQuorumWhereBothAreReplicas() {
        Availability standing = Availability.of(FIVE_NODES, voting("n1", "n4", "n5"), Set.of());
        assertThat(standing.serves()).isFalse();
        assertThat(standing.verdict())
                .isEqualTo("n2 and n3 are down: 2 of 4 partitions cannot serve QUORUM; ONE still works."
                        + " Start them again.");
    }

    @Test
    void threeNodesDownCostEverythingWhereAllAreReplicas() {
        assertThat(verdict(FIVE_NODES, "n4", "n5"))
                .isEqualTo("n1, n2 and n3 are down: 2 of 4 partitions cannot serve QUORUM; ONE works for all but 1 of"
                        + " them. Start them again.");
    }

    @Test
    void nobodyUpIsTheEnd() {
        assertThat(verdict(List.of(List.of("n1"))))
                .isEqualTo("n1 is down: no partition can serve QUORUM; nothing works. Start it again.");
    }

    @Test
    void aNodeThatHasNotBegunToWorkKeepsTheClusterFromBeingWhole() {
        Availability standing = withAll("n3", VotingStatus.NONE);
        assertThat(standing.serves()).isTrue();
        assertThat(standing.verdict())
                .isEqualTo(
                        "All nodes are up: all data is readable and writable at QUORUM. n3 waits for its assignment.");
    }

    @Test
    void aNodeThatDoesNotVoteEverywhereKeepsTheClusterFromBeingWhole() {
        assertThat(withAll("n3", new VotingStatus(3, 2, false)).verdict())
                .isEqualTo("All nodes are up: all data is readable and writable at QUORUM."
                        + " n3 is catching up: 2 of its 3 partitions do not vote yet.");
    }

    @Test
    void aNodeWithUnreadableFilesKeepsTheClusterFromBeingWhole() {
        Availability standing = withAll("n3", new VotingStatus(3, 0, true));
        assertThat(standing.serves()).isTrue();
        assertThat(standing.verdict())
                .isEqualTo("All nodes are up: all data is readable and writable at QUORUM."
                        + " n3 has partly unreadable files; restart it to rebuild them.");
    }

    @Test
    void nodesThatVoteNowhereServeNoQuorum() {
        assertThat(withAll("n3", new VotingStatus(3, 3, false)).serves()).isTrue();
        Map<String, VotingStatus> silent = new HashMap<>();
        List.of("n1", "n2", "n3").forEach(node -> silent.put(node, new VotingStatus(3, 3, false)));
        Availability standing = Availability.of(List.of(List.of("n1", "n2", "n3")), silent, Set.of());
        assertThat(standing.serves()).isFalse();
        assertThat(standing.verdict()).contains("no partition can serve QUORUM");
    }

    @Test
    void aNodeThatCannotBeAskedKeepsTheClusterFromBeingCalledWhole() {
        assertThat(withAll("n3", VotingStatus.UNKNOWN).verdict())
                .endsWith("Whether the partitions of n3 vote is unknown.")
                .doesNotContain("whole");
    }

    @Test
    void aNodeThatHasNotBegunToWorkCountsForNoQuorum() {
        Map<String, VotingStatus> up = voting("n1", "n4", "n5");
        up.put("n2", VotingStatus.NONE);
        Availability standing = Availability.of(FIVE_NODES, up, Set.of());
        assertThat(standing.serves()).isFalse();
        assertThat(standing.verdict())
                .isEqualTo("n3 is down: 2 of 4 partitions cannot serve QUORUM; ONE still works. Start it again."
                        + " n2 waits for its assignment.");
    }

    @Test
    void aNodeThatIsNoMemberAnyMoreIsNeverToBeStarted() {
        Availability standing = Availability.of(FIVE_NODES, voting("n2", "n3", "n4", "n5"), Set.of("n1"));
        assertThat(standing.verdict())
                .isEqualTo("All members are up: all data is readable and writable at QUORUM; ALL fails for 2 of 4"
                        + " partitions. n1 is no longer a member and must not be restarted: 2 replicas are lost for"
                        + " good.");
        assertThat(standing.meets(Requirement.QUORUM)).isTrue();
        assertThat(standing.meets(Requirement.WHOLE)).isFalse();
    }

    @Test
    void onlyMembersThatAreDownAreToBeStarted() {
        assertThat(Availability.of(FIVE_NODES, voting("n1", "n4", "n5"), Set.of("n2"))
                        .verdict())
                .isEqualTo("n3 is down: 2 of 4 partitions cannot serve QUORUM; ONE still works. Start it again."
                        + " n2 is no longer a member and must not be restarted: 2 replicas are lost for good.");
    }

    @Test
    void oneNodeAloneHasTheOnlyCopy() {
        Availability standing = Availability.of(List.of(List.of("n1"), List.of("n1")), voting("n1"), Set.of());
        assertThat(standing.verdict())
                .isEqualTo("All 2 partitions have 1 of 1 replica: the only copy of the data is on this one node.");
        assertThat(standing.meets(Requirement.WHOLE)).isTrue();
    }

    @Test
    void whatCannotBeSeenIsNotWhole() {
        assertThat(withAll("n3", VotingStatus.UNKNOWN).meets(Requirement.WHOLE)).isFalse();
    }
}
