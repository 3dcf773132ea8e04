package io.dotkv.cluster.system;

import io.dotkv.cluster.ClusterStore;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.system.DurableFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** The state in the file {@code cluster.state} of the node's data folder. One thread at a time. */
public final class FileClusterStore implements ClusterStore {
    private static final int FORMAT = 1;

    private final DurableFile file;

    /** @param folder the node's data folder; made when missing */
    public FileClusterStore(Path folder) {
        this.file = new DurableFile(folder.resolve("cluster.state"), FORMAT);
    }

    @Override
    public Optional<Bytes> load() throws IOException {
        return file.read().map(Bytes::wrap);
    }

    @Override
    public void save(Bytes state) throws IOException {
        file.write(state.array());
    }
}
