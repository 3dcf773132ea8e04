package io.dotkv.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.gossip.rumour.Rumour;
import io.dotkv.gossip.rumour.Version;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.simulated.SimulatedTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Many nodes on virtual time over a network that delays and loses. */
class SpreadTest {
    private static final long SECOND = GossipNetwork.SECOND;

    private int messages;
    private final GossipNetwork network = new GossipNetwork(3, new GossipNetwork.Wire() {
        @Override
        public void asked(String from, GossipExchange exchange, long nowNanos) {
            messages++;
        }

        @Override
        public void answered(String from, GossipExchangeAnswer answer) {}
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
    void theMessagesOfAPublisherArriveInOrderPerSubjectWhateverIsLostAndOvertaken() throws IOException {
        network.startMany(10);
        network.lose(10);
        Map<String, List<Rumour>> heard = new TreeMap<>();
        for (int node = 0; node < 10; node++) {
            String name = "n" + node;
            network.listen(
                    name,
                    "topic",
                    rumour -> heard.computeIfAbsent(name + rumour.subject(), k -> new ArrayList<>())
                            .add(rumour));
        }
        for (int i = 0; i < 200; i++) {
            assertThat(network.node("n0").publish("topic", "s" + i % 3, Bytes.utf8("message " + i)))
                    .isNotNull();
            time.runFor(SECOND / 20);
        }
        time.runFor(60 * SECOND);
        assertThat(heard).hasSize(30);
        heard.forEach((nodeAndSubject, rumours) -> {
            assertThat(rumours).extracting(Rumour::version).isSorted().doesNotHaveDuplicates();
            int subject = nodeAndSubject.charAt(nodeAndSubject.length() - 1) - '0';
            assertThat(rumours.getLast().payload())
                    .isEqualTo(Bytes.utf8("message " + (subject == 2 ? 197 : 198 + subject)));
        });
    }

    @Test
    void ofTwoPublishersOfASubjectTheNewerVersionWinsEverywhere() throws IOException {
        network.startMany(20);
        network.lose(10);
        Map<String, Rumour> last = new TreeMap<>();
        for (int node = 0; node < 20; node++) {
            String name = "n" + node;
            network.listen(name, "topic", rumour -> last.put(name, rumour));
        }
        CompletionStage<Version> one = network.node("n3").publish("topic", "s", Bytes.utf8("three"));
        CompletionStage<Version> other = network.node("n17").publish("topic", "s", Bytes.utf8("seventeen"));
        time.runFor(60 * SECOND);
        Version newer = Stream.of(one, other)
                .map(stage -> stage.toCompletableFuture().join())
                .max(Comparator.naturalOrder())
                .orElseThrow();
        assertThat(last).hasSize(20);
        assertThat(last.values()).extracting(Rumour::version).containsOnly(newer);
        assertThat(network.node("n9").publish("topic", "s", Bytes.utf8("nine"))).isNotNull();
        time.runFor(60 * SECOND);
        assertThat(last.values()).extracting(Rumour::payload).containsOnly(Bytes.utf8("nine"));
    }

    @Test
    void aNodeThatWasAwayGetsTheCurrentMessageOfEverySubject() throws IOException {
        network.startMany(10);
        network.cutOff("n9");
        for (int i = 0; i < 1_000; i++) {
            assertThat(network.node("n" + i % 9).publish("topic", "s" + i % 500, Bytes.utf8("message " + i)))
                    .isNotNull();
        }
        time.runFor(60 * SECOND);
        Map<String, Bytes> known = new TreeMap<>();
        network.listen("n9", "topic", rumour -> known.put(rumour.subject(), rumour.payload()));
        network.heal();
        assertThat(time.runUntil(() -> known.size() == 500, 30 * SECOND)).isTrue();
        for (int i = 0; i < 500; i++) {
            assertThat(known).containsEntry("s" + i, Bytes.utf8("message " + (500 + i)));
        }
    }

    @Test
    void aPublisherThatFillsATopicHarmsNoOtherTopicOnAnyNodeAndWhatIsDroppedIsCounted() throws IOException {
        network.startMany(4);
        for (int i = 0; i < 5_000; i++) {
            assertThat(network.node("n" + i % 2).publish("made up", "s" + i, Bytes.EMPTY))
                    .isNotNull();
        }
        time.runFor(20 * SECOND);
        Set<String> heard = network.hearers("topic");
        assertThat(network.node("n0").publish("topic", "subject", Bytes.EMPTY)).isNotNull();
        assertThat(time.runUntil(() -> heard.size() == 4, 5 * SECOND)).isTrue();
        CompletionStage<GossipStatistics> statistics = network.node("n3").statistics();
        time.runFor(SECOND);
        GossipStatistics full = statistics.toCompletableFuture().join();
        assertThat(full.subjects()).isEqualTo(4_097);
        assertThat(full.dropped()).isPositive();
    }

    @Test
    void aNodeWithoutNewsDoesNothingBetweenComparisons() throws IOException {
        network.startMany(3);
        time.runFor(60 * SECOND);
        int steps = 0;
        long end = time.monotonicNanos() + 100 * SECOND;
        while (time.monotonicNanos() < end && time.step()) {
            steps++;
        }
        assertThat(steps)
                .as("three nodes, ten comparisons each, a few tasks for each")
                .isLessThan(3 * 12 * 8);
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
