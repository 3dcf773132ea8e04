package io.dotkv.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.ports.SeededRandom;
import io.dotkv.kernel.types.Content;
import io.dotkv.kernel.types.DataType;
import io.dotkv.kernel.types.Place;
import io.dotkv.kernel.types.Step;
import io.dotkv.kernel.types.TypeChange;
import io.dotkv.kernel.types.Update;
import io.dotkv.replication.world.World;
import io.dotkv.replication.world.World.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Data types on a whole cluster of replication layers over storages that implement the algebra. */
class DataTypesTest {
    private static final Place COUNTER = new Place(List.of(), DataType.COUNTER);
    private static final Place SET = new Place(List.of(), DataType.ADD_WINS_SET);
    private static final Step COUNT = new Step(COUNTER, new TypeChange.Increase(1));

    private final World world = new World(new SeededRandom(7), 3, 4);
    private final Node a = world.node(0);
    private final Node b = world.node(1);
    private final Node c = world.node(2);

    @Test
    void additionsThroughAllNodesAtOnceSumUp() {
        List<CompletionStage<WriteResult>> writes = new ArrayList<>();
        for (int round = 0; round < 30; round++) {
            writes.add(update(world.node(round % 3), "r" + round, COUNT));
        }
        writes.forEach(write -> assertApplied(world.await(write)));
        for (Node node : world.nodes()) {
            assertThat(content(node).counter()).isEqualTo(OptionalLong.of(30));
        }
    }

    @Test
    void aRetryThroughAnotherNodeCountsOnce() {
        assertApplied(world.await(update(a, "same", COUNT, adding("fig"))));
        for (Node node : world.nodes()) {
            assertApplied(world.await(update(node, "same", COUNT, adding("fig"))));
        }
        assertThat(content(b).counter()).isEqualTo(OptionalLong.of(1));
        assertThat(world.history().issuedCount()).isEqualTo(1);
    }

    @Test
    void anAdditionWinsOverARemovalThatHasNotSeenIt() {
        assertApplied(world.await(update(a, "r1", adding("fig"), adding("pear"))));
        CompletionStage<WriteResult> removal = update(b, "r2", new Step(SET, new TypeChange.Remove(Bytes.utf8("fig"))));
        CompletionStage<WriteResult> addition = update(c, "r3", adding("fig"));
        assertApplied(world.await(removal));
        assertApplied(world.await(addition));
        assertThat(content(a).addWinsSet()).contains(Bytes.utf8("pear"));
        assertApplied(world.await(update(a, "r4", new Step(SET, new TypeChange.Remove(Bytes.utf8("fig"))))));
        for (Node node : world.nodes()) {
            assertThat(content(node).addWinsSet()).containsExactly(Bytes.utf8("pear"));
        }
    }

    @Test
    void aPutWithTheContextOfAGetLeavesTheTypesOfTheKeyAlone() {
        assertApplied(world.put(a, "k", "plain", Optional.empty(), Consistency.ALL));
        assertApplied(world.await(update(b, "r1", COUNT)));
        ReadResult.Answered read = (ReadResult.Answered) world.get(c, "k", Consistency.ALL);
        assertThat(read.values()).hasSize(1);
        assertThat(read.types()).containsExactly(DataType.COUNTER);
        assertApplied(world.put(c, "k", "next", Optional.of(read.context()), Consistency.ALL));
        assertApplied(world.put(a, "k", "blind", Optional.empty(), Consistency.ALL));
        assertThat(content(b).values()).containsExactly(Bytes.utf8("blind"));
        assertThat(content(b).counter()).isEqualTo(OptionalLong.of(1));
        assertApplied(world.delete(b, "k", Optional.empty(), Consistency.ALL));
        assertThat(content(a).isEmpty()).isTrue();
    }

    @Test
    void whatANodeMissedOfAnUpdateReachesItWithoutARead() {
        c.crash();
        world.time().runFor(3000 * World.MILLIS);
        for (int round = 0; round < 5; round++) {
            assertApplied(world.await(update(a, "r" + round, COUNT, adding("element " + round))));
        }
        c.start();
        world.time().runFor(3000 * World.MILLIS);
        Key key = Key.of("k");
        assertThat(c.storage().row(key)).isEqualTo(a.storage().row(key));
        assertThat(c.storage().row(key).leaves()).hasSize(6);
    }

    private static Step adding(String element) {
        return new Step(SET, new TypeChange.Add(Bytes.utf8(element)));
    }

    private CompletionStage<WriteResult> update(Node node, String requestId, Step... steps) {
        return node.replication()
                .write(new Operation.Write(
                        Key.of("k"),
                        new Operation.Write.Typed(new Update(Arrays.asList(steps))),
                        Consistency.QUORUM,
                        requestId,
                        world.in(3000)));
    }

    private Content content(Node node) {
        ContentResult result = world.await(
                node.replication().content(new Operation.Read(Key.of("k"), Consistency.QUORUM, world.in(3000))));
        return ((ContentResult.Answered) result).content();
    }

    private static void assertApplied(WriteResult result) {
        assertThat(result).isInstanceOf(WriteResult.Applied.class);
    }
}
