package io.dotkv.gossip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dotkv.gossip.rumour.Digest;
import io.dotkv.gossip.rumour.DigestEntry;
import io.dotkv.gossip.rumour.HotRumours;
import io.dotkv.gossip.rumour.Rumour;
import io.dotkv.gossip.rumour.RumourLimits;
import io.dotkv.gossip.rumour.RumourSettings;
import io.dotkv.gossip.rumour.Version;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.ports.SeededRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EpidemicTest {
    private static final Peer BOB = new Peer("bob", "bob:1");

    private final Epidemic alice = epidemic("alice", 1_000);
    private final Epidemic bob = epidemic("bob", 2_000);

    private static Epidemic epidemic(String name, long generation) {
        return new Epidemic(GossipSettings.defaults(name), generation, new SeededRandom(name.hashCode()));
    }

    private static Version publish(Epidemic publisher, String topic, String subject, Bytes payload) {
        return publisher.publish(topic, subject, payload, Optional.empty());
    }

    private static Rumour rumour(String subject, long generation, String publisher) {
        return new Rumour("topic", subject, Bytes.utf8(publisher), new Version(generation, 1, publisher), Rumour.NEVER);
    }

    private static GossipExchange telling(Rumour... rumours) {
        return new GossipExchange("somebody", List.of(rumours), Digest.NOTHING);
    }

    /** Runs a comparison to its end and gives the number of messages that the first side sent. */
    private static int compare(Epidemic one, Epidemic other) {
        Optional<Epidemic.Send> next = one.compare();
        int steps = 0;
        while (next.isPresent()) {
            Epidemic.Send send = next.get();
            next = one.answered(send, other.receive(send.exchange()));
            steps++;
        }
        return steps;
    }

    @Test
    void aNewerPayloadOfASubjectReplacesTheOlderOneAndNotTheOtherWayRound() {
        alice.receive(telling(rumour("s", 5, "x")));
        alice.receive(telling(rumour("s", 4, "y")));
        alice.receive(telling(rumour("s", 6, "z")));
        assertThat(alice.takeNews())
                .extracting(news -> news.version().publisher())
                .containsExactly("x", "z");
        assertThat(alice.ofTopic("topic")).hasSize(1);
    }

    @Test
    void aPublicationIsNewerThanAllThatIsKnownOfItsSubject() {
        alice.receive(telling(rumour("s", 50_000, "fast")));
        Version version = publish(alice, "topic", "s", Bytes.EMPTY);
        assertThat(version).isGreaterThan(new Version(50_000, 1, "fast"));
        assertThat(publish(alice, "topic", "s", Bytes.EMPTY)).isGreaterThan(version);
    }

    @Test
    void aPublisherThatMeetsItsFormerLifePublishesAgainWhatItHasPublished() {
        Version first = publish(alice, "topic", "mine", Bytes.utf8("now"));
        Version former = new Version(9_000, 77, "alice");
        alice.takeNews();
        alice.receive(telling(new Rumour("topic", "mine", Bytes.utf8("long ago"), former, Rumour.NEVER)));
        assertThat(alice.takeNews()).singleElement().satisfies(news -> {
            assertThat(news.payload()).isEqualTo(Bytes.utf8("now"));
            assertThat(news.version()).isGreaterThan(former).isGreaterThan(first);
        });
        assertThat(alice.generation()).isEqualTo(9_001);
    }

    @Test
    void newsGoesToRandomPeersAndCoolsDownAfterEnoughSends() {
        List<Peer> peers = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            peers.add(new Peer("p" + i, "p:" + i));
        }
        alice.setPeers(peers);
        publish(alice, "topic", "s", Bytes.EMPTY);
        int sends = 0;
        for (int round = 0; round < 100; round++) {
            for (Epidemic.Send send : alice.round()) {
                sends += send.exchange().rumours().size();
                alice.answered(send, GossipExchangeAnswer.NOTHING);
            }
        }
        assertThat(sends).isEqualTo(HotRumours.sendLimit(11)).isEqualTo(14);
        assertThat(alice.round()).isEmpty();
    }

    @Test
    void freshNewsDoesNotWaitBehindOldNews() {
        alice.setPeers(List.of(BOB));
        for (int i = 0; i < 1_200; i++) {
            publish(alice, "topic", "s" + i, Bytes.EMPTY);
        }
        alice.round().forEach(send -> alice.answered(send, GossipExchangeAnswer.NOTHING));
        alice.answered(alice.compare().orElseThrow(), GossipExchangeAnswer.NOTHING);
        for (int round = 0; round < 5; round++) {
            alice.round().forEach(send -> alice.answered(send, GossipExchangeAnswer.NOTHING));
        }
        publish(alice, "topic", "fresh", Bytes.EMPTY);
        assertThat(alice.round())
                .singleElement()
                .satisfies(send -> assertThat(send.exchange().rumours())
                        .hasSize(512)
                        .extracting(Rumour::subject)
                        .contains("fresh"));
    }

    @Test
    void aNodeWithoutNewsOrWithoutPeersIsAtRest() {
        publish(alice, "topic", "s", Bytes.EMPTY);
        assertThat(alice.isRestless()).as("nobody to tell").isFalse();
        alice.setPeers(List.of(BOB));
        int rounds = 0;
        while (alice.isRestless() && rounds < 100) {
            alice.round().forEach(send -> alice.answered(send, GossipExchangeAnswer.NOTHING));
            rounds++;
        }
        assertThat(rounds).as("one to greet, the others to tell").isEqualTo(1 + HotRumours.sendLimit(2));
    }

    @Test
    void aPeerThatHasNotAnsweredGetsNothingMore() {
        alice.setPeers(List.of(BOB));
        publish(alice, "topic", "s", Bytes.EMPTY);
        assertThat(alice.round()).hasSize(1);
        assertThat(alice.round()).isEmpty();
    }

    @Test
    void aMessageIsBoundedInNumberAndBytes() {
        alice.setPeers(List.of(BOB));
        Bytes large = Bytes.wrap(new byte[RumourLimits.MAX_PAYLOAD_BYTES]);
        for (int i = 0; i < 40; i++) {
            publish(alice, "topic", "s" + i, large);
        }
        for (Epidemic.Send send : alice.round()) {
            long bytes = send.exchange().rumours().stream()
                    .mapToLong(Rumour::sizeBytes)
                    .sum();
            assertThat(bytes).isLessThanOrEqualTo(1 << 20);
        }
    }

    @Test
    void comparingDigestsBringsBothSidesUpToDateHoweverMuchIsMissing() {
        alice.setPeers(List.of(BOB));
        Bytes large = Bytes.wrap(new byte[RumourLimits.MAX_PAYLOAD_BYTES]);
        for (int i = 0; i < 60; i++) {
            publish(alice, "topic", "a" + i, large);
            publish(bob, "topic", "b" + i, large);
        }
        int steps = compare(alice, bob);
        assertThat(alice.ofTopic("topic")).hasSize(120);
        assertThat(bob.ofTopic("topic")).hasSize(120);
        assertThat(steps).isLessThan(20);
    }

    @Test
    void equalStoresCompareInOneMessageThatCarriesNoRumour() {
        alice.setPeers(List.of(BOB));
        alice.receive(telling(rumour("s", 5, "x")));
        bob.receive(telling(rumour("s", 5, "x")));
        Epidemic.Send send = alice.compare().orElseThrow();
        GossipExchangeAnswer answer = bob.receive(send.exchange());
        assertThat(answer).isEqualTo(GossipExchangeAnswer.NOTHING);
        assertThat(alice.answered(send, answer)).isEmpty();
    }

    @Test
    void aPeerThatRefusesForeverDoesNotKeepAComparisonGoingForever() {
        alice.setPeers(List.of(BOB));
        Bytes large = Bytes.wrap(new byte[RumourLimits.MAX_PAYLOAD_BYTES]);
        List<DigestEntry> wanted = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            wanted.add(new DigestEntry("topic", "s" + i, publish(alice, "topic", "s" + i, large)));
        }
        Digest insatiable = new Digest(List.of(), List.of(), List.of(), wanted);
        int steps = 0;
        Optional<Epidemic.Send> next = alice.compare();
        while (next.isPresent()) {
            next = alice.answered(next.get(), new GossipExchangeAnswer(List.of(), insatiable, false));
            steps++;
        }
        assertThat(steps).isLessThan(40);
        GossipExchangeAnswer refusal = new GossipExchangeAnswer(List.of(), insatiable, true);
        assertThat(alice.answered(alice.compare().orElseThrow(), refusal))
                .as("a peer that says so is left alone at once")
                .isEmpty();
    }

    @Test
    void overTheLimitAPublicationIsRefusedAndAHeardRumourIsDroppedAndCounted() {
        GossipSettings small = new GossipSettings(
                "alice", 1, new GossipSettings.Timing(1, 1, 1), new RumourSettings(2, 2, 1 << 20, 10, 1 << 20));
        Epidemic full = new Epidemic(small, 1, new SeededRandom(1));
        publish(full, "t1", "a", Bytes.EMPTY);
        publish(full, "t2", "b", Bytes.EMPTY);
        assertThatThrownBy(() -> publish(full, "t3", "c", Bytes.EMPTY))
                .isInstanceOf(GossipFullException.class)
                .hasMessageContaining("No space to publish about \"c\"");
        publish(full, "t2", "c", Bytes.EMPTY);
        GossipExchange heard = telling(new Rumour("t2", "d", Bytes.EMPTY, new Version(5, 1, "x"), Rumour.NEVER));
        assertThat(full.receive(heard).refused()).isTrue();
        publish(full, "t2", "c", Bytes.utf8("known subjects can still change"));
        assertThat(full.statistics().subjects()).isEqualTo(3);
        assertThat(full.statistics().dropped()).isEqualTo(2);
    }

    @Test
    void whatOneTopicHoldsTakesNoRoomFromAnother() {
        Bytes large = Bytes.wrap(new byte[RumourLimits.MAX_PAYLOAD_BYTES]);
        for (int i = 0; i < 127; i++) {
            publish(alice, "greedy", "s" + i, large);
        }
        assertThatThrownBy(() -> publish(alice, "greedy", "one more", large)).isInstanceOf(GossipFullException.class);
        publish(alice, "modest", "s", large);
        assertThat(alice.statistics().storedBytes()).isGreaterThan(8 << 20);
    }

    @Test
    void tooLongTopicsSubjectsAndPayloadsAreRefusedWithASentence() {
        assertThatThrownBy(() -> publish(alice, "", "s", Bytes.EMPTY)).hasMessageContaining("a topic has 1 to 128");
        assertThatThrownBy(() -> publish(alice, "t", "s".repeat(257), Bytes.EMPTY))
                .hasMessageContaining("a subject has 1 to 256");
        assertThatThrownBy(() -> publish(alice, "t", "s", Bytes.wrap(new byte[RumourLimits.MAX_PAYLOAD_BYTES + 1])))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at most 65536 bytes");
    }

    @Test
    void aNameThatNoMessageCanCarryIsRefused() {
        publish(alice, "t", "\uD83D\uDE00", Bytes.EMPTY);
        for (String broken : List.of("\uD83D", "\uDE00x", "x\uD83Dx")) {
            assertThatThrownBy(() -> publish(alice, "t", broken, Bytes.EMPTY))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("without halves of surrogate pairs");
        }
    }

    @Test
    void theNodeItselfIsLeftOutOfItsPeers() {
        alice.setPeers(List.of(BOB, new Peer("alice", "alice:1"), BOB));
        assertThat(alice.peers()).containsExactly(BOB);
    }
}
