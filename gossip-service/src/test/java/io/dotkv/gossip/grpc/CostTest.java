package io.dotkv.gossip.grpc;

import static io.dotkv.gossip.GossipNetwork.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.gossip.GossipExchange;
import io.dotkv.gossip.GossipExchangeAnswer;
import io.dotkv.gossip.GossipNetwork;
import io.dotkv.gossip.Peer;
import io.dotkv.gossip.rumour.Digest;
import io.dotkv.gossip.rumour.Rumour;
import io.dotkv.gossip.rumour.Version;
import io.dotkv.kernel.Bytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What the broadcast costs and how fast it is, in clusters of 10, 100 and 1,000 nodes on virtual time. Bytes are those
 * of the encoded messages. Prints the tables of {@code docs/gossip.md}.
 */
@Tag("integration")
class CostTest {
    private static final int[] SIZES = {10, 100, 1_000};
    private static final long ROUND_NANOS = SECOND / 5;
    private static final int RUMOURS = 10;
    private static final int REST_SECONDS = 100;
    private static final Bytes PAYLOAD = Bytes.wrap(new byte[100]);

    /** Counts what nodes send: messages and bytes by node, and how often each node sent each rumour. */
    private static final class Meter implements GossipNetwork.Wire {
        private final Map<String, Integer> sends = new TreeMap<>();
        private final Map<String, Integer> newsInSecond = new HashMap<>();
        private long messages;
        private long sizeBytes;
        private boolean on;

        void begin() {
            sends.clear();
            newsInSecond.clear();
            messages = 0;
            sizeBytes = 0;
            on = true;
        }

        @Override
        public void asked(String from, GossipExchange exchange, long nowNanos) {
            if (on) {
                messages++;
                sizeBytes += GossipCodec.encode(exchange).getSerializedSize();
                if (!exchange.rumours().isEmpty()) {
                    newsInSecond.merge(from + " " + nowNanos / SECOND, 1, Integer::sum);
                }
                exchange.rumours().forEach(rumour -> sends.merge(from + " " + rumour.subject(), 1, Integer::sum));
            }
        }

        @Override
        public void answered(String from, GossipExchangeAnswer answer) {
            if (on) {
                messages++;
                sizeBytes += GossipCodec.encode(answer).getSerializedSize();
            }
        }
    }

    /** What was measured in a cluster of one size. */
    private record Spread(
            List<Long> nanosUntilAllKnew,
            int mostSends,
            double meanSends,
            double bytesPerNodeAndRumour,
            int mostMessagesInSecond) {
        double rounds(int percent) {
            List<Long> sorted = nanosUntilAllKnew.stream().sorted().toList();
            return (double) sorted.get((sorted.size() - 1) * percent / 100) / ROUND_NANOS;
        }
    }

    private static Spread spread(int nodes) throws IOException {
        Meter meter = new Meter();
        GossipNetwork network = new GossipNetwork(nodes, meter);
        network.startMany(nodes);
        network.lose(10);
        Map<String, Set<String>> heard = new TreeMap<>();
        for (Peer peer : network.peers()) {
            network.listen(
                    peer.name(),
                    "topic",
                    rumour -> heard.computeIfAbsent(rumour.subject(), subject -> new HashSet<>())
                            .add(peer.name()));
        }
        List<Long> times = new ArrayList<>();
        meter.begin();
        for (int i = 0; i < RUMOURS; i++) {
            String subject = "s" + i;
            String publisher = "n" + network.random().nextInt(nodes);
            long before = network.time().monotonicNanos();
            assertThat(network.node(publisher).publish("topic", subject, PAYLOAD))
                    .isNotNull();
            assertThat(network.time()
                            .runUntil(
                                    () -> heard.getOrDefault(subject, Set.of()).size() == nodes, 60 * SECOND))
                    .isTrue();
            times.add(network.time().monotonicNanos() - before);
            network.time().runFor(SECOND);
        }
        network.time().runFor(30 * SECOND);
        IntSummaryStatistics sends =
                meter.sends.values().stream().mapToInt(count -> count).summaryStatistics();
        IntSummaryStatistics inSecond =
                meter.newsInSecond.values().stream().mapToInt(count -> count).summaryStatistics();
        double bytes = (double) meter.sizeBytes / nodes / RUMOURS;
        return new Spread(times, sends.getMax(), sends.getAverage(), bytes, inSecond.getMax());
    }

    private static int log2(int nodes) {
        return 32 - Integer.numberOfLeadingZeros(nodes);
    }

    @Test
    void newsReachesAllWithinALogarithmicNumberOfRoundsAndIsSentALogarithmicNumberOfTimes() throws IOException {
        System.out.println("| nodes | rounds until all knew, median | most of 10 | sends per node and rumour | most |"
                + " bytes per node and rumour | most messages with news of a node in a second |\n"
                + "| --- | --- | --- | --- | --- | --- | --- |");
        for (int nodes : SIZES) {
            Spread spread = spread(nodes);
            System.out.printf(
                    "| %,d | %.1f | %.1f | %.1f | %d | %,.0f | %d |%n",
                    nodes,
                    spread.rounds(50),
                    spread.rounds(100),
                    spread.meanSends,
                    spread.mostSends,
                    spread.bytesPerNodeAndRumour,
                    spread.mostMessagesInSecond);
            assertThat(spread.rounds(50)).isLessThan(log2(nodes));
            assertThat(spread.rounds(100)).isLessThan(log2(nodes) + 5);
            assertThat(spread.mostMessagesInSecond).isLessThanOrEqualTo(3 * 8);
            assertThat(spread.mostSends).isLessThanOrEqualTo(3 * log2(nodes + 1) + 2 + 3);
        }
    }

    /** What a node sends in a second in which nothing happens, in a cluster in which each has published one subject. */
    private record Rest(double messages, double sizeBytes) {}

    private static Rest rest(int nodes) throws IOException {
        Meter meter = new Meter();
        GossipNetwork network = new GossipNetwork(nodes, meter);
        network.startStrangers(nodes);
        tellAll(network, nodes);
        network.introduce();
        network.time().runFor(40 * SECOND);
        meter.begin();
        network.time().runFor(REST_SECONDS * SECOND);
        List<Rumour> known = new ArrayList<>();
        network.listen("n0", "members", known::add);
        network.time().runFor(SECOND);
        assertThat(known).hasSize(nodes);
        assertThat(meter.sends).isEmpty();
        double nodeSeconds = (double) nodes * REST_SECONDS;
        return new Rest(meter.messages / nodeSeconds, meter.sizeBytes / nodeSeconds);
    }

    /* Everybody is told by hand, and tires of the news with nobody to pass it on to: faster than to spread a million of
     * them. */
    private static void tellAll(GossipNetwork network, int nodes) {
        List<Rumour> rumours = new ArrayList<>();
        for (int i = 0; i < nodes; i++) {
            rumours.add(new Rumour("members", "n" + i, PAYLOAD, new Version(1, 1, "n" + i), Rumour.NEVER));
        }
        GossipExchange everything = new GossipExchange("somebody", rumours, Digest.NOTHING);
        for (Peer peer : network.peers()) {
            assertThat(network.node(peer.name()).exchange(everything)).isNotNull();
            assertThat(network.node(peer.name()).setPeers(List.of(new Peer("nobody", "nowhere"))))
                    .isNotNull();
        }
        network.time().runFor(60 * SECOND);
    }

    @Test
    void atRestANodeSendsTheSameWhateverTheNumberOfNodesAndSubjects() throws IOException {
        System.out.println(
                "| nodes, and subjects | messages per node and second | bytes per node and second | bytes per node"
                        + " and round |\n| --- | --- | --- | --- |");
        List<Double> bytes = new ArrayList<>();
        for (int nodes : SIZES) {
            Rest rest = rest(nodes);
            System.out.printf(
                    "| %,d | %.2f | %.2f | %.2f |%n", nodes, rest.messages, rest.sizeBytes, rest.sizeBytes / 5);
            bytes.add(rest.sizeBytes);
        }
        assertThat(bytes.getLast()).isBetween(bytes.getFirst() * 0.8, bytes.getFirst() * 1.25);
    }

    /** The bytes that two nodes send each other until a difference in one of so many subjects is settled. */
    private static long difference(int subjects) throws IOException {
        Meter meter = new Meter();
        GossipNetwork network = new GossipNetwork(subjects, meter);
        network.startStrangers(2);
        tellAll(network, subjects);
        Rumour newer = new Rumour("members", "n0", PAYLOAD, new Version(2, 1, "n0"), Rumour.NEVER);
        assertThat(network.node("n0").exchange(new GossipExchange("somebody", List.of(newer), Digest.NOTHING)))
                .isNotNull();
        network.time().runFor(60 * SECOND);
        Set<Version> heard = new HashSet<>();
        network.listen("n1", "members", rumour -> heard.add(rumour.version()));
        network.time().runFor(SECOND);
        meter.begin();
        assertThat(network.node("n0").setPeers(network.peers())).isNotNull();
        assertThat(network.time().runUntil(() -> heard.contains(newer.version()), 10 * SECOND))
                .isTrue();
        return meter.sizeBytes;
    }

    @Test
    void aDifferenceInOneSubjectIsSettledForLittleMoreThanItsOwnBytesAndALogarithmOfTheOthers() throws IOException {
        System.out.println("| subjects | bytes to settle a difference in one |\n| --- | --- |");
        for (int subjects : new int[] {10, 100, 1_000, 4_000}) {
            long sizeBytes = difference(subjects);
            System.out.printf("| %,d | %,d |%n", subjects, sizeBytes);
            assertThat(sizeBytes).isLessThan(1_500);
        }
    }
}
