package io.dotkv.cluster.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.cluster.Addresses;
import io.dotkv.cluster.ClusterPeer.FormAnswer;
import io.dotkv.cluster.ClusterPeer.FormStep;
import io.dotkv.cluster.ClusterSettings;
import io.dotkv.cluster.Now;
import io.dotkv.cluster.RandomChoice;
import io.dotkv.cluster.layout.Formation;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.ports.RandomSource;
import io.dotkv.kernel.ports.SeededRandom;
import io.dotkv.kernel.testkit.Seeds;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The promises alone, against the worst: every node believes any set of members alive at any time, messages are lost,
 * repeated, delayed without bound and reordered, nodes crash between any two steps. Never may two disks tell of two
 * clusters.
 */
@Tag("simulation")
class FormingSafetyTest {
    private static final int STEPS = 400;

    private final List<Node> nodes = new ArrayList<>();
    private final List<Message> underWay = new ArrayList<>();
    private RandomSource random = new SeededRandom(0);
    private int expect;
    private int formed;

    private record Message(int from, int to, String senderInstance, FormStep step, Optional<FormAnswer> answer) {}

    private record Disk(String instance, Optional<Formation> formation, Promises promises) {}

    private static final class Node {
        private final NodeId id;
        private int lives;
        private Disk disk;
        private ClusterFormation forming;

        private Node(String name, ClusterSettings settings, RandomSource random) {
            this.id = new NodeId(name);
            this.disk = empty();
            this.forming = forming(settings, random);
        }

        private Disk empty() {
            lives++;
            return new Disk(id + "-" + lives, Optional.empty(), Promises.NONE);
        }

        private ClusterFormation forming(ClusterSettings settings, RandomSource random) {
            return new ClusterFormation(
                    settings, disk.instance, disk.formation, disk.promises, count -> bytes(count, random));
        }

        private void save() {
            disk = new Disk(disk.instance, forming.formation(), forming.promises());
        }
    }

    private static byte[] bytes(int count, RandomSource random) {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) random.nextInt(256);
        }
        return bytes;
    }

    @Test
    void aMajorityOfTheNodesNeverAgreesOnTwoClusters() {
        Seeds.run(20_000, draw -> {
            long seed = draw.nextInt(Integer.MAX_VALUE);
            int count = 3 + (int) (seed % 4);
            run(seed, count, count / 2 + 1, false);
        });
        assertThat(formed).isGreaterThan(5_000);
    }

    @Test
    void allNodesTogetherNeverAgreeOnTwoClustersEvenWhenDisksAreLost() {
        Seeds.run(20_000, draw -> {
            long seed = draw.nextInt(Integer.MAX_VALUE);
            int count = 2 + (int) (seed % 4);
            run(seed, count, count, true);
        });
        assertThat(formed).isGreaterThan(5_000);
    }

    /** A promise that gave way to another counts all the same: what it was given to may be complete. */
    @Test
    void whatWasPromisedFirstStillCountsAfterItGaveWay() {
        for (String name : List.of("a", "b", "c", "d", "e")) {
            expect = 3;
            nodes.add(new Node(name, settings(name), random));
        }
        ClusterFormation c = nodes.get(2).forming;
        assertThat(c.answer(step("b", "b", "c", "d"), this::present).accepted()).isTrue();
        assertThat(c.answer(step("a", "a", "b", "c"), this::present).accepted()).isTrue();
        FormAnswer answer = c.answer(step("a", "a", "c", "e"), this::present);
        assertThat(answer.accepted()).as("b may have completed its formation").isFalse();
        assertThat(answer.reason()).contains("form a cluster with b");
    }

    private Optional<String> present(NodeId id) {
        return Optional.of(id + "-1");
    }

    private static FormStep step(String former, String... founders) {
        List<NodeId> names = Stream.of(founders).map(NodeId::new).toList();
        Formation formation = Formation.first(
                "%032x".formatted(String.join("", founders).hashCode()),
                Bytes.wrap(new byte[32]),
                names,
                names.stream().map(name -> name + "-1").toList(),
                1,
                1);
        return new FormStep(new NodeId(former), former + "-1", formation, false);
    }

    private void run(long seed, int count, int expected, boolean losingDisks) {
        random = new SeededRandom(seed);
        expect = expected;
        nodes.clear();
        underWay.clear();
        for (int i = 0; i < count; i++) {
            String name = Character.toString('a' + i);
            nodes.add(new Node(name, settings(name), random));
        }
        for (int step = 0; step < STEPS; step++) {
            step(step, losingDisks);
            nodes.forEach(Node::save);
            assertThat(clusters()).as("seed %d step %d", seed, step).hasSizeLessThan(2);
        }
        formed += clusters().size();
    }

    private ClusterSettings settings(String name) {
        Addresses addresses =
                new Addresses(Optional.empty(), Optional.empty(), Optional.of(name + ":1"), Optional.empty());
        ClusterSettings defaults = ClusterSettings.defaults(new NodeId(name), addresses, List.of("x:1"), expect);
        return new ClusterSettings(
                defaults.self(),
                defaults.addresses(),
                defaults.seeds(),
                expect,
                defaults.tickNanos(),
                defaults.probeIntervalNanos(),
                defaults.probeTimeoutNanos(),
                defaults.helpers(),
                defaults.suspicionNanos(),
                defaults.lifeguard(),
                defaults.exchangeIntervalNanos(),
                defaults.exchangeTimeoutNanos(),
                defaults.reconnectNanos(),
                defaults.forgetNanos(),
                1,
                1);
    }

    private Set<String> clusters() {
        Set<String> ids = new HashSet<>();
        nodes.forEach(node -> node.disk.formation().ifPresent(formation -> ids.add(formation.clusterId())));
        return ids;
    }

    private void step(int step, boolean losingDisks) {
        int index = random.nextInt(nodes.size());
        Node node = nodes.get(index);
        switch (random.nextInt(16)) {
            case 0, 1 -> tick(index, step);
            case 2 -> node.forming = node.forming(settings(node.id.name()), random);
            case 3 -> {
                if (losingDisks && random.nextInt(8) == 0) {
                    node.disk = node.empty();
                    node.forming = node.forming(settings(node.id.name()), random);
                    // An answer is worth nothing after its deadline, and no disk is replaced within one.
                    underWay.removeIf(message -> message.from == index || message.to == index);
                }
            }
            case 4 -> {
                Node other = nodes.get(random.nextInt(nodes.size()));
                if (random.nextInt(8) == 0 && node.forming.formation().isEmpty()) {
                    other.forming.formation().ifPresent(node.forming::take);
                }
            }
            default -> deliver();
        }
    }

    private void tick(int index, int step) {
        Node node = nodes.get(index);
        List<NodeId> others = new ArrayList<>(nodes.stream()
                .map(other -> other.id)
                .filter(id -> !id.equals(node.id))
                .toList());
        TreeSet<NodeId> alive = new TreeSet<>(
                RandomChoice.choose(others, expect - 1 + random.nextInt(nodes.size() - expect + 1), random));
        alive.add(node.id);
        List<NodeId> asked =
                node.forming.tick(List.copyOf(alive), this::instanceOf, new Now(step * 10_000_000_000L, 0));
        node.forming.proposal().ifPresent(proposal -> asked.forEach(founder -> send(index, founder, proposal)));
    }

    private Optional<String> instanceOf(NodeId id) {
        Node node =
                nodes.stream().filter(other -> other.id.equals(id)).findFirst().orElseThrow();
        boolean isStale = random.nextInt(4) == 0;
        return isStale ? Optional.of(id + "-" + (1 + random.nextInt(node.lives))) : Optional.of(node.disk.instance());
    }

    private void send(int from, NodeId to, FormStep step) {
        for (int index = 0; index < nodes.size(); index++) {
            if (nodes.get(index).id.equals(to) && index != from) {
                underWay.add(new Message(from, index, nodes.get(from).disk.instance(), step, Optional.empty()));
            }
        }
    }

    private void deliver() {
        if (underWay.isEmpty()) {
            return;
        }
        int index = random.nextInt(underWay.size());
        boolean repeated = random.nextInt(6) == 0;
        Message message = repeated ? underWay.get(index) : underWay.remove(index);
        if (random.nextInt(10) == 0) {
            return;
        }
        Node target = nodes.get(message.to);
        if (message.answer.isEmpty()) {
            FormAnswer answer = target.forming.answer(message.step, this::instanceOf);
            underWay.add(
                    new Message(message.to, message.from, target.disk.instance(), message.step, Optional.of(answer)));
            return;
        }
        take(message, target);
    }

    private void take(Message message, Node former) {
        FormAnswer answer = message.answer.orElseThrow();
        if (answer.formation().isPresent() && former.forming.formation().isEmpty()) {
            former.forming.take(answer.formation().get());
        }
        if (answer.accepted() && !message.step.commit()) {
            former.forming.promised(nodes.get(message.from).id, message.step.formation());
        }
        if (former.forming.commitIfUnanimous()) {
            FormStep commit = former.forming.commitment().orElseThrow();
            commit.formation().members().forEach(founder -> send(message.to, founder, commit));
        }
    }
}
