package io.dotkv.launcher.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.proto.cluster.v1.GetClusterRequest;
import io.dotkv.proto.cluster.v1.GetClusterResponse;
import io.dotkv.proto.cluster.v1.Health;
import io.dotkv.proto.cluster.v1.Member;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Five processes that are stopped, killed and started again, and what the others believe of them meanwhile. {@code
 * -Ddotkv.membership.seconds=120} for a long run.
 */
@Tag("acceptance")
final class MembershipTest {
    private static final int SECONDS = Integer.getInteger("dotkv.membership.seconds", 12);
    private static final int COUNT = 5;

    /** What the simulation allows (see docs/membership.md), and again as much for a machine with other things to do. */
    private static final Duration DEATH = Duration.ofSeconds(20);

    private static final Duration RETURN = Duration.ofSeconds(20);

    @TempDir
    private Path folder;

    private final List<RunningNode> nodes = new ArrayList<>();

    @Test
    void killedNodesAreDeadForAllReturnedOnesAliveAndPausedOnesAreNotHeldForDeadForLong() {
        long seed = Long.getLong("dotkv.seed", System.nanoTime());
        Random random = new Random(seed);
        try {
            start();
            long end = System.nanoTime() + SECONDS * 1_000_000_000L;
            do {
                RunningNode victim = nodes.get(random.nextInt(COUNT));
                if (random.nextBoolean()) {
                    killAndRestart(victim);
                } else {
                    pauseAndResume(victim, random.nextInt(1_500));
                }
            } while (System.nanoTime() < end);
            restartAll();
        } catch (AssertionError failure) {
            throw new AssertionError("with -Ddotkv.seed=" + seed + ": " + failure.getMessage(), failure);
        } finally {
            nodes.forEach(RunningNode::close);
        }
    }

    private void start() {
        List<Integer> ports = new ArrayList<>();
        for (int i = 0; i < COUNT; i++) {
            ports.add(RunningNode.freePort());
        }
        String seeds = ports.stream().limit(2).map(port -> "localhost:" + port).collect(Collectors.joining(","));
        for (int i = 0; i < COUNT; i++) {
            nodes.add(new RunningNode(
                            "n" + (i + 1), ports.get(i), folder, "--seeds", seeds, "--expect", Integer.toString(COUNT))
                    .start());
        }
        nodes.forEach(RunningNode::awaitServing);
        awaitAllAlive();
    }

    private void killAndRestart(RunningNode victim) {
        long incarnation = seenBy(other(victim), victim).getIncarnation();
        victim.kill();
        double seconds = await(DEATH, victim.name() + " is dead for all", () -> othersSee(victim, Health.DEAD));
        Member dead = seenBy(other(victim), victim);
        assertThat(dead.getNoticedBy()).startsWith("n");
        assertThat(dead.getReason()).isNotBlank();
        victim.start().awaitServing();
        double back = await(RETURN, victim.name() + " is alive for all", this::allSeeAllAlive);
        assertThat(seenBy(other(victim), victim).getIncarnation()).isGreaterThan(incarnation);
        System.out.printf(
                Locale.ROOT,
                "%s killed: dead for all after %.1f s; back %.1f s after it served%n",
                victim.name(),
                seconds,
                back);
    }

    private void pauseAndResume(RunningNode victim, int millis) {
        victim.pause();
        Until.pause(Duration.ofMillis(millis));
        victim.resume();
        double seconds = await(RETURN, victim.name() + " is alive for all", this::allSeeAllAlive);
        System.out.printf(
                Locale.ROOT, "%s paused for %d ms: alive for all %.1f s later%n", victim.name(), millis, seconds);
    }

    private void restartAll() {
        nodes.forEach(RunningNode::kill);
        nodes.forEach(RunningNode::start);
        nodes.forEach(RunningNode::awaitServing);
        awaitAllAlive();
    }

    private void awaitAllAlive() {
        await(RETURN, "all are alive for all", this::allSeeAllAlive);
    }

    private double await(Duration limit, String what, BooleanSupplier condition) {
        long start = System.nanoTime();
        Until.isTrue(limit, what, condition);
        return (System.nanoTime() - start) / 1e9;
    }

    private RunningNode other(RunningNode victim) {
        return nodes.get((nodes.indexOf(victim) + 1) % COUNT);
    }

    private boolean allSeeAllAlive() {
        return nodes.stream().allMatch(victim -> nodes.stream().allMatch(node -> sees(node, victim, Health.ALIVE)));
    }

    private boolean othersSee(RunningNode victim, Health health) {
        return nodes.stream().filter(node -> node != victim).allMatch(node -> sees(node, victim, health));
    }

    private static boolean sees(RunningNode node, RunningNode victim, Health health) {
        try {
            return seenBy(node, victim).getHealth() == health;
        } catch (StatusRuntimeException notReached) {
            return false;
        }
    }

    private static Member seenBy(RunningNode node, RunningNode victim) {
        GetClusterResponse cluster = node.cluster().getCluster(GetClusterRequest.getDefaultInstance());
        return cluster.getMembersList().stream()
                .filter(member -> member.getNode().equals(victim.name()))
                .findFirst()
                .orElse(Member.getDefaultInstance());
    }
}
