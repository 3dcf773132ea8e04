package io.dotkv.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.simulated.SimulatedTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Many nodes on virtual time over a network that delays and loses. */
class SpreadTest {
    private static final long SECOND = GossipNetwork.SECOND;

    private int messages;
    private final GossipNetwork network = new GossipNetwork(3, new GossipNetwork.Wire() {
        @Override
        public void asked(String from, Exchange exchange) {
            messages++;
        }

        @Override
        public void answered(String from, ExchangeAnswer answer) {}
    });
    private final SimulatedTime time = network.time();

    @Test
    void newsReachesAHundredNodesWithinALogarithmicNumberOfRoundsAndThenCostsNothing() throws IOException {
        network.startMany(100);
        Set<String> heard = network.hearers("topic");
        CompletionStage<Version> published = network.node("n0").publish("topic", "subject", Bytes.utf8("news"));
        long before = time.monotonicNanos();
        assertThat(time.runUntil(() -> heard.size() == 100, 10 * SECOND)).isTrue();
        assertThat((time.monotonicNanos() - before) / 200_000_000).isLessThanOrEqualTo(10);
        assertThat(published.toCompletableFuture()).isCompleted();
        time.runFor(5 * SECOND);
        messages = 0;
        time.runFor(10 * SECOND);
        assertThat(messages).as("only comparisons of digests").isLessThan(150);
    }

    @Test
    void newsReachesAllEvenWhenAThirdOfTheMessagesIsLost() throws IOException {
        network.startMany(30);
        network.lose(33);
        Set<String> heard = network.hearers("topic");
        for (int i = 0; i < 5; i++) {
            assertThat(network.node("n" + i).publish("topic", "subject" + i, Bytes.EMPTY))
                    .isNotNull();
        }
        assertThat(time.runUntil(() -> heard.size() == 30, 30 * SECOND)).isTrue();
    }

    @Test
    void whatWasLostAltogetherIsFoundByComparingDigests() throws IOException {
        network.startMany(5);
        network.lose(100);
        assertThat(network.node("n0").publish("topic", "subject", Bytes.EMPTY)).isNotNull();
        time.runFor(20 * SECOND);
        network.lose(0);
        Set<String> heard = network.hearers("topic");
        assertThat(time.runUntil(() -> heard.size() == 5, 60 * SECOND)).isTrue();
    }

    @Test
    void aNewNodeLearnsEverythingWithinASecond() throws IOException {
        network.startMany(4);
        for (int i = 0; i < 500; i++) {
            assertThat(network.node("n" + i % 4).publish("topic", "s" + i, Bytes.utf8("x".repeat(2_000))))
                    .isNotNull();
        }
        time.runFor(10 * SECOND);
        LocalGossip fresh = network.start("fresh", GenerationStore.inMemory(), time);
        Set<String> subjects = new HashSet<>();
        assertThat(fresh.subscribe("topic", rumour -> subjects.add(rumour.subject())))
                .isNotNull();
        assertThat(fresh.setPeers(network.peers())).isNotNull();
        assertThat(time.runUntil(() -> subjects.size() == 500, SECOND)).isTrue();
    }

    @Test
    void aRestartedPublisherIsNeverIgnoredNotEvenWhenItsClockWentBack() throws IOException {
        network.startMany(3);
        GenerationStore generations = GenerationStore.inMemory();
        generations.save(time.wallMillis() + 1_000_000);
        List<Long> seen = new ArrayList<>();
        assertThat(network.node("n0")
                        .subscribe("topic", rumour -> seen.add(rumour.version().generation())))
                .isNotNull();
        for (int life = 0; life < 3; life++) {
            LocalGossip publisher = network.start("publisher", generations, time);
            assertThat(publisher.setPeers(network.peers())).isNotNull();
            assertThat(publisher.publish("topic", "s", Bytes.utf8("life " + life)))
                    .isNotNull();
            time.runFor(2 * SECOND);
            publisher.close();
        }
        assertThat(seen).hasSize(3).isSorted().doesNotHaveDuplicates();
        assertThat(seen.getFirst()).isGreaterThan(time.wallMillis());
    }

    @Test
    void anUnsubscribedListenerHearsNothingAndAFailingOneDoesNotHarmTheOthers() throws IOException {
        network.startMany(1);
        LocalGossip node = network.node("n0");
        List<String> heard = new ArrayList<>();
        var failing = node.subscribe("topic", rumour -> {
            throw new IllegalStateException("a broken listener");
        });
        var closed = node.subscribe("topic", rumour -> heard.add("closed"));
        var open = node.subscribe("topic", rumour -> heard.add(rumour.subject()));
        closed.close();
        assertThat(node.publish("topic", "s", Bytes.EMPTY)).isNotNull();
        assertThat(node.publish("other topic", "x", Bytes.EMPTY)).isNotNull();
        time.runFor(SECOND);
        assertThat(heard).containsExactly("s");
        failing.close();
        open.close();
    }

    @Test
    void aClosedLayerRefusesWithASentence() throws IOException {
        network.startMany(1);
        network.node("n0").close();
        CompletionStage<Version> published = network.node("n0").publish("topic", "s", Bytes.EMPTY);
        time.runFor(SECOND);
        assertThat(published.toCompletableFuture())
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withMessageContaining("the gossip layer of n0 has stopped");
    }
}
