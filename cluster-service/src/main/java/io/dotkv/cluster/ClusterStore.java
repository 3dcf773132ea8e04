package io.dotkv.cluster;

import io.dotkv.kernel.Bytes;
import java.io.IOException;
import java.util.Optional;

/**
 * Keeps the durable state of a node's cluster layer, a few kilobytes that are replaced as a whole. A port. One thread at a
 * time.
 */
public interface ClusterStore {
    /**
     * What was saved last, or empty when nothing ever was.
     *
     * @throws IOException when it cannot be read or is damaged; never taken for empty
     */
    Optional<Bytes> load() throws IOException;

    /** Replaces the state; it is durable when this returns. */
    void save(Bytes state) throws IOException;

    /** One that forgets with the process, for tests. */
    static ClusterStore inMemory() {
        return new ClusterStore() {
            private Optional<Bytes> saved = Optional.empty();

            @Override
            public Optional<Bytes> load() {
                return saved;
            }

            @Override
            public void save(Bytes state) {
                saved = Optional.of(state);
            }
        };
    }
}
