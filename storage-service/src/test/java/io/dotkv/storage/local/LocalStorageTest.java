package io.dotkv.storage.local;

import static io.dotkv.storage.StorageRig.done;
import static io.dotkv.storage.StorageRig.putting;
import static io.dotkv.storage.StorageRig.reading;
import static io.dotkv.storage.StorageRig.refusal;
import static io.dotkv.storage.StorageRig.soon;
import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.kernel.Actor;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Delta;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.HybridTime;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.Retirements;
import io.dotkv.storage.Assignment;
import io.dotkv.storage.MutationListener;
import io.dotkv.storage.Outcome;
import io.dotkv.storage.Refusal;
import io.dotkv.storage.Requests;
import io.dotkv.storage.StampedWrite;
import io.dotkv.storage.StorageDescription;
import io.dotkv.storage.StorageRig;
import io.dotkv.storage.engine.ScriptedEngine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One storage on RocksDB: what it does with each request, and what it refuses. */
class LocalStorageTest {
    @TempDir
    private Path folder;

    private final AtomicReference<ScriptedEngine> engine = new AtomicReference<>();
    private StorageRig ann = new StorageRig(Path.of("unset"), 1);

    @BeforeEach
    void start() {
        ann = new StorageRig(folder, 1).around(inner -> {
            ScriptedEngine scripted = new ScriptedEngine(inner);
            engine.set(scripted);
            return scripted;
        });
        ann.start();
    }

    @AfterEach
    void stop() {
        ann.close();
    }

    @Test
    void whatWasPutIsReadAndWhatWasDeletedIsNot() {
        ann.put("cart", "apples");
        assertThat(ann.values("cart")).containsExactly("apples");
        StampedWrite deletion =
                ann.done(new Requests.Mutate(1, Key.of("cart"), Optional.empty(), Optional.empty(), "", soon()));
        assertThat(deletion.replaced()).isEqualTo(1);
        assertThat(ann.values("cart")).isEmpty();
        assertThat(ann.row("never").leaves()).isEmpty();
    }

    @Test
    void aMutationThatNobodyWaitsForAnyMoreIsNotBegun() {
        CompletableFuture<Outcome<Long>> ended = new CompletableFuture<>();
        ann.storage().mutate(putting("cart", "apples"), new MutationListener() {
            @Override
            public void assigned(StampedWrite stamped) {
                throw new AssertionError("it was begun");
            }

            @Override
            public void ended(Outcome<Long> outcome) {
                ended.complete(outcome);
            }

            @Override
            public boolean isGivenUp() {
                return true;
            }
        });
        assertThat(refusal(ended).reason()).isEqualTo(Refusal.Reason.EXPIRED);
        assertThat(ann.values("cart")).isEmpty();
    }

    @Test
    void siblingsAreCountedAndPartsOfDataTypesAndEqualValuesAreNot() {
        ann.apply(twoLeaves(1, "set", Bytes.utf8("\u0004\u0001a"), Bytes.utf8("\u0004\u0001b"), "x", "y"));
        ann.apply(twoLeaves(3, "equal", Bytes.EMPTY, Bytes.EMPTY, "apple", "apple"));
        assertThat(done(ann.storage().describe()).siblings()).isEqualTo(new StorageDescription.Siblings(0, 0, 0));
        ann.apply(twoLeaves(5, "cart", Bytes.EMPTY, Bytes.EMPTY, "apple", "pear"));
        assertThat(done(ann.storage().describe()).siblings()).isEqualTo(new StorageDescription.Siblings(1, 2, 0));
    }

    private static Delta twoLeaves(
            long counter, String key, Bytes firstPath, Bytes secondPath, String firstValue, String secondValue) {
        Dot first = new Dot(new Actor(2, 1), counter);
        Dot second = new Dot(new Actor(2, 1), counter + 1);
        return new Delta(
                Key.of(key),
                List.of(
                        new Leaf(first, firstPath, HybridTime.ofMillis(1), Bytes.utf8(firstValue)),
                        new Leaf(second, secondPath, HybridTime.ofMillis(2), Bytes.utf8(secondValue))),
                DotSet.of(List.of(first, second)),
                List.of(first, second));
    }

    @Test
    void writersThatCallAtOnceShareASync() throws InterruptedException {
        AtomicInteger writes = new AtomicInteger();
        engine.get().beforeWrite(writes::incrementAndGet);
        int each = 200;
        List<Thread> writers = new ArrayList<>();
        List<StorageRig.Told> told = Collections.synchronizedList(new ArrayList<>());
        for (int writer = 0; writer < 4; writer++) {
            int number = writer;
            writers.add(new Thread(() -> {
                for (int put = 0; put < each; put++) {
                    told.add(ann.mutate(putting("key " + put, number + " " + put)));
                }
            }));
        }
        writers.forEach(Thread::start);
        for (Thread writer : writers) {
            writer.join();
        }
        told.forEach(one -> done(one.ended));
        assertThat(told).hasSize(4 * each);
        assertThat(writes.get()).isLessThan(4 * each / 2);
        assertThat(done(ann.storage().clocks(Set.of())).stream()
                        .mapToLong(clock -> clock.clock().size())
                        .sum())
                .isEqualTo(4L * each);
        assertThat(ann.values("key 7")).hasSize(1);
    }

    @Test
    void theListenerHearsOfTheDotBeforeItHearsOfTheEnd() {
        List<String> heard = new ArrayList<>();
        StorageRig.Told told = new StorageRig.Told();
        ann.storage().mutate(putting("cart", "apples"), new MutationListener() {
            @Override
            public void assigned(StampedWrite stamped) {
                heard.add("assigned " + stamped.delta().events());
            }

            @Override
            public void ended(Outcome<Long> outcome) {
                heard.add("ended " + outcome);
                told.ended(outcome);
            }
        });
        done(told.ended);
        assertThat(heard).containsExactly("assigned [1.1:1]", "ended " + Outcome.done(1L));
    }

    @Test
    void aListenerThatThrowsHarmsNobodyElse() {
        MutationListener bad = new MutationListener() {
            @Override
            public void assigned(StampedWrite stamped) {
                throw new IllegalStateException("a test's listener does not want to know");
            }

            @Override
            public void ended(Outcome<Long> outcome) {
                throw new IllegalStateException("a test's listener does not want to know");
            }
        };
        ann.storage().mutate(putting("cart", "apples"), bad);
        ann.storage().mutate(putting("cart", "late", Optional.of(DotSet.upTo(new Actor(1, 9), 1)), ""), bad);
        ann.put("cart", "pears");
        assertThat(ann.values("cart")).containsExactly("pears");
        assertThat(ann.fatal).isEmpty();
    }

    @Test
    void aRepeatedRequestIdGivesTheSameDot() {
        Dot first = eventOf(ann.done(putting("cart", "apples", Optional.empty(), "request 1")));
        StampedWrite again = ann.done(putting("cart", "apples", Optional.empty(), "request 1"));
        assertThat(again.repeated()).isTrue();
        assertThat(eventOf(again)).isEqualTo(first);
        assertThat(ann.values("cart")).containsExactly("apples");
    }

    @Test
    void aRequestIdIsRecognisedThatCameWithTheDeltaOfAnotherReplica() {
        Dot event = new Dot(new Actor(2, 1), 1);
        Leaf leaf = new Leaf(event, Bytes.EMPTY, HybridTime.ofMillis(1), Bytes.utf8("apples"));
        Delta delta = new Delta(Key.of("cart"), List.of(leaf), DotSet.of(event), List.of(event));
        done(ann.storage().apply(new Requests.Apply(1, delta, "request 1", soon())));
        StampedWrite again = ann.done(putting("cart", "apples", Optional.empty(), "request 1"));
        assertThat(eventOf(again)).isEqualTo(event);
        assertThat(ann.values("cart")).containsExactly("apples");
    }

    @Test
    void aRequestIdMeansNothingForAnotherKey() {
        String same = StorageRig.keyIn(0);
        String other = StorageRig.keyIn(2);
        Dot first = eventOf(ann.done(putting(same, "apples", Optional.empty(), "request 1")));
        StampedWrite second = ann.done(putting(other, "pears", Optional.empty(), "request 1"));
        assertThat(eventOf(second)).isEqualTo(first);
        assertThat(second.repeated()).isFalse();
        assertThat(ann.values(other)).containsExactly("pears");
    }

    private static Dot eventOf(StampedWrite stamped) {
        return stamped.delta().events().getFirst();
    }

    @Test
    void aContextThatNamesEventsWhichWereNeverIssuedIsRefused() {
        ann.put("cart", "apples");
        DotSet future = DotSet.upTo(new Actor(1, 1), 2);
        Refusal refusal = ann.refusal(putting("cart", "pears", Optional.of(future), ""));
        assertThat(refusal.reason()).isEqualTo(Refusal.Reason.CONTEXT_FROM_NOWHERE);
        assertThat(refusal.detail()).contains("Read the key again");
        assertThat(ann.values("cart")).containsExactly("apples");
    }

    @Test
    void aPutThatWouldAddTooManySiblingsIsRefusedAndAMergeIsNot() {
        for (int sibling = 0; sibling < 5; sibling++) {
            ann.done(putting("cart", "v" + sibling, Optional.of(DotSet.EMPTY), ""));
        }
        Refusal refusal = ann.refusal(putting("cart", "one more", Optional.of(DotSet.EMPTY), ""));
        assertThat(refusal.reason()).isEqualTo(Refusal.Reason.TOO_MANY_SIBLINGS);
        assertThat(refusal.detail()).contains("5 concurrent values");
        ann.done(putting("cart", "merged", Optional.of(ann.row("cart").context()), ""));
        assertThat(ann.values("cart")).containsExactly("merged");
    }

    @Test
    void aRequestWhoseTimeIsOverIsRefused() {
        long over = System.nanoTime() - 1;
        Delta delta = ann.put("cart", "apples");
        Refusal ofMutation =
                ann.refusal(new Requests.Mutate(1, Key.of("cart"), Optional.empty(), Optional.empty(), "", over));
        Refusal ofRead = refusal(ann.storage().read(new Requests.Read(1, Key.of("cart"), over)));
        Refusal ofApply = refusal(ann.storage().apply(new Requests.Apply(1, delta, "", over)));
        Refusal ofScan =
                refusal(ann.storage().scan(new Requests.Scan(1, Bytes.EMPTY, Bytes.EMPTY, 10, Set.of(), over)));
        assertThat(List.of(ofMutation, ofRead, ofApply, ofScan))
                .extracting(Refusal::reason)
                .containsOnly(Refusal.Reason.EXPIRED);
        assertThat(ann.values("cart")).containsExactly("apples");
    }

    @Test
    void aRequestOfAnOlderLayoutIsRefusedWithTheNewerNumber() {
        Delta delta = ann.put("cart", "apples");
        done(ann.storage().assume(ann.assignment(1, 0, 7)));
        List<Refusal> refusals = List.of(
                ann.refusal(putting("cart", "pears")),
                refusal(ann.storage().read(reading("cart"))),
                refusal(ann.storage().apply(new Requests.Apply(1, delta, "", soon()))),
                refusal(ann.storage().scan(new Requests.Scan(1, Bytes.EMPTY, Bytes.EMPTY, 10, Set.of(), soon()))),
                refusal(ann.storage().pull(new Requests.Pull(1, 2, List.of()), message -> {
                    throw new AssertionError("nothing is sent");
                })));
        assertThat(refusals).extracting(Refusal::reason).containsOnly(Refusal.Reason.STALE_PLACEMENT);
        assertThat(refusals).extracting(Refusal::placement).containsOnly(7L);
    }

    @Test
    void aPartitionThatIsNotHeldIsRefused() {
        Assignment all = ann.assignment(1, 0, 2);
        done(ann.storage()
                .assume(new Assignment(
                        all.clusterId(),
                        all.node(),
                        all.nodeNumber(),
                        1,
                        0,
                        2,
                        StorageRig.PARTITIONS,
                        List.of(new PartitionId(1)),
                        2,
                        2,
                        3,
                        Retirements.NONE)));
        Requests.Mutate elsewhere =
                new Requests.Mutate(2, Key.of(StorageRig.keyIn(3)), Optional.empty(), Optional.empty(), "", soon());
        assertThat(ann.refusal(elsewhere).reason()).isEqualTo(Refusal.Reason.NOT_A_REPLICA);
        assertThat(refusal(ann.storage()
                                .scan(new Requests.Scan(
                                        2, Bytes.EMPTY, Bytes.EMPTY, 1, Set.of(new PartitionId(3)), soon())))
                        .reason())
                .isEqualTo(Refusal.Reason.NOT_A_REPLICA);
    }

    @Test
    void everythingIsRefusedBeforeTheStorageKnowsWhoItIs() {
        try (StorageRig nobody = new StorageRig(folder.resolve("nobody"), 3)) {
            nobody.open();
            assertThat(nobody.refusal(putting("cart", "apples")).reason()).isEqualTo(Refusal.Reason.NO_ACTOR);
            assertThat(refusal(nobody.storage().read(reading("cart"))).reason()).isEqualTo(Refusal.Reason.NO_ACTOR);
            assertThat(refusal(nobody.storage().clocks(Set.of())).reason()).isEqualTo(Refusal.Reason.NO_ACTOR);
            assertThat(done(nobody.storage().describe()).node()).isEmpty();
        }
    }

    @Test
    void theDescriptionCountsWhatIsThere() {
        for (int key = 0; key < 50; key++) {
            ann.put("key " + key, "v");
        }
        StorageDescription description = done(ann.storage().describe());
        assertThat(description.node()).isEqualTo("n1");
        assertThat(description.boot()).isEqualTo(1);
        assertThat(description.engine()).isEqualTo("rocksdb");
        assertThat(description.durability()).isEqualTo("sync");
        assertThat(description.partitions()).isEqualTo(StorageRig.PARTITIONS);
        assertThat(description.logRecordsEstimate()).isEqualTo(50);
        assertThat(description.keysEstimate()).isBetween(40L, 60L);
        assertThat(description.diskBytes()).isPositive();
    }
}
