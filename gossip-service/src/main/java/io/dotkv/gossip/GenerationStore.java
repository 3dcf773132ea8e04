package io.dotkv.gossip;

import java.io.IOException;

/**
 * Remembers the generation of this publisher over restarts, so that a publisher whose wall clock went back is never
 * ignored. A port. One thread at a time.
 */
public interface GenerationStore {
    /** The last generation saved, 0 for none. */
    long last() throws IOException;

    /** Remembers the generation; it is durable when this returns. */
    void save(long generation) throws IOException;

    /** One that forgets with the process: for tests, and for nodes without a disk whose clock is good. */
    static GenerationStore inMemory() {
        return new GenerationStore() {
            private long last;

            @Override
            public long last() {
                return last;
            }

            @Override
            public void save(long generation) {
                last = generation;
            }
        };
    }
}
