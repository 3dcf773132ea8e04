package io.dotkv.cluster.membership;

import static io.dotkv.cluster.MemberTest.member;
import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.cluster.Addresses;
import io.dotkv.cluster.ClusterSettings;
import io.dotkv.cluster.Health;
import io.dotkv.cluster.Member;
import io.dotkv.cluster.Now;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.ports.SeededRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class FailureDetectorTest {
    private static final long MILLI = 1_000_000;

    private final NodeId self = new NodeId("self");
    private final Addresses addresses = member("self", 1, Health.ALIVE, "aa", 0).addresses();
    private final ClusterSettings settings = ClusterSettings.defaults(self, addresses, List.of("x:1"), 3);
    private final LocalHealth localHealth = new LocalHealth(settings.lifeguard().maxScore());
    private final MemberTable table = new MemberTable(self);
    private FailureDetector detector = new FailureDetector(settings, localHealth, new SeededRandom(1));
    private long nowMillis;

    private void know(int others) {
        table.put(member("self", 1, Health.ALIVE, "aa", 0));
        for (int i = 0; i < others; i++) {
            table.put(other(i));
        }
    }

    private static Member other(int number) {
        return member("m" + number, 1, Health.ALIVE, "aa", 0);
    }

    private Now now() {
        return new Now(nowMillis * MILLI, 0);
    }

    private FailureDetector.Due tick() {
        nowMillis += 100;
        return detector.tick(table, now());
    }

    private List<NodeId> probedFor(int millis) {
        List<NodeId> probed = new ArrayList<>();
        for (int passed = 0; passed < millis; passed += 100) {
            tick().toProbe().forEach(target -> probed.add(target.node()));
        }
        return probed;
    }

    @Test
    void everyMemberIsProbedOnceInARoundAndRoundsAreShuffled() {
        know(5);
        List<NodeId> first = probedFor(5_000);
        List<NodeId> second = probedFor(5_000);
        assertThat(new HashSet<>(first)).hasSize(5);
        assertThat(first).hasSize(5);
        assertThat(second).hasSize(5).containsExactlyInAnyOrderElementsOf(first).isNotEqualTo(first);
    }

    @Test
    void anUnhealthyObserverProbesLessAndWaitsLonger() {
        know(5);
        assertThat(probedFor(6_000)).hasSize(6);
        assertThat(detector.probeTimeoutNanos()).isEqualTo(500 * MILLI);
        localHealth.unheardHelpers(2);
        assertThat(probedFor(6_000)).hasSize(2);
        assertThat(detector.probeTimeoutNanos()).isEqualTo(1_500 * MILLI);
        localHealth.unheardHelpers(100);
        assertThat(detector.probeTimeoutNanos()).isEqualTo(4_500 * MILLI);
        detector.answered(new NodeId("m0"));
        assertThat(detector.probeTimeoutNanos()).isEqualTo(4_000 * MILLI);
    }

    @Test
    void helpersAreOtherAliveMembersAndTheLastFailureDecides() {
        know(5);
        tick();
        List<Member> helpers = detector.helpersFor(other(0), table, now());
        assertThat(helpers).hasSize(3).doesNotContain(other(0)).doesNotHaveDuplicates();
        assertThat(detector.isToBeLookedInto(other(0).node(), now().nanos(), now()))
                .isFalse();
        assertThat(detector.helperFailed(other(0), true, now())).isFalse();
        assertThat(detector.helperFailed(other(0), true, now())).isFalse();
        assertThat(detector.helperFailed(other(0), true, now())).isTrue();
        assertThat(localHealth.multiplier()).isEqualTo(1);
    }

    @Test
    void helpersThatSayNothingAtAllCountAgainstThisNode() {
        know(5);
        tick();
        detector.helpersFor(other(0), table, now());
        detector.helperFailed(other(0), true, now());
        detector.helperFailed(other(0), false, now());
        assertThat(detector.helperFailed(other(0), false, now())).isTrue();
        assertThat(localHealth.multiplier()).isEqualTo(3);
    }

    @Test
    void anAnswerToAHelperClearsTheTarget() {
        know(5);
        tick();
        detector.helpersFor(other(0), table, now());
        detector.helperFailed(other(0), true, now());
        detector.answeredHelper(other(0).node());
        assertThat(detector.helperFailed(other(0), true, now())).isFalse();
        assertThat(detector.helperFailed(other(0), true, now())).isFalse();
    }

    @Test
    void whatFailedWhileThisNodeWasAsleepIsNoEvidenceAndItAsksAround() {
        know(5);
        tick();
        long sentNanos = now().nanos();
        detector.helpersFor(other(1), table, now());
        nowMillis += 2_000;
        assertThat(detector.isToBeLookedInto(other(0).node(), sentNanos, now())).isFalse();
        detector.helperFailed(other(1), false, now());
        detector.helperFailed(other(1), false, now());
        assertThat(detector.helperFailed(other(1), false, now())).isFalse();
        assertThat(localHealth.multiplier()).isGreaterThan(1);
        assertThat(tick().toProbe().size()).isGreaterThanOrEqualTo(3);
        assertThat(detector.isToBeLookedInto(other(0).node(), now().nanos(), now()))
                .isTrue();
    }

    @Test
    void confirmationsOfDifferentAccusersShortenASuspicion() {
        know(9);
        assertThat(millisUntilDead(List.of("m1"))).isGreaterThan(14_000);
        assertThat(millisUntilDead(List.of("m1", "m2"))).isBetween(12_000L, 14_000L);
        assertThat(millisUntilDead(List.of("m1", "m2", "m3", "m4"))).isBetween(3_000L, 5_000L);
    }

    @Test
    void plainSwimHasOneTimeForAllSuspicions() {
        know(9);
        detector = new FailureDetector(
                settings.withLifeguard(ClusterSettings.Lifeguard.OFF), new LocalHealth(0), new SeededRandom(1));
        assertThat(millisUntilDead(List.of("m1")))
                .isEqualTo(millisUntilDead(List.of("m1", "m2", "m3", "m4")))
                .isBetween(3_000L, 5_000L);
    }

    private long millisUntilDead(List<String> accusers) {
        Member suspect = other(0);
        table.put(suspect);
        tick();
        for (String accuser : accusers) {
            table.merge(suspect.withHealth(Health.SUSPECT, new NodeId(accuser), "test"), false, now());
        }
        long startMillis = nowMillis;
        while (tick().expired().isEmpty()) {
            assertThat(nowMillis - startMillis).isLessThan(60_000);
        }
        return nowMillis - startMillis;
    }

    @Test
    void ofManyWhoHearOfASuspicionOnlyAFewWatchTheSuspect() {
        int watching = 0;
        for (int seed = 0; seed < 500; seed++) {
            MemberTable crowd = new MemberTable(self);
            for (int i = 0; i < 499; i++) {
                crowd.put(other(i));
            }
            crowd.put(other(0).withHealth(Health.SUSPECT, new NodeId("m1"), "test"));
            FailureDetector each = new FailureDetector(settings, new LocalHealth(8), new SeededRandom(seed));
            each.tick(crowd, new Now(0, 0));
            boolean probes = each.tick(crowd, new Now(700 * MILLI, 0)).toProbe().stream()
                    .anyMatch(target -> target.node().equals(new NodeId("m0")));
            watching += probes ? 1 : 0;
        }
        assertThat(watching).isBetween(1, 15);
    }

    @Test
    void aNodeThatSleptDoesNotTakeTheOthersForDead() {
        table.put(other(0).withHealth(Health.SUSPECT, self, "test"));
        assertThat(detector.tick(table, now()).expired()).isEmpty();
        nowMillis = 60_000;
        assertThat(detector.tick(table, now()).expired()).isEmpty();
        int ticks = 0;
        while (tick().expired().isEmpty()) {
            ticks++;
        }
        int suspicion = (int) (settings.suspicionNanos() / settings.tickNanos());
        assertThat(ticks).isBetween(suspicion - 2, suspicion);
    }
}
