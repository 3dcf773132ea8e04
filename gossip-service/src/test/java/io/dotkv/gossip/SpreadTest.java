package io.dotkv.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.RandomSource;
import io.dotkv.kernel.SeededRandom;
import io.dotkv.kernel.simulated.SimulatedTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Many nodes on virtual time over a network that delays and loses. */
class SpreadTest {
    private static final long SECOND = 1_000_000_000L;

    private final SimulatedTime time = new SimulatedTime(3);
    private final RandomSource random = new SeededRandom(3);
    private final Map<String, LocalGossip> nodes = new HashMap<>();
    private final List<Peer> peers = new ArrayList<>();
    private int lossPercent;
    private int messages;

    private LocalGossip start(String name, GenerationStore generations) throws IOException {
        GossipPorts ports = new GossipPorts(this::carry, generations, time, time.process(), random.fork());
        LocalGossip node = new LocalGossip(GossipSettings.defaults(name), ports);
        nodes.put(name, node);
        node.start();
        return node;
    }

    private void startMany(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            peers.add(new Peer("n" + i, "n" + i));
            start("n" + i, GenerationStore.inMemory());
        }
        nodes.values().forEach(node -> assertThat(node.setPeers(peers)).isNotNull());
        time.runFor(2 * SECOND);
    }

    private LocalGossip node(String name) {
        return Objects.requireNonNull(nodes.get(name));
    }

    private CompletionStage<ExchangeAnswer> carry(Peer peer, Exchange exchange, long timeoutNanos) {
        messages++;
        CompletableFuture<ExchangeAnswer> result = new CompletableFuture<>();
        time.schedule(() -> result.completeExceptionally(new IOException("no answer in time")), timeoutNanos);
        deliver(() -> node(peer.address())
                .exchange(exchange)
                .whenComplete((answer, failure) -> deliver(() -> result.complete(answer))));
        return result;
    }

    private void deliver(Runnable arrival) {
        if (random.nextInt(100) >= lossPercent) {
            time.schedule(arrival, 1_000_000 + random.nextInt(10_000_000));
        }
    }

    private Set<String> hearers(String topic) {
        Set<String> heard = new HashSet<>();
        nodes.forEach((name, node) -> {
            Consumer<Rumour> listener = rumour -> heard.add(name);
            assertThat(node.subscribe(topic, listener)).isNotNull();
        });
        return heard;
    }

    @Test
    void newsReachesAHundredNodesWithinALogarithmicNumberOfRoundsAndThenCostsNothing() throws IOException {
        startMany(100);
        Set<String> heard = hearers("topic");
        CompletionStage<Version> published = node("n0").publish("topic", "subject", Bytes.utf8("news"));
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
        startMany(30);
        lossPercent = 33;
        Set<String> heard = hearers("topic");
        for (int i = 0; i < 5; i++) {
            assertThat(node("n" + i).publish("topic", "subject" + i, Bytes.EMPTY))
                    .isNotNull();
        }
        assertThat(time.runUntil(() -> heard.size() == 30, 30 * SECOND)).isTrue();
    }

    @Test
    void whatWasLostAltogetherIsFoundByComparingDigests() throws IOException {
        startMany(5);
        lossPercent = 100;
        assertThat(node("n0").publish("topic", "subject", Bytes.EMPTY)).isNotNull();
        time.runFor(20 * SECOND);
        lossPercent = 0;
        Set<String> heard = hearers("topic");
        assertThat(time.runUntil(() -> heard.size() == 5, 60 * SECOND)).isTrue();
    }

    @Test
    void aNewNodeLearnsEverythingWithinASecond() throws IOException {
        startMany(4);
        for (int i = 0; i < 500; i++) {
            assertThat(node("n" + i % 4).publish("topic", "s" + i, Bytes.utf8("x".repeat(2_000))))
                    .isNotNull();
        }
        time.runFor(10 * SECOND);
        LocalGossip fresh = start("fresh", GenerationStore.inMemory());
        Set<String> subjects = new HashSet<>();
        assertThat(fresh.subscribe("topic", rumour -> subjects.add(rumour.subject())))
                .isNotNull();
        assertThat(fresh.setPeers(peers)).isNotNull();
        assertThat(time.runUntil(() -> subjects.size() == 500, SECOND)).isTrue();
    }

    @Test
    void aRestartedPublisherIsNeverIgnoredNotEvenWhenItsClockWentBack() throws IOException {
        startMany(3);
        GenerationStore generations = GenerationStore.inMemory();
        generations.save(time.wallMillis() + 1_000_000);
        List<Long> seen = new ArrayList<>();
        assertThat(node("n0")
                        .subscribe("topic", rumour -> seen.add(rumour.version().generation())))
                .isNotNull();
        for (int life = 0; life < 3; life++) {
            LocalGossip publisher = start("publisher", generations);
            assertThat(publisher.setPeers(peers)).isNotNull();
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
        startMany(1);
        LocalGossip node = node("n0");
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
        startMany(1);
        node("n0").close();
        CompletionStage<Version> published = node("n0").publish("topic", "s", Bytes.EMPTY);
        time.runFor(SECOND);
        assertThat(published.toCompletableFuture())
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withMessageContaining("the gossip layer of n0 has stopped");
    }
}
