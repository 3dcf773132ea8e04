package io.dotkv.simulation;

import io.dotkv.kernel.NodeId;
import io.dotkv.simulation.machine.FaultHooks;
import io.dotkv.storage.engine.Cursor;
import io.dotkv.storage.engine.Engine;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What can be planted in an engine. */
final class EngineFaults {
    private EngineFaults() {}

    /** An engine that passes everything on. */
    private static class TamperedEngine implements Engine {
        private final Engine real;

        TamperedEngine(Engine real) {
            this.real = real;
        }

        @Override
        public String name() {
            return real.name();
        }

        @Override
        public byte @Nullable [] get(byte[] key) {
            return real.get(key);
        }

        @Override
        public byte @Nullable [] getCached(byte[] key) {
            return real.getCached(key);
        }

        @Override
        public Cursor scan(byte[] from, byte[] to) {
            return real.scan(from, to);
        }

        @Override
        public Batch newBatch() {
            return real.newBatch();
        }

        @Override
        public void write(Batch batch, boolean sync) {
            real.write(batch, sync);
        }

        @Override
        public void sync() {
            real.sync();
        }

        @Override
        public Snapshot snapshot() {
            return real.snapshot();
        }

        @Override
        public boolean isStalled() {
            return real.isStalled();
        }

        @Override
        public long estimateEntries() {
            return real.estimateEntries();
        }

        @Override
        public long diskBytes() {
            return real.diskBytes();
        }

        @Override
        public void close() {
            real.close();
        }
    }

    private static FaultHooks ofEngine(UnaryOperator<Engine> fault) {
        return new FaultHooks() {
            @Override
            public Engine engine(NodeId node, Engine engine) {
                return fault.apply(engine);
            }
        };
    }

    /** Every tenth batch is reported as written and synced, and is not there. */
    static FaultHooks engineLosesBatches() {
        return ofEngine(real -> new TamperedEngine(real) {
            private int count;

            @Override
            public void write(Batch batch, boolean sync) {
                count++;
                if (count % 10 != 0) {
                    super.write(batch, sync);
                }
            }
        });
    }

    /** The fiftieth batch meets a defect. */
    static FaultHooks engineHasADefect() {
        return ofEngine(real -> new TamperedEngine(real) {
            private int count;

            @Override
            public void write(Batch batch, boolean sync) {
                count++;
                if (count == 50) {
                    throw new IllegalStateException("an array of the wrong length");
                }
                super.write(batch, sync);
            }
        });
    }
}
