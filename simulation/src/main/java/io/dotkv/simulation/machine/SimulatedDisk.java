package io.dotkv.simulation.machine;

import io.dotkv.cluster.ClusterStore.Document;
import io.dotkv.cluster.ClusterStore.Saved;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.ports.RandomSource;
import io.dotkv.storage.identity.Identity;
import io.dotkv.storage.replica.store.StorageRecord;
import io.dotkv.storage.simulated.CrashingEngine;
import io.dotkv.storage.simulated.ScheduledWorkers.Pace;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a machine keeps over the ends of its processes: the files of the engine, whose batches are the operating
 * system's until they are synced, and the small files of identity, cluster and gossip, each replaced as a whole and
 * synced. It can be slow, full or failing, lose power or everything, and come back from an old copy. One thread.
 */
public final class SimulatedDisk implements Pace {
    private final RandomSource random;
    private final DiskProfile profile;
    private CrashingEngine engine = new CrashingEngine();
    private Optional<Identity> identity = Optional.empty();
    private final Map<Document, Saved> cluster = new EnumMap<>(Document.class);
    private boolean isIdentityCopy;
    private long generation;
    private int machineBoot = 1;
    private Trouble trouble = Trouble.NONE;
    private long slowNanos;
    private int writesUntilDeath;

    /**
     * How it is on a good day.
     *
     * @param writeNanos how long a synced write takes
     * @param readNanos how long a read takes
     * @param missPercent of a hundred reads, so many do not find the row in memory
     */
    public record DiskProfile(long writeNanos, long readNanos, int missPercent) {}

    /** What goes wrong with each write. */
    public enum Trouble {
        /** Nothing. */
        NONE,
        /** It fails, and may or may not have been done. */
        FAILING,
        /** It is refused for want of space. */
        FULL
    }

    /** A copy of everything on a disk. */
    public record Copy(
            CrashingEngine engine, Optional<Identity> identity, Map<Document, Saved> cluster, long generation) {}

    public SimulatedDisk(RandomSource random, DiskProfile profile) {
        this.random = random;
        this.profile = profile;
    }

    /** From now on every write goes wrong in this way. */
    public void become(Trouble changed) {
        trouble = changed;
    }

    /** From now on every write takes so much longer. */
    public void slowDown(long nanos) {
        slowNanos = nanos;
    }

    /** The process dies at the write so many writes from now, just before it is done or just after. */
    public void killAtWrite(int writes) {
        writesUntilDeath = writes;
    }

    /** The machine loses power: batches that were not synced may be gone, the newest first. */
    public void losePower() {
        engine = engine.crash(random.nextInt(engine.unsyncedBatches() + 1));
        machineBoot++;
    }

    /** Everything on it is gone. */
    public void lose() {
        engine = new CrashingEngine();
        identity = Optional.empty();
        isIdentityCopy = false;
        cluster.clear();
        generation = 0;
    }

    public Copy copy() {
        return new Copy(engine.crash(engine.unsyncedBatches()), identity, Map.copyOf(cluster), generation);
    }

    public void putBack(Copy copy) {
        engine = copy.engine.crash(0);
        identity = copy.identity;
        isIdentityCopy = true;
        cluster.clear();
        copy.cluster.forEach((document, saved) -> cluster.put(document, new Saved(saved.content(), true)));
        generation = copy.generation;
    }

    /**
     * Puts back only the files of the engine, beside an identity of today, if they are old enough to be recognised.
     * Those of a storage that was lost since are refused, for a person to clear away, and not put back either.
     */
    public boolean putBackEngine(Copy copy) {
        boolean isOlder = StorageRecord.find(copy.engine)
                .flatMap(record ->
                        identity.filter(today -> record.id().equals(today.storageId()) && record.age() < today.age()))
                .isPresent();
        if (isOlder) {
            engine = copy.engine.crash(0);
        }
        return isOlder;
    }

    /**
     * What a process is given of it.
     *
     * @param kill ends the process at once
     */
    MountedDisk mount(NodeProcess process, Runnable kill) {
        writesUntilDeath = 0;
        return new MountedDisk(this, process, kill);
    }

    String machineBoot() {
        return "machine boot " + machineBoot;
    }

    CrashingEngine engine() {
        return engine;
    }

    Optional<Identity> identity() {
        return identity;
    }

    boolean isIdentityCopy() {
        return isIdentityCopy;
    }

    void identity(Identity changed) {
        isIdentityCopy = false;
        identity = Optional.of(changed);
    }

    Optional<Saved> cluster(Document document) {
        return Optional.ofNullable(cluster.get(document));
    }

    void cluster(Document document, Bytes changed) {
        cluster.put(document, new Saved(changed, false));
    }

    long generation() {
        return generation;
    }

    void generation(long changed) {
        generation = changed;
    }

    /** Carries out a write of a process as the disk's mood is. */
    void write(Runnable write, Runnable kill) {
        if (writesUntilDeath > 0 && --writesUntilDeath == 0) {
            if (random.nextInt(2) == 0) {
                write.run();
            }
            kill.run();
            throw new DiskFault("the process died at this write");
        }
        switch (trouble) {
            case NONE -> write.run();
            case FULL -> throw new DiskFault("no space is left on the disk");
            case FAILING -> {
                if (random.nextInt(2) == 0) {
                    write.run();
                }
                throw new DiskFault("the disk failed");
            }
        }
    }

    boolean misses() {
        return random.nextInt(100) < profile.missPercent;
    }

    @Override
    public long writeNanos() {
        return profile.writeNanos / 2 + Long.remainderUnsigned(random.nextLong(), profile.writeNanos + slowNanos + 1);
    }

    @Override
    public long readNanos() {
        return Long.remainderUnsigned(random.nextLong(), profile.readNanos + slowNanos + 1);
    }
}
