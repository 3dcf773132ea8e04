package io.dotkv.gossip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dotkv.gossip.rumour.Digest;
import io.dotkv.gossip.rumour.Rumour;
import io.dotkv.gossip.rumour.Version;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.ports.Clock;
import io.dotkv.kernel.ports.SeededRandom;
import io.dotkv.kernel.simulated.SimulatedTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Subjects with a lifetime: when they go, that they do not come back, and what stays. */
class LapseTest {
    private static final long SECOND = GossipNetwork.SECOND;
    private static final Optional<Duration> A_MINUTE = Optional.of(Duration.ofMinutes(1));
    private static final Optional<Duration> TEN_MINUTES = Optional.of(Duration.ofMinutes(10));
    private static final Optional<Duration> FOR_EVER = Optional.empty();

    private final Epidemic alice = new Epidemic(GossipSettings.defaults("alice"), 1, new SeededRandom(1));
    private final GossipNetwork network = new GossipNetwork(5);
    private final SimulatedTime time = network.time();

    private List<String> subjects() {
        return alice.ofTopic("topic").stream().map(Rumour::subject).sorted().toList();
    }

    @Test
    void aSubjectWithALifetimeGoesWhenNobodyRenewsItAndOneWithoutStays() {
        alice.pass(1_000);
        alice.publish("topic", "mortal", Bytes.EMPTY, A_MINUTE);
        alice.publish("topic", "renewed", Bytes.EMPTY, A_MINUTE);
        alice.publish("topic", "for ever", Bytes.EMPTY, FOR_EVER);
        alice.pass(31_000);
        alice.publish("topic", "renewed", Bytes.EMPTY, A_MINUTE);
        alice.pass(60_999);
        assertThat(subjects()).containsExactly("for ever", "mortal", "renewed");
        alice.pass(61_000);
        assertThat(subjects()).containsExactly("for ever", "renewed");
        alice.pass(91_000);
        assertThat(subjects()).containsExactly("for ever");
        assertThat(alice.statistics().lapsed()).isEqualTo(2);
    }

    @Test
    void whatHasLapsedLeavesNothingBehind() {
        alice.setPeers(List.of(new Peer("bob", "bob:1")));
        alice.pass(1_000);
        for (int i = 0; i < 4_096; i++) {
            alice.publish("topic", "s" + i, Bytes.utf8("payload"), A_MINUTE);
        }
        assertThatThrownBy(() -> alice.publish("topic", "one more", Bytes.EMPTY, A_MINUTE))
                .isInstanceOf(GossipFullException.class);
        alice.pass(61_000);
        assertThat(alice.statistics()).isEqualTo(new GossipStatistics(0, 0, 0, 0, 1, 4_096));
        alice.publish("topic", "one more", Bytes.EMPTY, A_MINUTE);
        assertThat(subjects()).containsExactly("one more");
    }

    @Test
    void aRumourThatHasLapsedIsNotTakenWhoeverBringsIt() {
        alice.pass(100_000);
        Version version = new Version(99, 1, "somebody");
        Rumour late = new Rumour("topic", "s", Bytes.EMPTY, version, 100_000);
        assertThat(alice.receive(new GossipExchange("x", List.of(late), Digest.NOTHING))
                        .refused())
                .isTrue();
        assertThat(subjects()).isEmpty();
        assertThat(alice.statistics().dropped()).as("it lacked no room").isZero();
    }

    @Test
    void aPublicationNeverShortensTheLifetimeOfWhatItReplaces() {
        alice.pass(1_000);
        alice.publish("topic", "s", Bytes.utf8("long"), TEN_MINUTES);
        alice.publish("topic", "s", Bytes.utf8("taken back"), A_MINUTE);
        alice.pass(600_999);
        assertThat(alice.ofTopic("topic"))
                .singleElement()
                .satisfies(rumour -> assertThat(rumour.payload()).isEqualTo(Bytes.utf8("taken back")));
        alice.pass(601_000);
        assertThat(subjects()).isEmpty();
    }

    @Test
    void whatIsKeptForEverCannotBeGivenALifetime() {
        alice.publish("topic", "s", Bytes.EMPTY, FOR_EVER);
        assertThatThrownBy(() -> alice.publish("topic", "s", Bytes.EMPTY, A_MINUTE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("has no lifetime");
        assertThatThrownBy(() -> alice.publish("topic", "t", Bytes.EMPTY, Optional.of(Duration.ofDays(8))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a lifetime is 1 to 604800 seconds");
    }

    @Test
    void aRestartedPublisherThatMeetsItsFormerLifeKeepsTheLongerLifetime() {
        alice.pass(1_000);
        alice.publish("topic", "s", Bytes.utf8("now"), A_MINUTE);
        Rumour former = new Rumour("topic", "s", Bytes.utf8("then"), new Version(9_000, 1, "alice"), 700_000);
        alice.receive(new GossipExchange("x", List.of(former), Digest.NOTHING));
        assertThat(alice.ofTopic("topic")).singleElement().satisfies(rumour -> {
            assertThat(rumour.payload()).isEqualTo(Bytes.utf8("now"));
            assertThat(rumour.lapsesAtMillis()).isEqualTo(700_000);
        });
    }

    @Test
    void aNodeThatWasAwayLongerThanTheLifetimeDoesNotBringTheSubjectBack() throws IOException {
        network.startMany(5);
        assertThat(network.node("n0").publish("topic", "s", Bytes.EMPTY, Duration.ofMinutes(1)))
                .isNotNull();
        Set<String> heard = network.hearers("topic");
        assertThat(time.runUntil(() -> heard.size() == 5, 10 * SECOND)).isTrue();
        network.cutOff("n4");
        time.runFor(70 * SECOND);
        network.heal();
        Set<String> heardAgain = network.hearers("topic");
        time.runFor(120 * SECOND);
        assertThat(heardAgain).isEmpty();
    }

    @Test
    void aNodeWhoseClockIsBehindKeepsASubjectForItselfAloneUntilItsClockGetsThere() throws IOException {
        network.startMany(4);
        LocalGossip slow = network.start("slow", GenerationStore.inMemory(), behind(Duration.ofMinutes(5)));
        assertThat(slow.setPeers(network.peers())).isNotNull();
        List<Peer> all = new ArrayList<>(network.peers());
        all.add(new Peer("slow", "slow"));
        assertThat(network.node("n0").setPeers(all)).isNotNull();
        assertThat(network.node("n1").publish("topic", "s", Bytes.EMPTY, Duration.ofMinutes(1)))
                .isNotNull();
        time.runFor(90 * SECOND);
        Set<String> heardAfterIt = network.hearers("topic");
        time.runFor(60 * SECOND);
        assertThat(heardAfterIt).containsExactly("slow");
        time.runFor(300 * SECOND);
        Set<String> heardInTheEnd = network.hearers("topic");
        time.runFor(60 * SECOND);
        assertThat(heardInTheEnd).isEmpty();
    }

    private Clock behind(Duration by) {
        return new Clock() {
            @Override
            public long monotonicNanos() {
                return time.monotonicNanos();
            }

            @Override
            public long wallMillis() {
                return time.wallMillis() - by.toMillis();
            }
        };
    }
}
