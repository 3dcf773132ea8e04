package io.dotkv.gossip.system;

import io.dotkv.gossip.GenerationStore;
import io.dotkv.kernel.encoding.ByteReader;
import io.dotkv.kernel.encoding.ByteWriter;
import io.dotkv.kernel.encoding.MalformedException;
import io.dotkv.kernel.system.DurableFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** The generation in the file {@code gossip.generation} of the node's data folder. One thread at a time. */
public final class FileGenerationStore implements GenerationStore {
    private static final int FORMAT = 1;

    private final DurableFile file;

    /** @param folder the node's data folder; made when missing */
    public FileGenerationStore(Path folder) {
        this.file = new DurableFile(folder.resolve("gossip.generation"), FORMAT);
    }

    @Override
    public long last() throws IOException {
        Optional<byte[]> content = file.read();
        if (content.isEmpty()) {
            return 0;
        }
        try {
            ByteReader reader = new ByteReader(content.get());
            long generation = reader.readLong();
            reader.expectEnd();
            return generation;
        } catch (MalformedException e) {
            throw file.damaged(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void save(long generation) throws IOException {
        ByteWriter writer = new ByteWriter(8);
        writer.writeLong(generation);
        file.write(writer.toByteArray());
    }
}
