package io.dotkv.storage.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.kernel.Actor;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Delta;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.Retirement;
import io.dotkv.kernel.Retirements;
import io.dotkv.kernel.Row;
import io.dotkv.kernel.VersionVector;
import io.dotkv.kernel.encoding.MalformedException;
import io.dotkv.kernel.types.Content;
import io.dotkv.kernel.types.DataType;
import io.dotkv.kernel.types.Place;
import io.dotkv.kernel.types.Step;
import io.dotkv.kernel.types.TypeChange;
import io.dotkv.storage.PullMessage;
import io.dotkv.storage.WriteId;
import io.dotkv.storage.simulated.CrashingEngine;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The closing of former boots at one replica, step by step. Ann's node is number 1; her first boot is closed. */
class ClosingTest {
    private static final Actor SECOND_BOOT = new Actor(1, 2);
    private static final Key CART = Key.of("cart");

    private final Peer ann = new Peer(1);
    private final Peer bob = new Peer(2);
    private long version;

    private void tell(Peer peer, int floor, Optional<Retirement.Attempt> attempt) {
        peer.replica.agreed(new Retirements(++version, List.of(new Retirement(1, floor, attempt))), peer.actor());
        peer.replica.retire();
        peer.write();
    }

    private static Optional<Retirement.Attempt> attempt(long id, boolean committed, DotSet ends) {
        return Optional.of(new Retirement.Attempt(id, 2, committed, new TreeMap<>(Map.of(Peer.PARTITION, ends))));
    }

    private DotSet former(Peer peer) {
        return peer.clock().before(SECOND_BOOT);
    }

    @Test
    void whoHasTheEndsPromisesAndTakesNothingBeyondThem() {
        Delta first = ann.put("cart", "apples");
        Delta late = ann.put("box", "pears");
        bob.apply(first);
        ann.restart();
        tell(bob, 1, attempt(7, false, former(bob)));
        assertThat(bob.asking().promises()).hasSize(1);
        bob.apply(late);
        assertThat(bob.values("box")).isEmpty();
        assertThat(former(bob)).isEqualTo(DotSet.of(first.events()));
        bob.restart();
        assertThat(bob.asking().promises()).hasSize(1);
        bob.apply(late);
        assertThat(bob.values("box")).isEmpty();
    }

    /** Ann's first put has reached Bob by a repair, so without its name, and Ann has been restarted. */
    private Delta cameWithoutItsName() {
        Delta put = ann.mutate(CART, Bytes.utf8("apples"), Optional.empty(), WriteId.of("request 1", CART))
                .delta();
        bob.takes(put, null);
        ann.restart();
        return put;
    }

    @Test
    void whoLooksForANameDoesNotPromiseBeforeItIsTold() {
        Delta put = cameWithoutItsName();
        tell(bob, 1, attempt(7, false, former(bob)));
        assertThat(bob.asking().promises()).isEmpty();
        bob.pull(ann);
        tell(bob, 1, attempt(7, false, former(bob)));
        assertThat(bob.asking().promises()).hasSize(1);
        assertThat(bob.replica.known(WriteId.of("request 1", CART))).isEqualTo(put.events());
    }

    @Test
    void whoLooksForANameThatNobodyTellsPromisesAfterAMinute() {
        var _ = cameWithoutItsName();
        for (int second = 0; second < 59; second++) {
            tell(bob, 1, attempt(7, false, former(bob)));
        }
        assertThat(bob.asking().promises()).isEmpty();
        for (int second = 0; second < 3; second++) {
            tell(bob, 1, attempt(7, false, former(bob)));
        }
        assertThat(bob.asking().promises()).hasSize(1);
    }

    @Test
    void whoHasOtherDotsDoesNotPromise() {
        Delta first = ann.put("cart", "apples");
        ann.put("box", "pears");
        bob.apply(first);
        ann.restart();
        tell(bob, 1, attempt(7, false, former(ann)));
        assertThat(bob.asking().promises()).isEmpty();
        bob.pull(ann);
        tell(bob, 1, attempt(7, false, former(ann)));
        assertThat(bob.asking().promises()).hasSize(1);
    }

    @Test
    void anAttemptThatIsGivenUpBindsNobodyAndAnOlderAgreementUndoesNothing() {
        Delta first = ann.put("cart", "apples");
        Delta late = ann.put("box", "pears");
        bob.apply(first);
        ann.restart();
        tell(bob, 1, attempt(7, false, former(bob)));
        version -= 2;
        tell(bob, 1, Optional.empty());
        assertThat(bob.asking().promises()).hasSize(1);
        version += 5;
        tell(bob, 1, Optional.empty());
        assertThat(bob.asking().promises()).isEmpty();
        assertThat(bob.apply(late).values("box")).containsExactly("pears");
    }

    @Test
    void aClosedBootLeavesAFloorAndNothingElse() {
        bob.apply(ann.put("cart", "apples"), ann.delete("cart"));
        ann.restart();
        tell(bob, 1, attempt(7, false, former(bob)));
        tell(bob, 1, attempt(7, true, former(ann)));
        assertThat(bob.clock()).isEqualTo(DotSet.allBelow(SECOND_BOOT));
        assertThat(bob.replica.reading().logRecords()).isZero();
        assertThat(Host.STORE.pruned(bob.engine)).isEqualTo(DotSet.EMPTY);
        tell(bob, 2, Optional.empty());
        assertThat(bob.asking().promises()).isEmpty();
        bob.restart();
        assertThat(bob.clock()).isEqualTo(DotSet.allBelow(SECOND_BOOT));
    }

    private void close(Peer peer) {
        DotSet ends = former(peer);
        tell(peer, 1, attempt(7, false, ends));
        tell(peer, 1, attempt(7, true, ends));
        assertThat(peer.clock().floorOf(1)).isEqualTo(2);
    }

    @Test
    void aRemovalAndAPutSpareTheElementsOfClosedBoots() throws MalformedException {
        Key cart = Key.of("cart");
        Place set = new Place(List.of(), DataType.ADD_WINS_SET);
        for (String name : List.of("apples", "pears", "plums")) {
            bob.apply(ann.update(cart, new Step(set, new TypeChange.Add(Bytes.utf8(name))))
                    .delta());
        }
        ann.restart();
        close(ann);
        close(bob);
        bob.apply(
                ann.put("cart", "a note"),
                ann.update(cart, new Step(set, new TypeChange.Remove(Bytes.utf8("apples"))))
                        .delta());
        bob.apply(ann.put("cart", "another note", plainContext(ann.row(cart))));
        for (Peer peer : List.of(ann, bob)) {
            Content content = Content.of(peer.row(cart).leaves());
            assertThat(content.addWinsSet()).containsExactly(Bytes.utf8("pears"), Bytes.utf8("plums"));
            assertThat(content.values()).containsExactly(Bytes.utf8("another note"));
        }
        assertThat(bob.strip().stored(cart)).isEqualTo(ann.strip().stored(cart));
        assertThat(bob.stored(cart).context()).isEqualTo(DotSet.EMPTY);
    }

    private static DotSet plainContext(Row row) {
        return new VersionVector(row.context()).sparingTypes(row.leaves()).dots();
    }

    @Test
    void aWriteThatComesWhenItsBootIsClosedIsOfThePastAndOneThatIsNewIsNot() {
        Delta taken = ann.put("cart", "apples");
        Delta lost = ann.put("box", "pears");
        bob.apply(taken);
        ann.loseDisk();
        close(bob);
        assertThat(bob.replica.isPast(taken.events())).isTrue();
        assertThat(bob.replica.isPast(lost.events())).isTrue();
        assertThat(bob.replica.isPast(ann.put("box", "plums").events())).isFalse();
    }

    @Test
    void whoIsAboutToCloseGetsNoFullAnswer() {
        bob.apply(ann.put("cart", "apples"));
        ann.restart();
        tell(bob, 1, attempt(7, false, former(bob)));
        tell(bob, 1, attempt(7, true, former(bob)));
        bob.put("box", "pears");
        List<PullMessage> messages = bob.answer(ann.asking());
        assertThat(messages.getLast())
                .isInstanceOfSatisfying(
                        PullMessage.End.class, end -> assertThat(end.full()).isFalse());
        messages.forEach(ann::absorb);
        assertThat(ann.values("box")).containsExactly("pears");
    }

    /** Scenario 5 for a whole boot: nothing of what was closed while Cyd was away comes back. */
    @Test
    void whoIsBehindAFloorGetsAFullAnswer() {
        Peer cyd = new Peer(3);
        Delta apples = ann.put("cart", "apples");
        cyd.apply(apples);
        bob.apply(apples, ann.delete("cart"));
        ann.restart();
        tell(bob, 1, attempt(7, false, former(bob)));
        tell(bob, 1, attempt(7, true, former(bob)));
        tell(bob, 2, Optional.empty());
        cyd.pull(bob);
        assertThat(cyd.values("cart")).isEmpty();
        assertThat(cyd.clock()).isEqualTo(bob.clock());
        bob.pull(cyd);
        assertThat(bob.values("cart")).isEmpty();
    }

    /** Scenario 22: Ann's delete reached nobody but Bob's row, and Ann's disk is gone. */
    @Test
    void aRowThatShowsWhatAVoidEventDidIsWrittenAnew() {
        Peer cyd = new Peer(3);
        Delta apples = ann.put("cart", "apples");
        bob.apply(apples);
        cyd.apply(apples);
        ann.delete("cart");
        // As a read repair brings it: the row, and no event.
        var row = ann.row("cart");
        bob.apply(new Delta(apples.key(), row.leaves(), row.context(), List.of()));
        ann.loseDisk();
        assertThat(bob.values("cart")).isEmpty();
        assertThat(cyd.values("cart")).containsExactly("apples");
        for (Peer peer : List.of(bob, cyd)) {
            tell(peer, 1, attempt(7, false, former(peer)));
            tell(peer, 1, attempt(7, true, former(peer)));
        }
        cyd.pull(bob);
        assertThat(cyd.values("cart")).isEmpty();
        assertThat(bob.strip().stored("cart").isEmpty()).isTrue();
        assertThat(cyd.strip().stored("cart").isEmpty()).isTrue();
    }

    /** The same without the rule that such a row is written anew: it stays different for ever. */
    @Test
    void aVoidEffectThatIsNotTouchedWouldStayWhereItWasSeen() {
        Peer cyd = new Peer(3);
        Delta apples = ann.put("cart", "apples");
        bob.apply(apples);
        cyd.apply(apples);
        ann.delete("cart");
        var row = ann.row("cart");
        bob.apply(new Delta(apples.key(), row.leaves(), row.context(), List.of()));
        ann.loseDisk();
        Host host = new Host(bob, new GhostHistory(2), Fault.NONE);
        bob.holdBack(false);
        host.rewriteResiduals(
                context -> context.minus(context.before(SECOND_BOOT).minus(former(bob))));
        for (Peer peer : List.of(bob, cyd)) {
            tell(peer, 1, attempt(7, false, former(peer)));
            tell(peer, 1, attempt(7, true, former(peer)));
        }
        cyd.pull(bob);
        assertThat(cyd.clock()).isEqualTo(bob.clock());
        assertThat(bob.values("cart")).isEmpty();
        assertThat(cyd.values("cart")).containsExactly("apples");
    }

    /** Scenario 19c: a disk comes back with an event that was declared void while another was in its place. */
    @Test
    void aDiskOfThePastIsEmptiedSinceItWouldHideWhatWasAcknowledged() {
        Peer cyd = new Peer(3);
        Delta apples = ann.put("cart", "apples");
        bob.apply(apples);
        cyd.apply(apples);
        ann.delete("cart");
        CrashingEngine past = ann.engine.crash(ann.engine.unsyncedBatches());
        ann.loseDisk();
        ann.pull(bob);
        for (Peer peer : List.of(ann, bob, cyd)) {
            tell(peer, 1, attempt(7, false, former(cyd)));
        }
        for (Peer peer : List.of(ann, bob, cyd)) {
            tell(peer, 1, attempt(7, true, DotSet.of(apples.events())));
        }
        ann.start(past, true);
        assertThat(ann.replica.holdsRetiredEvents(new Retirements(99, List.of(new Retirement(1, 2, Optional.empty())))))
                .isTrue();
        Delta pears = cyd.put("cart", "pears", DotSet.EMPTY);
        Peer emptied = new Peer(1).apply(pears);
        bob.pull(emptied);
        assertThat(bob.values("cart")).containsExactlyInAnyOrder("apples", "pears");
        // What is not done: to pull from it as it is.
        ann.apply(pears);
        cyd.put("cart", "plums", DotSet.EMPTY);
        ann.pull(cyd);
        bob.pull(ann);
        assertThat(bob.values("cart")).doesNotContain("apples");
    }

    @Test
    void aDiskOfThePastIsRecognisedByTheFloor() {
        bob.apply(ann.put("cart", "apples"));
        ann.restart();
        Retirements raised = new Retirements(9, List.of(new Retirement(1, 2, Optional.empty())));
        assertThat(bob.replica.holdsRetiredEvents(raised)).isTrue();
        tell(bob, 1, attempt(7, false, former(bob)));
        tell(bob, 1, attempt(7, true, former(bob)));
        assertThat(bob.replica.holdsRetiredEvents(raised)).isFalse();
        assertThat(new Peer(3).replica.holdsRetiredEvents(raised)).isFalse();
    }

    /** Who pulls from it, or reads, while it is cleared must not take what is gone for deleted. */
    @Test
    void anAbandonedReplicaKnowsNothing() {
        bob.apply(ann.put("cart", "apples"));
        assertThat(bob.replica.abandon()).isTrue();
        assertThat(bob.votes()).isFalse();
        assertThat(bob.clock()).isEqualTo(DotSet.EMPTY);
        assertThat(bob.row("box").context()).isEqualTo(DotSet.EMPTY);
        ann.pull(bob);
        assertThat(ann.values("cart")).containsExactly("apples");
    }

    /** Under periodic syncs, too: the others forget what it has closed, so it must not come back without the floor. */
    @Test
    void aFloorOutlivesALossOfPower() {
        bob.syncing(false);
        bob.apply(ann.put("cart", "apples"));
        ann.restart();
        tell(bob, 1, attempt(7, false, former(bob)));
        tell(bob, 1, attempt(7, true, former(bob)));
        bob.losePower(0);
        assertThat(bob.clock()).isEqualTo(DotSet.allBelow(SECOND_BOOT));
        assertThat(bob.values("cart")).containsExactly("apples");
    }

    @Test
    void strangersWhoSayThatTheyHaveSomethingTakeNoRoom() {
        bob.apply(ann.put("cart", "apples"));
        bob.replica.others(2);
        bob.replica.confirmed(1, ann.clock());
        bob.replica.confirmed(3, ann.clock());
        for (int stranger = 100; stranger < 10_000; stranger++) {
            bob.replica.confirmed(stranger, ann.clock());
        }
        bob.replica.confirmed(3, DotSet.EMPTY);
        prune(30);
        assertThat(bob.replica.reading().logRecords()).isEqualTo(1);
    }

    @Test
    void whatAllOthersHaveLeavesTheLogAfterAQuietTime() {
        bob.apply(ann.put("cart", "apples"), ann.delete("cart"));
        bob.replica.others(2);
        bob.replica.confirmed(1, ann.clock());
        prune(30);
        assertThat(bob.replica.reading().logRecords()).isEqualTo(2);
        bob.replica.confirmed(3, DotSet.upTo(ann.actor(), 1));
        prune(30);
        assertThat(bob.replica.reading().logRecords()).isEqualTo(1);
        bob.replica.confirmed(3, ann.clock());
        prune(30);
        assertThat(bob.replica.reading().logRecords()).isZero();
        assertThat(bob.stored("cart").isEmpty()).isTrue();
        Peer cyd = new Peer(3);
        cyd.pull(bob);
        assertThat(cyd.clock()).isEqualTo(bob.clock());
    }

    private void prune(int turns) {
        for (int turn = 0; turn < turns; turn++) {
            bob.replica.prune();
            bob.write();
        }
    }
}
