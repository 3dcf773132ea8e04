package io.dotkv.simulation;

import io.dotkv.kernel.ports.RandomSource;
import io.dotkv.replication.ports.ReplicationSettings;
import io.dotkv.replication.ports.ScrubSettings;
import io.dotkv.simulation.machine.NetworkProfile;
import io.dotkv.simulation.machine.SimulatedDisk;
import io.dotkv.storage.local.StorageSettings;
import io.dotkv.storage.replica.KeyLimits;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/**
 * What a run is like, drawn from its seed: how large the cluster is, what clients do, and which faults come how often.
 * Each run has some faults and not others, since a fault that is always there hides what happens without it.
 *
 * @param nodes how many nodes form the cluster
 * @param partitions of the key space
 * @param replicas of a partition
 * @param keys how many keys clients use
 * @param clients how many clients there are
 * @param thinkNanos how long a client waits between two requests, on average
 * @param faultNanos for how long faults come
 * @param calmStart whether the faults wait until the cluster has formed
 * @param faults the average time between two faults of a kind, for those that come
 * @param maxDriftPpm by how many millionths a clock runs too fast or slow at most
 * @param members who comes later, and who goes
 * @param typedRequests how many of 100 requests are about data types
 */
public record RunProfile(
        int nodes,
        int partitions,
        int replicas,
        int keys,
        int clients,
        long thinkNanos,
        long faultNanos,
        boolean calmStart,
        NetworkProfile weather,
        Map<Fault, Long> faults,
        int maxDriftPpm,
        SimulatedDisk.DiskProfile disk,
        StorageSettings storage,
        ReplicationSettings replication,
        MemberChanges members,
        int typedRequests) {
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000_000_000;

    static RunProfile draw(RandomSource random, RunOptions options) {
        int nodes = options.nodes().orElse(3 + random.nextInt(5));
        RunProfile drawn = new RunProfile(
                nodes,
                1 << random.nextInt(4),
                replicas(random, nodes),
                1 + random.nextInt(random.nextInt(2) == 0 ? 3 : 20),
                1 + random.nextInt(6),
                between(random, 5, 200) * MILLI,
                between(random, 5, 40) * SECOND,
                random.nextInt(3) > 0,
                weather(random),
                faults(random, options),
                random.nextInt(2) == 0 ? 0 : random.nextInt(500),
                new SimulatedDisk.DiskProfile(
                        between(random, 1, 50) * MILLI / 10, between(random, 1, 20) * MILLI / 10, random.nextInt(60)),
                storage(random, options),
                replication(random),
                MemberChanges.draw(random, nodes, options),
                random.nextInt(3) == 0 ? 0 : 20 + random.nextInt(60));
        return nodes == 1 || (options.nodes().isEmpty() && random.nextInt(16) == 0) ? drawn.alone() : drawn;
    }

    /** The same for a cluster of one, of which nobody else has what it loses. */
    private RunProfile alone() {
        Map<Fault, Long> survived = new EnumMap<>(Fault.class);
        faults.forEach((fault, eachNanos) -> {
            if (!fault.losesData()) {
                survived.put(fault, eachNanos);
            }
        });
        return new RunProfile(
                1,
                partitions,
                1,
                keys,
                clients,
                thinkNanos,
                faultNanos,
                calmStart,
                weather,
                survived,
                maxDriftPpm,
                disk,
                storage,
                replication,
                new MemberChanges(0, false, Map.of()),
                typedRequests);
    }

    /** How many replicas may lose what they have, or go with it, before the others have it. */
    int losses() {
        return members.founderGoes() || faults.keySet().stream().anyMatch(Fault::losesData) ? 1 : 0;
    }

    private static int replicas(RandomSource random, int nodes) {
        return switch (random.nextInt(6)) {
            case 0 -> Math.min(nodes, 5);
            case 1 -> 2;
            default -> 3;
        };
    }

    private static NetworkProfile weather(RandomSource random) {
        return new NetworkProfile(
                between(random, 1, 10) * MILLI / 10,
                between(random, 1, 100) * MILLI / 10,
                sometimes(random, 50_000),
                between(random, 20, 3_000) * MILLI,
                sometimes(random, 150_000),
                sometimes(random, 50_000),
                sometimes(random, 10_000));
    }

    private static int sometimes(RandomSource random, int most) {
        return random.nextInt(2) == 0 ? 0 : random.nextInt(most);
    }

    private static Map<Fault, Long> faults(RandomSource random, RunOptions options) {
        Map<Fault, Long> faults = new EnumMap<>(Fault.class);
        for (Fault fault : Fault.values()) {
            if (fault.takesMembersOut()) {
                continue;
            }
            boolean comes = random.nextInt(5) < 2;
            long eachNanos = between(random, 800, 15_000) * MILLI;
            if (comes && (options.dataLoss() || !fault.losesData())) {
                faults.put(fault, eachNanos);
            }
        }
        return faults;
    }

    private static StorageSettings storage(RandomSource random, RunOptions options) {
        boolean periodic = options.dataLoss() && random.nextInt(3) == 0;
        return new StorageSettings(
                periodic ? StorageSettings.Durability.PERIODIC : StorageSettings.Durability.SYNC,
                Duration.ofSeconds(1),
                1 + random.nextInt(3),
                4,
                256,
                1 << 20,
                KeyLimits.DEFAULT.withSiblings(random.nextInt(4) == 0 ? 5 : 100),
                random.nextInt(2) == 0 ? between(random, 1, 50) : 16_384,
                60_000);
    }

    private static ReplicationSettings replication(RandomSource random) {
        ReplicationSettings defaults = ReplicationSettings.DEFAULTS;
        long pullNanos = between(random, 1_000, 10_000) * MILLI;
        ReplicationSettings.Pulls pulls = new ReplicationSettings.Pulls(
                pullNanos,
                defaults.pulls().catchUpIntervalNanos(),
                between(random, 5, 60) * SECOND,
                defaults.pulls().max());
        return defaults.with(pulls).with(new ScrubSettings(4 * pullNanos, 1 << 20));
    }

    private static long between(RandomSource random, int least, int most) {
        return least + (long) random.nextInt(most - least + 1);
    }

    /** In words. */
    @Override
    public String toString() {
        return nodes + " nodes, " + partitions + " partitions of " + replicas + " replicas, " + keys + " keys, "
                + clients
                + " clients"
                + (typedRequests == 0 ? "" : " with " + typedRequests + " % requests about data types")
                + ", " + storage.durability() + ", a log of " + storage.logRetention() + ", " + weather
                + ", clocks " + maxDriftPpm + " ppm off at most, faults for " + faultNanos / SECOND + " s "
                + (calmStart ? "once formed" : "from the start") + ": " + faults
                + (members.isNone() ? "" : ", and " + members);
    }
}
