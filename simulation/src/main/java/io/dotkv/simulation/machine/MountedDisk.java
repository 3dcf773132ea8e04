package io.dotkv.simulation.machine;

import io.dotkv.cluster.ClusterStore;
import io.dotkv.gossip.GenerationStore;
import io.dotkv.kernel.Bytes;
import io.dotkv.storage.engine.Cursor;
import io.dotkv.storage.engine.Engine;
import io.dotkv.storage.engine.EngineException;
import io.dotkv.storage.identity.Identity;
import io.dotkv.storage.identity.IdentityStore;
import io.dotkv.storage.simulated.CrashingEngine;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A {@link SimulatedDisk} as one process has it: through its ports, and no longer than the process lives. */
final class MountedDisk {
    private final SimulatedDisk disk;
    private final NodeProcess process;
    private final Runnable kill;

    MountedDisk(SimulatedDisk disk, NodeProcess process, Runnable kill) {
        this.disk = disk;
        this.process = process;
        this.kill = kill;
    }

    private void write(Runnable write) {
        if (!process.isAlive()) {
            throw new DiskFault("the process has ended");
        }
        disk.write(write, kill);
    }

    Engine engine() {
        return new MountedEngine(disk.engine());
    }

    IdentityStore identities() {
        return new IdentityStore() {
            @Override
            public Optional<Identity> load() {
                return disk.identity();
            }

            @Override
            public boolean isAccepted() {
                return false;
            }

            @Override
            public boolean isCopy() {
                return disk.isIdentityCopy();
            }

            @Override
            public void save(Identity identity) {
                write(() -> disk.identity(identity));
            }
        };
    }

    ClusterStore cluster() {
        return new ClusterStore() {
            @Override
            public Optional<Saved> load(Document document) {
                return disk.cluster(document);
            }

            @Override
            public void save(Document document, Bytes content) throws IOException {
                writeFile(() -> disk.cluster(document, content));
            }
        };
    }

    GenerationStore generations() {
        return new GenerationStore() {
            @Override
            public long last() {
                return disk.generation();
            }

            @Override
            public void save(long generation) throws IOException {
                writeFile(() -> disk.generation(generation));
            }
        };
    }

    private void writeFile(Runnable write) throws IOException {
        try {
            write(write);
        } catch (EngineException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private final class MountedEngine implements Engine {
        private final CrashingEngine files;

        MountedEngine(CrashingEngine files) {
            this.files = files;
        }

        @Override
        public String name() {
            return files.name();
        }

        @Override
        public byte @Nullable [] get(byte[] key) {
            return files.get(key);
        }

        @Override
        public byte @Nullable [] getCached(byte[] key) {
            return disk.misses() ? NOT_CACHED : files.get(key);
        }

        @Override
        public Cursor scan(byte[] from, byte[] to) {
            return files.scan(from, to);
        }

        @Override
        public Batch newBatch() {
            return files.newBatch();
        }

        @Override
        public void write(Batch batch, boolean sync) {
            MountedDisk.this.write(() -> files.write(batch, sync));
        }

        @Override
        public void sync() {
            MountedDisk.this.write(files::sync);
        }

        @Override
        public Snapshot snapshot() {
            return files.snapshot();
        }

        @Override
        public boolean isStalled() {
            return files.isStalled();
        }

        @Override
        public long estimateEntries() {
            return files.estimateEntries();
        }

        @Override
        public long diskBytes() {
            return files.diskBytes();
        }

        @Override
        public void close() {}
    }
}
