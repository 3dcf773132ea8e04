package io.dotkv.gossip.rumour;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dotkv.gossip.Epidemic;
import io.dotkv.gossip.GossipExchange;
import io.dotkv.gossip.GossipExchangeAnswer;
import io.dotkv.gossip.GossipSettings;
import io.dotkv.gossip.Peer;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.ports.RandomSource;
import io.dotkv.kernel.ports.SeededRandom;
import io.dotkv.kernel.testkit.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ComparisonTest {
    private static Epidemic epidemic(String name) {
        Epidemic epidemic = new Epidemic(GossipSettings.defaults(name), 1, new SeededRandom(1));
        epidemic.setPeers(List.of(new Peer("bob", "bob:1"), new Peer("alice", "alice:1")));
        return epidemic;
    }

    private static Rumour rumour(String subject, long sequence) {
        return new Rumour("topic", subject, Bytes.utf8("x"), new Version(7, sequence, "somebody"), Rumour.NEVER);
    }

    private static void hear(Epidemic epidemic, List<Rumour> rumours) {
        for (int from = 0; from < rumours.size(); from += RumourSettings.MAX_RUMOURS) {
            List<Rumour> some = rumours.subList(from, Math.min(rumours.size(), from + RumourSettings.MAX_RUMOURS));
            assertThat(epidemic.receive(new GossipExchange("somebody", some, Digest.NOTHING))
                            .refused())
                    .isFalse();
        }
    }

    /** What both sides said in a comparison, in order: each digest, and how many rumours went with it. */
    private record Talk(List<Digest> digests, int rumours) {
        int entries() {
            return digests.stream().mapToInt(digest -> digest.entries().size()).sum();
        }

        int hashes() {
            return digests.stream()
                    .flatMap(digest -> digest.hashes().stream())
                    .mapToInt(hashes -> hashes.hashes().size())
                    .sum();
        }
    }

    private static Talk compare(Epidemic one, Epidemic other) {
        List<Digest> digests = new ArrayList<>();
        int rumours = 0;
        Optional<Epidemic.Send> next = one.compare();
        while (next.isPresent()) {
            Epidemic.Send send = next.get();
            GossipExchangeAnswer answer = other.receive(send.exchange());
            digests.add(send.exchange().digest());
            digests.add(answer.digest());
            rumours += send.exchange().rumours().size() + answer.rumours().size();
            next = one.answered(send, answer);
        }
        return new Talk(digests, rumours);
    }

    private static Map<String, Version> versions(Epidemic epidemic) {
        Map<String, Version> versions = new TreeMap<>();
        epidemic.ofTopic("topic").forEach(rumour -> versions.put(rumour.subject(), rumour.version()));
        return versions;
    }

    @Test
    void equalSidesExchangeOneHashHoweverMuchTheyHave() {
        Epidemic alice = epidemic("alice");
        Epidemic bob = epidemic("bob");
        List<Rumour> common = new ArrayList<>();
        for (int i = 0; i < 4_000; i++) {
            common.add(rumour("s" + i, 1));
        }
        hear(alice, common);
        hear(bob, common);
        Talk talk = compare(alice, bob);
        assertThat(talk.hashes()).isEqualTo(1);
        assertThat(talk.digests()).hasSize(2).endsWith(Digest.NOTHING);
        assertThat(talk.rumours()).isZero();
    }

    @Test
    void aSingleDifferenceAmongAThousandIsFoundByThreeDozenHashesAndAShortList() {
        for (boolean aliceHasIt : new boolean[] {true, false}) {
            Epidemic alice = epidemic("alice");
            Epidemic bob = epidemic("bob");
            for (int i = 0; i < 1_000; i++) {
                hear(alice, List.of(rumour("s" + i, 1)));
                hear(bob, List.of(rumour("s" + i, 1)));
            }
            hear(aliceHasIt ? alice : bob, List.of(rumour("s500", 2)));
            Talk talk = compare(alice, bob);
            assertThat(versions(alice)).isEqualTo(versions(bob)).containsEntry("s500", new Version(7, 2, "somebody"));
            assertThat(talk.hashes()).isLessThanOrEqualTo(1 + 16 + 16 + 1);
            assertThat(talk.entries()).isLessThanOrEqualTo(16);
            assertThat(talk.rumours()).isEqualTo(1);
        }
    }

    @Test
    void whateverTwoSidesHaveTheyHaveTheNewestOfBothAfterwards() {
        Seeds.run(100, random -> {
            Epidemic alice = epidemic("alice");
            Epidemic bob = epidemic("bob");
            Map<String, Version> newest = new TreeMap<>();
            int subjects = 1 + random.nextInt(random.nextInt(4) == 0 ? 3_000 : 60);
            int share = random.nextInt(101);
            for (int i = 0; i < subjects; i++) {
                Rumour one = rumour("s" + i, 1 + random.nextInt(3));
                Rumour other = random.nextInt(100) < share ? one : rumour("s" + i, 1 + random.nextInt(3));
                boolean forBoth = random.nextInt(100) < share;
                boolean forOne = forBoth || random.nextInt(2) == 0;
                boolean forOther = forBoth || !forOne;
                give(alice, forOne, one, newest);
                give(bob, forOther, other, newest);
            }
            compare(alice, bob);
            assertThat(versions(alice)).isEqualTo(newest);
            assertThat(versions(bob)).isEqualTo(newest);
            assertThat(compare(bob, alice).hashes()).isEqualTo(1);
        });
    }

    private static void give(Epidemic epidemic, boolean really, Rumour rumour, Map<String, Version> newest) {
        if (really) {
            hear(epidemic, List.of(rumour));
            newest.merge(rumour.subject(), rumour.version(), (a, b) -> a.compareTo(b) >= 0 ? a : b);
        }
    }

    @Test
    void theHashOfARangeIsThatOfWhatIsInIt() {
        Seeds.run(50, random -> {
            RangeIndex index = new RangeIndex();
            List<Rumour> plain = new ArrayList<>();
            for (int step = 0; step < 400; step++) {
                change(index, plain, random);
            }
            for (int i = 0; i < 50; i++) {
                SubjectRange range = randomRange(random);
                List<Rumour> inside = plain.stream()
                        .filter(rumour -> rumour.key().position() >= range.first())
                        .filter(rumour -> rumour.key().position() < range.end())
                        .toList();
                long hash = inside.stream().mapToLong(Fingerprint::of).reduce(0, (a, b) -> a ^ b);
                assertThat(index.hash(range)).isEqualTo(hash);
                assertThat(index.count(range)).isEqualTo(inside.size());
                assertThat(index.in(range)).containsExactlyInAnyOrderElementsOf(inside);
            }
        });
    }

    private static void change(RangeIndex index, List<Rumour> plain, RandomSource random) {
        Rumour rumour = rumour("s" + random.nextInt(150), random.nextInt(1_000));
        plain.removeIf(known -> known.subject().equals(rumour.subject()));
        if (random.nextInt(3) == 0) {
            index.remove(rumour.key());
        } else {
            index.put(rumour);
            plain.add(rumour);
        }
    }

    private static SubjectRange randomRange(RandomSource random) {
        SubjectRange range = SubjectRange.ALL;
        for (int depth = random.nextInt(5); depth > 0; depth--) {
            range = range.part(random.nextInt(SubjectRange.PARTS));
        }
        return range;
    }

    /** The hashes travel, so a change of them is a change of the protocol. */
    @Test
    void theHashesAreTheSameOnEveryMachine() {
        assertThat(Fingerprint.position("members", "n1")).isEqualTo(947179729753360308L);
        assertThat(Fingerprint.of(rumour("s", 1))).isEqualTo(-5280253940967338975L);
    }

    @Test
    void rangesThatOverlapAreRefused() {
        List<SubjectRange> overlapping = List.of(SubjectRange.ALL, SubjectRange.ALL.part(3));
        assertThatThrownBy(() -> new Digest(List.of(), overlapping, List.of(), List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("do not overlap");
        assertThatThrownBy(() -> new SubjectRange(1, 16)).hasMessageContaining("a prefix of so many");
        assertThatThrownBy(() -> new RangeHashes(SubjectRange.ALL, List.of(1L, 2L)))
                .hasMessageContaining("one hash, or one for each of its sixteen parts");
    }
}
