package io.dotkv.replication.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.cluster.layout.Layout;
import io.dotkv.kernel.Actor;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.HybridTime;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.Row;
import io.dotkv.replication.Consistency;
import io.dotkv.replication.Failure;
import io.dotkv.replication.request.ScanEffect.Answer;
import io.dotkv.replication.request.ScanEffect.Fail;
import io.dotkv.replication.request.ScanEffect.Fetch;
import io.dotkv.replication.route.ScanTargets;
import io.dotkv.storage.Outcome;
import io.dotkv.storage.Refusal;
import io.dotkv.storage.RowPage;
import io.dotkv.storage.RowPage.KeyedRow;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ScanCoordinationTest {
    private static final List<NodeId> NODES = List.of(new NodeId("a"), new NodeId("b"), new NodeId("c"));
    private static final PartitionId ONLY = new PartitionId(0);
    private static final Actor ACTOR = new Actor(1, 1);
    private static final ScanTargets GROUND = new ScanTargets(NODES, Layout.first(NODES, 1, 3));

    @Test
    void everyPartitionIsAskedForAtAsManyStoragesAsTheLevelRequires() {
        List<NodeId> five = new ArrayList<>();
        for (int node = 0; node < 5; node++) {
            five.add(new NodeId("n" + node));
        }
        ScanTargets ground = new ScanTargets(five, Layout.first(five, 16, 3));
        int[] lacking = new int[16];
        Arrays.fill(lacking, 2);
        List<Set<PartitionId>> shares =
                ground.share(lacking, new boolean[] {true, true, false, true, true}, ground.emptyShares());
        for (int number = 0; number < 16; number++) {
            PartitionId partition = new PartitionId(number);
            assertThat(shares.stream().filter(share -> share.contains(partition)))
                    .hasSize(2);
        }
        assertThat(shares.get(2)).isEmpty();
        assertThat(lacking).containsOnly(0);
        Arrays.fill(lacking, 2);
        ground.share(lacking, new boolean[] {true, false, false, false, true}, ground.emptyShares());
        assertThat(lacking).contains(1);
    }

    @Test
    void aKeyThatOneStorageDeletedIsNotShown() {
        ScanCoordination scan = scan(10);
        scan.start();
        scan.fetched(1, page(true, DotSet.upTo(ACTOR, 1), row("k", 1)));
        assertThat(scan.fetched(2, page(true, DotSet.upTo(ACTOR, 2))))
                .containsExactly(new Answer(List.of(), Optional.empty()));
    }

    @Test
    void aKeyThatIsNewToOneStorageIsShown() {
        ScanCoordination scan = scan(10);
        scan.start();
        scan.fetched(1, page(true, DotSet.upTo(ACTOR, 5), row("k", 5)));
        assertThat(keys(scan.fetched(2, page(true, DotSet.upTo(ACTOR, 4))))).containsExactly("k");
    }

    @Test
    void nothingBeyondTheShortestPageIsShownYet() {
        ScanCoordination scan = scan(10);
        scan.start();
        DotSet covered = DotSet.upTo(ACTOR, 9);
        scan.fetched(1, page(false, covered, row("a", 1), row("b", 2)));
        List<ScanEffect> effects = scan.fetched(2, page(false, covered, row("a", 1), row("b", 2), row("c", 3)));
        assertThat(keys(effects)).containsExactly("a", "b");
        assertThat(((Answer) effects.getFirst()).after()).contains(Key.of("b"));
    }

    @Test
    void aPageEndsAtItsSizeAndGoesOnBehindItsLastKey() {
        ScanCoordination scan = scan(1);
        scan.start();
        DotSet covered = DotSet.upTo(ACTOR, 9);
        scan.fetched(1, page(true, covered, row("a", 1), row("b", 2)));
        List<ScanEffect> effects = scan.fetched(2, page(true, covered, row("a", 1), row("b", 2)));
        assertThat(keys(effects)).containsExactly("a");
        assertThat(((Answer) effects.getFirst()).after()).contains(Key.of("a"));
    }

    @Test
    void aRoundWithoutAValueIsFollowedByAnotherBehindIt() {
        ScanCoordination scan = scan(10);
        scan.start();
        DotSet covered = DotSet.upTo(ACTOR, 9);
        scan.fetched(1, page(false, covered, row("a", 1)));
        assertThat(scan.fetched(2, page(true, covered)))
                .containsExactly(
                        new Fetch(3, 0, Set.of(ONLY), Bytes.utf8("a"), 10),
                        new Fetch(4, 1, Set.of(ONLY), Bytes.utf8("a"), 10));
    }

    @Test
    void forAStorageThatFailsAnotherIsAsked() {
        ScanCoordination scan = scan(10);
        scan.start();
        assertThat(scan.fetched(1, Outcome.unknown("broke")))
                .containsExactly(new Fetch(3, 2, Set.of(ONLY), Bytes.EMPTY, 10));
        assertThat(scan.fetched(2, page(true, DotSet.EMPTY))).isEmpty();
        assertThat(scan.fetched(3, Outcome.unknown("the disk is full")))
                .singleElement()
                .isInstanceOfSatisfying(
                        Fail.class,
                        fail -> assertThat(fail.failure().message()).contains("not a, c", "c: the disk is full"));
        assertThat(scan.expired()).isEmpty();
    }

    @Test
    void forAStorageThatMakesNoProgressAnotherIsAsked() {
        ScanCoordination scan = scan(10);
        scan.start();
        assertThat(scan.fetched(1, page(false, DotSet.EMPTY)))
                .containsExactly(new Fetch(3, 2, Set.of(ONLY), Bytes.EMPTY, 10));
    }

    @Test
    void forAStorageThatHangsAnotherIsAskedAndWhoeverAnswersFirstCounts() {
        ScanCoordination scan = scan(10);
        scan.start();
        DotSet covered = DotSet.upTo(ACTOR, 9);
        scan.fetched(1, page(true, covered, row("k", 1)));
        assertThat(scan.slow()).containsExactly(new Fetch(3, 2, Set.of(ONLY), Bytes.EMPTY, 10));
        assertThat(scan.unanswered()).containsExactly(1, 2);
        assertThat(scan.slow()).isEmpty();
        assertThat(keys(scan.fetched(3, page(true, covered, row("k", 1))))).containsExactly("k");
        assertThat(scan.fetched(2, page(true, covered, row("k", 1)))).isEmpty();
    }

    @Test
    void aStorageThatHungAnswersAfterAll() {
        ScanCoordination scan = scan(10);
        scan.start();
        scan.fetched(1, page(true, DotSet.EMPTY));
        scan.slow();
        assertThat(scan.fetched(2, page(true, DotSet.EMPTY))).containsExactly(new Answer(List.of(), Optional.empty()));
    }

    @Test
    void aStorageThatHungLatelyIsAskedOnlyWhenThereIsNoOther() {
        ScanCoordination scan = scan(10, new boolean[] {true, true, true}, new boolean[] {false, true, false});
        assertThat(scan.start())
                .containsExactly(
                        new Fetch(1, 0, Set.of(ONLY), Bytes.EMPTY, 10), new Fetch(2, 2, Set.of(ONLY), Bytes.EMPTY, 10));
        assertThat(scan.fetched(2, Outcome.unknown("broke")))
                .containsExactly(new Fetch(3, 1, Set.of(ONLY), Bytes.EMPTY, 10));
    }

    @Test
    void aStorageIsNotGivenUpWhileNoOtherIsLeft() {
        ScanCoordination scan = scan(10, new boolean[] {true, true, false}, new boolean[3]);
        scan.start();
        assertThat(scan.slow()).isEmpty();
        scan.fetched(1, page(true, DotSet.EMPTY));
        assertThat(scan.fetched(2, page(true, DotSet.EMPTY))).containsExactly(new Answer(List.of(), Optional.empty()));
    }

    @Test
    void aCallThatExpiresEndsTheScanAtItsDeadlineAndIsNoAbsence() {
        ScanCoordination scan = scan(10);
        scan.start();
        assertThat(scan.fetched(1, Outcome.refused(new Refusal(Refusal.Reason.EXPIRED, 1, "too late"))))
                .singleElement()
                .isInstanceOfSatisfying(
                        Fail.class, fail -> assertThat(fail.failure().reason()).isEqualTo(Failure.Reason.DEADLINE));
    }

    @Test
    void atTheDeadlineItFails() {
        ScanCoordination scan = scan(10);
        scan.start();
        assertThat(scan.expired()).singleElement().isInstanceOf(Fail.class);
        assertThat(scan.fetched(1, page(true, DotSet.EMPTY))).isEmpty();
    }

    private static ScanCoordination scan(int pageSize) {
        return scan(pageSize, new boolean[] {true, true, true}, new boolean[3]);
    }

    private static ScanCoordination scan(int pageSize, boolean[] usable, boolean[] slow) {
        return new ScanCoordination(
                GROUND, usable, slow, new ScanCoordination.Wanted(Consistency.QUORUM, Bytes.EMPTY, pageSize, 1000));
    }

    private static KeyedRow row(String key, long counter) {
        Dot dot = new Dot(ACTOR, counter);
        return new KeyedRow(
                Key.of(key),
                new Row(
                        List.of(new Leaf(dot, Bytes.EMPTY, HybridTime.ofMillis(1), Bytes.utf8("v"))),
                        DotSet.upTo(ACTOR, counter)));
    }

    private static Outcome<RowPage> page(boolean last, DotSet covered, KeyedRow... rows) {
        return Outcome.done(new RowPage(List.of(rows), last, Map.of(ONLY, covered)));
    }

    private static List<String> keys(List<ScanEffect> effects) {
        return ((Answer) effects.getFirst())
                .rows().stream()
                        .map(row -> new String(row.key().bytes().array(), StandardCharsets.UTF_8))
                        .toList();
    }
}
