package io.dotkv.storage.replica;

import com.sun.management.OperatingSystemMXBean;
import io.dotkv.kernel.Actor;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.HybridTime;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.MultiValueRegister;
import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.Row;
import io.dotkv.kernel.VersionVector;
import io.dotkv.kernel.encoding.Encoding;
import io.dotkv.kernel.ports.SeededRandom;
import io.dotkv.storage.engine.Engine;
import io.dotkv.storage.replica.store.DamagedRowException;
import io.dotkv.storage.replica.store.EngineKeys;
import io.dotkv.storage.rocksdb.RocksEngine;
import io.dotkv.storage.rocksdb.RocksSettings;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What clock and log cost a replica, run by hand: the processor time of a put of 1 KiB, in batches of 16 as under load,
 * of which one in three is the replica's own. Three ways in turn, each in a database of its own: the rows alone; rows
 * and log records, as they are on the disk, without any thinking; and the replica. Argument: how often (15).
 */
final class ReplicaBenchmark {
    private static final int PARTITIONS = 256;
    private static final int KEYS = 100_000;
    private static final int BATCH = 16;
    private static final int BATCHES = 4_000;
    private static final int PRUNED_EVERY = 1_000;

    private final OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private final SeededRandom random = new SeededRandom(1);
    private final RocksEngine engine;
    private final List<Replica> replicas = new ArrayList<>();
    private final long[][] counters = new long[PARTITIONS][4];

    private ReplicaBenchmark() throws Exception {
        engine = RocksEngine.open(RocksSettings.in(Files.createTempDirectory("replica")));
        try (Engine.Batch batch = engine.newBatch()) {
            for (int partition = 0; partition < PARTITIONS; partition++) {
                replicas.add(Replica.open(
                        new PartitionId(partition),
                        engine,
                        new Replica.Beginning("life", false, true, 0, 0, 1_024),
                        batch));
                replicas.getLast().others(2);
            }
            engine.write(batch, false);
        }
    }

    public static void main(String[] arguments) throws Exception {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 15;
        ReplicaBenchmark rows = new ReplicaBenchmark();
        ReplicaBenchmark records = new ReplicaBenchmark();
        ReplicaBenchmark whole = new ReplicaBenchmark();
        double[][] micros = new double[3][rounds];
        for (int round = 0; round < rounds; round++) {
            micros[0][round] = rows.microsOfAPut(() -> rows.writeRows(false));
            micros[1][round] = records.microsOfAPut(() -> records.writeRows(true));
            micros[2][round] = whole.microsOfAPut(whole::writeAsReplica);
            System.out.printf(
                    "rows %.2f, with log records %.2f, replica %.2f µs CPU for a put%n",
                    micros[0][round], micros[1][round], micros[2][round]);
        }
        System.out.printf(
                "medians: rows %.2f, with log records %.2f, replica %.2f µs%n",
                median(micros[0]), median(micros[1]), median(micros[2]));
        rows.engine.close();
        records.engine.close();
        whole.engine.close();
    }

    private double microsOfAPut(Runnable batch) throws InterruptedException {
        // So that files which are still being written count for whoever caused them.
        Thread.sleep(500);
        long before = system.getProcessCpuTime();
        for (int count = 0; count < BATCHES; count++) {
            batch.run();
        }
        Thread.sleep(500);
        return (system.getProcessCpuTime() - before) / 1e3 / BATCHES / BATCH;
    }

    private void writeRows(boolean records) {
        try (Engine.Batch batch = engine.newBatch()) {
            for (int count = 0; count < BATCH; count++) {
                Key key = key();
                int partition = partitionOf(key);
                Dot dot = next(partition, new Actor(count % 3 + 1, 1));
                EngineKeys keys = new EngineKeys(new PartitionId(partition));
                Row row = new Row(List.of(new Leaf(dot, Bytes.EMPTY, time(), value())), DotSet.EMPTY);
                batch.put(keys.row(key), Encoding.encodeRow(row));
                if (records) {
                    batch.put(keys.log(dot), key.bytes().array());
                }
            }
            engine.write(batch, false);
        }
    }

    private void writeAsReplica() {
        Set<Replica> changed = new LinkedHashSet<>();
        try (Engine.Batch batch = engine.newBatch()) {
            for (int count = 0; count < BATCH; count++) {
                Key key = key();
                Replica replica = replicas.get(partitionOf(key));
                put(replica, key, new Actor(count % 3 + 1, 1));
                changed.add(replica);
            }
            changed.forEach(replica -> replica.flush(batch));
            engine.write(batch, false);
        }
        changed.forEach(Replica::written);
        if (random.nextInt(PRUNED_EVERY) < PARTITIONS) {
            Replica replica = replicas.get(random.nextInt(PARTITIONS));
            replica.confirmed(2, replica.reading().clock());
            replica.confirmed(3, replica.reading().clock());
            replica.prune();
        }
    }

    /** Of its own, or as it comes from another replica that has seen what this one has. */
    private void put(Replica replica, Key key, Actor actor) {
        try {
            if (actor.node() == 1) {
                replica.mutate(actor, time(), key, value(), Optional.empty());
                return;
            }
            DotSet clock = replica.reading().clock();
            Dot dot = next(replica.partition().number(), actor);
            replica.apply(MultiValueRegister.replaceCovered(key, dot, time(), value(), new VersionVector(clock)));
        } catch (DamagedRowException e) {
            throw new IllegalStateException(e);
        }
    }

    private Dot next(int partition, Actor actor) {
        return new Dot(actor, ++counters[partition][actor.node()]);
    }

    private Key key() {
        return Key.of(String.format("bench:%010d", random.nextInt(KEYS)));
    }

    private static int partitionOf(Key key) {
        return Math.floorMod(key.bytes().hashCode() * 0x9E3779B9, PARTITIONS);
    }

    private HybridTime time() {
        return new HybridTime(random.nextInt(1 << 30));
    }

    private Bytes value() {
        byte[] value = new byte[1_024];
        for (int at = 0; at < value.length; at += 8) {
            value[at] = (byte) random.nextInt(256);
        }
        return Bytes.wrap(value);
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
