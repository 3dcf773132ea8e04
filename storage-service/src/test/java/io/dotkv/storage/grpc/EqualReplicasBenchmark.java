package io.dotkv.storage.grpc;

import com.sun.management.OperatingSystemMXBean;
import io.dotkv.kernel.Actor;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Delta;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.HybridTime;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.Retirements;
import io.dotkv.kernel.ports.SeededRandom;
import io.dotkv.kernel.system.SystemClock;
import io.dotkv.storage.Assignment;
import io.dotkv.storage.Outcome;
import io.dotkv.storage.PartitionClock;
import io.dotkv.storage.Partitioning;
import io.dotkv.storage.PullMessage;
import io.dotkv.storage.Requests;
import io.dotkv.storage.grpc.codec.PullCodec;
import io.dotkv.storage.identity.MemoryIdentityStore;
import io.dotkv.storage.local.LocalStorage;
import io.dotkv.storage.local.StoragePorts;
import io.dotkv.storage.local.StorageSettings;
import io.dotkv.storage.rocksdb.RocksEngine;
import io.dotkv.storage.rocksdb.RocksSettings;
import io.dotkv.storage.system.ThreadWorkers;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * What it costs that two replicas find out that they are equal: bytes of a request, and CPU of both ends over loopback.
 * Run by hand. Arguments: partitions (256), pulls (2,000).
 */
final class EqualReplicasBenchmark {
    private static final int EVENTS = 300;

    private EqualReplicasBenchmark() {}

    public static void main(String[] arguments) throws Exception {
        int partitions = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 256;
        int pulls = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 2000;
        LocalStorage storage = new LocalStorage(
                RocksEngine.open(RocksSettings.in(Files.createTempDirectory("equal-replicas"))),
                new MemoryIdentityStore(),
                StorageSettings.defaults(StorageSettings.Durability.SYNC, 2),
                new StoragePorts(new SystemClock(), new SeededRandom(1), "boot", new ThreadWorkers(), failure -> {}));
        fill(storage, partitions);
        List<PartitionClock> clocks = done(storage.clocks(Set.of()));
        Requests.Pull pull = new Requests.Pull(1, 2, clocks);
        int bytes = PullCodec.encode(pull).getSerializedSize();
        try (Loopback both = new Loopback(storage)) {
            run(both, pull, pulls);
            OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
            long before = system.getProcessCpuTime();
            run(both, pull, pulls);
            long cpuNanos = (system.getProcessCpuTime() - before) / pulls;
            double perHour = 3600 / 10.0 * 2;
            System.out.printf(
                    "%d partitions, 3 actors: request %,d bytes (%d for each partition), no message in answer; %,d us CPU of"
                            + " both ends%n",
                    partitions, bytes, bytes / partitions, cpuNanos / 1000);
            System.out.printf(
                    "a node that pulls from two peers every 10 s: %.1f MB and %.2f s CPU an hour%n",
                    bytes * perHour / 1e6, cpuNanos * perHour / 1e9);
        }
        storage.close();
        System.exit(0);
    }

    private static void run(Loopback both, Requests.Pull pull, int pulls) {
        for (int count = 0; count < pulls; count++) {
            int messages = done(both.remote.pull(pull, EqualReplicasBenchmark::unexpected));
            if (messages != 0) {
                throw new AssertionError("equal replicas sent " + messages + " messages");
            }
        }
    }

    private static CompletionStage<?> unexpected(PullMessage message) {
        return CompletableFuture.failedFuture(new AssertionError("equal replicas sent " + message));
    }

    /** So many events of each of three actors in each partition. */
    private static void fill(LocalStorage storage, int partitions) {
        List<PartitionId> held = new ArrayList<>();
        for (int partition = 0; partition < partitions; partition++) {
            held.add(new PartitionId(partition));
        }
        for (int boot = 0; boot < 2; boot++) {
            done(storage.assume(new Assignment(
                    "c".repeat(32), new NodeId("n1"), 1, boot, 0, 1, partitions, held, 0, 0, 3, Retirements.NONE)));
        }
        Partitioning partitioning = new Partitioning(partitions);
        boolean[] filled = new boolean[partitions];
        int left = partitions;
        for (int number = 0; left > 0; number++) {
            Key key = Key.of("key-" + number);
            int partition = partitioning.partitionOf(key).number();
            if (!filled[partition]) {
                filled[partition] = true;
                left--;
                fill(storage, key);
            }
        }
    }

    private static void fill(LocalStorage storage, Key key) {
        for (int node = 2; node <= 4; node++) {
            Actor actor = new Actor(node, 1);
            List<Dot> events = new ArrayList<>();
            for (int counter = 1; counter <= EVENTS; counter++) {
                events.add(new Dot(actor, counter));
            }
            Leaf leaf = new Leaf(events.getLast(), Bytes.EMPTY, HybridTime.ofMillis(1), Bytes.utf8("value"));
            Delta delta = new Delta(key, List.of(leaf), DotSet.upTo(actor, EVENTS), events);
            done(storage.apply(new Requests.Apply(1, delta, "", System.nanoTime() + TimeUnit.SECONDS.toNanos(60))));
        }
    }

    private static <T> T done(CompletionStage<Outcome<T>> stage) {
        Outcome<T> outcome =
                stage.toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
        if (outcome instanceof Outcome.Done<T>(T value)) {
            return value;
        }
        throw new AssertionError(outcome.toString());
    }
}
