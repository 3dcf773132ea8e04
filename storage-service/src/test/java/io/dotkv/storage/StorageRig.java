package io.dotkv.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Delta;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.Retirements;
import io.dotkv.kernel.Row;
import io.dotkv.kernel.ports.SeededRandom;
import io.dotkv.kernel.system.SystemClock;
import io.dotkv.storage.engine.Engine;
import io.dotkv.storage.identity.FileIdentityStore;
import io.dotkv.storage.local.LocalStorage;
import io.dotkv.storage.local.StoragePorts;
import io.dotkv.storage.local.StorageSettings;
import io.dotkv.storage.replica.KeyLimits;
import io.dotkv.storage.rocksdb.RocksEngine;
import io.dotkv.storage.rocksdb.RocksSettings;
import io.dotkv.storage.system.ThreadWorkers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** The storage of one node on RocksDB in a folder: started, used and stopped by tests. */
public final class StorageRig implements AutoCloseable {
    public static final int PARTITIONS = 4;

    private static long seed = 1;

    final Path folder;
    final int node;
    /** What the storage said was fatal. */
    public final List<Throwable> fatal = Collections.synchronizedList(new ArrayList<>());

    private StorageSettings settings = settings(StorageSettings.Durability.SYNC);
    private String machineBoot = "boot 1";
    private boolean isAlone;
    private boolean isAccepted;
    private int boot;
    private long life;
    private volatile Runnable onFatal = () -> {};
    private UnaryOperator<Engine> around = engine -> engine;
    private Optional<LocalStorage> storage = Optional.empty();

    public StorageRig(Path folder, int node) {
        this.folder = folder;
        this.node = node;
    }

    static StorageSettings settings(StorageSettings.Durability durability) {
        return new StorageSettings(
                durability, Duration.ofHours(1), 2, 2, 1000, 8L << 20, KeyLimits.DEFAULT.withSiblings(5), 1000, 60_000);
    }

    StorageRig with(StorageSettings changed) {
        settings = changed;
        return this;
    }

    StorageRig onMachineBoot(String boot) {
        machineBoot = boot;
        return this;
    }

    /** Its folder is a copy that stands for the original, as it was found after a crash. */
    StorageRig takingCopyForOriginal() {
        FileIdentityStore identities = new FileIdentityStore(folder.resolve("identity"), false);
        identities.load().ifPresent(identities::save);
        return this;
    }

    /** Its partitions have no other replicas. */
    StorageRig alone() {
        isAlone = true;
        return this;
    }

    /** Somebody says that its data is the newest there is, whatever it looks like. */
    StorageRig accepted() {
        isAccepted = true;
        return this;
    }

    /** Puts something between the storage and its engine. */
    public StorageRig around(UnaryOperator<Engine> wrapper) {
        around = wrapper;
        return this;
    }

    /** What happens when the storage has said that something is fatal. */
    StorageRig onFatal(Runnable happening) {
        onFatal = happening;
        return this;
    }

    private void failed(Throwable why) {
        fatal.add(why);
        onFatal.run();
    }

    /** Starts the storage, which knows nothing of its node yet. */
    public LocalStorage open() {
        Engine engine = RocksEngine.open(
                new RocksSettings(folder.resolve("engine"), 8 << 20, 8 << 20, RocksSettings.Compression.LZ4));
        LocalStorage opened = new LocalStorage(
                around.apply(engine),
                new FileIdentityStore(folder.resolve("identity"), isAccepted),
                settings,
                new StoragePorts(
                        new SystemClock(), new SeededRandom(seed++), machineBoot, new ThreadWorkers(), this::failed));
        storage = Optional.of(opened);
        return opened;
    }

    /** Starts the storage, gives it its mandate and a boot, as if there was a cluster that agrees; what it is then. */
    public AssignmentAck start() {
        open();
        AssignmentAck opened = done(storage().assume(assignment()));
        boot = Math.max(boot, opened.lastBoot()) + 1;
        long formerLife = life;
        life = opened.life();
        return done(storage().assume(assignment(boot, formerLife, 1)));
    }

    AssignmentAck restart() {
        close();
        return start();
    }

    public LocalStorage storage() {
        return storage.orElseThrow();
    }

    @Override
    public void close() {
        storage.ifPresent(LocalStorage::close);
        storage = Optional.empty();
    }

    public Assignment assignment() {
        return assignment(0, life, 1);
    }

    public Assignment assignment(int agreedBoot, long formerLife, long placement) {
        List<PartitionId> all =
                IntStream.range(0, PARTITIONS).mapToObj(PartitionId::new).toList();
        return new Assignment(
                "c".repeat(32),
                new NodeId("n" + node),
                node,
                agreedBoot,
                formerLife,
                placement,
                PARTITIONS,
                all,
                isAlone ? 0 : 2,
                isAlone ? 0 : 2,
                isAlone ? 1 : 3,
                Retirements.NONE);
    }

    public static Requests.Mutate putting(String key, String value) {
        return putting(key, value, Optional.empty(), "");
    }

    public static Requests.Mutate putting(String key, String value, Optional<DotSet> context, String requestId) {
        return new Requests.Mutate(1, Key.of(key), Optional.of(Bytes.utf8(value)), context, requestId, soon());
    }

    /** What a mutation's listener was told. */
    public static final class Told implements MutationListener {
        final CompletableFuture<StampedWrite> assigned = new CompletableFuture<>();
        public final CompletableFuture<Outcome<Long>> ended = new CompletableFuture<>();

        @Override
        public void assigned(StampedWrite stamped) {
            assigned.complete(stamped);
        }

        @Override
        public void ended(Outcome<Long> outcome) {
            ended.complete(outcome);
        }
    }

    public Told mutate(Requests.Mutate request) {
        Told told = new Told();
        storage().mutate(request, told);
        return told;
    }

    /** Carries a mutation out; its delta. */
    public StampedWrite done(Requests.Mutate request) {
        Told told = mutate(request);
        done(told.ended);
        return await(told.assigned);
    }

    public Delta put(String key, String value) {
        return done(putting(key, value)).delta();
    }

    public Refusal refusal(Requests.Mutate request) {
        Told told = mutate(request);
        Refusal refusal = refusal(told.ended);
        assertThat(told.assigned).isNotDone();
        return refusal;
    }

    public static Requests.Read reading(String key) {
        return new Requests.Read(1, Key.of(key), soon());
    }

    public Row row(String key) {
        return done(storage().read(reading(key)));
    }

    public List<String> values(String key) {
        return row(key).leaves().stream().map(StorageRig::text).toList();
    }

    private static String text(Leaf leaf) {
        return new String(leaf.payload().array(), StandardCharsets.UTF_8);
    }

    public void apply(Delta delta) {
        done(storage().apply(new Requests.Apply(1, delta, "write " + delta.events(), soon())));
    }

    /** Pulls everything that is missing from another. */
    void pull(StorageRig from) {
        Requests.Pull pull = new Requests.Pull(1, node, done(storage().clocks(Set.of())));
        done(from.storage().pull(pull, message -> storage().absorb(message)));
    }

    /** A key of the partition. */
    public static String keyIn(int partition) {
        Partitioning partitioning = new Partitioning(PARTITIONS);
        return IntStream.iterate(0, number -> number + 1)
                .mapToObj(number -> "key " + number)
                .filter(key -> partitioning.partitionOf(Key.of(key)).number() == partition)
                .findFirst()
                .orElseThrow();
    }

    public static long soon() {
        return System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    }

    static <T> T await(CompletionStage<T> answer) {
        try {
            return answer.toCompletableFuture().get(30, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("no answer", e);
        }
    }

    public static <T> T done(CompletionStage<Outcome<T>> answer) {
        Outcome<T> outcome = await(answer);
        assertThat(outcome).isInstanceOf(Outcome.Done.class);
        return ((Outcome.Done<T>) outcome).value();
    }

    public static Refusal refusal(CompletionStage<? extends Outcome<?>> answer) {
        Outcome<?> outcome = await(answer);
        assertThat(outcome).isInstanceOf(Outcome.Refused.class);
        return ((Outcome.Refused<?>) outcome).refusal();
    }
}
