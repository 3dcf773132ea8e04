package io.dotkv.gossip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.SeededRandom;
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

    private static Rumour rumour(String subject, long generation, String publisher) {
        return new Rumour("topic", subject, Bytes.utf8(publisher), new Version(generation, 1, publisher));
    }

    private static Exchange telling(Rumour... rumours) {
        return new Exchange("somebody", List.of(rumours), Optional.empty());
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
        Version version = alice.publish("topic", "s", Bytes.EMPTY);
        assertThat(version).isGreaterThan(new Version(50_000, 1, "fast"));
        assertThat(alice.publish("topic", "s", Bytes.EMPTY)).isGreaterThan(version);
    }

    @Test
    void aPublisherThatMeetsItsFormerLifePublishesAgainWhatItHasPublished() {
        Version first = alice.publish("topic", "mine", Bytes.utf8("now"));
        Version former = new Version(9_000, 77, "alice");
        alice.takeNews();
        alice.receive(telling(new Rumour("topic", "mine", Bytes.utf8("long ago"), former)));
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
        alice.publish("topic", "s", Bytes.EMPTY);
        int sends = 0;
        for (int round = 0; round < 100; round++) {
            for (Epidemic.Send send : alice.round()) {
                sends += send.exchange().rumours().size();
                alice.answered(send, ExchangeAnswer.NOTHING);
            }
        }
        assertThat(sends).isEqualTo(HotRumours.sendLimit(11)).isEqualTo(14);
        assertThat(alice.round()).isEmpty();
    }

    @Test
    void aPeerThatHasNotAnsweredGetsNothingMore() {
        alice.setPeers(List.of(BOB));
        alice.publish("topic", "s", Bytes.EMPTY);
        assertThat(alice.round()).hasSize(1);
        assertThat(alice.round()).isEmpty();
    }

    @Test
    void aMessageIsBoundedInNumberAndBytes() {
        alice.setPeers(List.of(BOB));
        Bytes large = Bytes.wrap(new byte[Gossip.MAX_PAYLOAD_BYTES]);
        for (int i = 0; i < 40; i++) {
            alice.publish("topic", "s" + i, large);
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
        Bytes large = Bytes.wrap(new byte[Gossip.MAX_PAYLOAD_BYTES]);
        for (int i = 0; i < 60; i++) {
            alice.publish("topic", "a" + i, large);
            bob.publish("topic", "b" + i, large);
        }
        Optional<Epidemic.Send> next = alice.compare();
        int steps = 0;
        while (next.isPresent()) {
            Epidemic.Send send = next.get();
            next = alice.answered(send, bob.receive(send.exchange()));
            steps++;
        }
        assertThat(alice.ofTopic("topic")).hasSize(120);
        assertThat(bob.ofTopic("topic")).hasSize(120);
        assertThat(steps).isLessThan(10);
    }

    @Test
    void equalStoresCompareInOneMessageThatCarriesNoRumour() {
        alice.setPeers(List.of(BOB));
        alice.receive(telling(rumour("s", 5, "x")));
        bob.receive(telling(rumour("s", 5, "x")));
        Epidemic.Send send = alice.compare().orElseThrow();
        ExchangeAnswer answer = bob.receive(send.exchange());
        assertThat(answer).isEqualTo(ExchangeAnswer.NOTHING);
        assertThat(alice.answered(send, answer)).isEmpty();
    }

    @Test
    void aPeerThatRefusesForeverDoesNotKeepAComparisonGoingForever() {
        alice.setPeers(List.of(BOB));
        Bytes large = Bytes.wrap(new byte[Gossip.MAX_PAYLOAD_BYTES]);
        List<DigestEntry> wanted = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            wanted.add(new DigestEntry("topic", "s" + i, alice.publish("topic", "s" + i, large)));
        }
        int steps = 0;
        Optional<Epidemic.Send> next = alice.compare();
        while (next.isPresent()) {
            next = alice.answered(next.get(), new ExchangeAnswer(List.of(), wanted));
            steps++;
        }
        assertThat(steps).isLessThan(20);
    }

    @Test
    void overTheLimitAPublicationIsRefusedAndAHeardRumourIsDroppedAndCounted() {
        GossipSettings small = new GossipSettings("alice", 1, 1, 1, 1, 2, 3, 1 << 20, 10, 1 << 20);
        Epidemic full = new Epidemic(small, 1, new SeededRandom(1));
        full.publish("t1", "a", Bytes.EMPTY);
        full.publish("t2", "b", Bytes.EMPTY);
        assertThatThrownBy(() -> full.publish("t3", "c", Bytes.EMPTY))
                .isInstanceOf(GossipFullException.class)
                .hasMessageContaining("no room to publish about \"c\"");
        full.publish("t2", "c", Bytes.EMPTY);
        full.receive(telling(rumour("d", 5, "x")));
        full.publish("t2", "c", Bytes.utf8("known subjects can still change"));
        assertThat(full.statistics().subjects()).isEqualTo(3);
        assertThat(full.statistics().dropped()).isEqualTo(2);
        full.publish("t1", "a", Bytes.wrap(new byte[Gossip.MAX_PAYLOAD_BYTES]));
        assertThat(full.statistics().storedBytes()).isGreaterThan(Gossip.MAX_PAYLOAD_BYTES);
    }

    @Test
    void tooLongTopicsSubjectsAndPayloadsAreRefusedWithASentence() {
        assertThatThrownBy(() -> alice.publish("", "s", Bytes.EMPTY)).hasMessageContaining("a topic has 1 to 128");
        assertThatThrownBy(() -> alice.publish("t", "s".repeat(257), Bytes.EMPTY))
                .hasMessageContaining("a subject has 1 to 256");
        assertThatThrownBy(() -> alice.publish("t", "s", Bytes.wrap(new byte[Gossip.MAX_PAYLOAD_BYTES + 1])))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at most 65536 bytes");
    }

    @Test
    void theNodeItselfIsLeftOutOfItsPeers() {
        alice.setPeers(List.of(BOB, new Peer("alice", "alice:1"), BOB));
        assertThat(alice.peers()).containsExactly(BOB);
    }
}
