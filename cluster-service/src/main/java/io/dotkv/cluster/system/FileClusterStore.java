package io.dotkv.cluster.system;

import io.dotkv.cluster.ClusterStore;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.system.DurableFile;
import io.dotkv.kernel.system.PrivateFiles;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The documents in files of the node's data folder, {@code cluster.members} and so on. One thread at a time. */
public final class FileClusterStore implements ClusterStore, Closeable {
    private static final int FORMAT = 2;

    private final Map<Document, DurableFile> files = new EnumMap<>(Document.class);

    private final Path folder;
    private final boolean acceptsCopy;
    private Optional<FileChannel> held = Optional.empty();

    /**
     * @param folder the node's data folder; made when missing
     * @param acceptsCopy whether somebody knows that there is nothing newer than what is there, if it is a copy
     */
    public FileClusterStore(Path folder, boolean acceptsCopy) {
        this.folder = folder;
        this.acceptsCopy = acceptsCopy;
        for (Document document : Document.values()) {
            String name = "cluster." + document.name().toLowerCase(Locale.ROOT);
            files.put(document, new DurableFile(folder.resolve(name), FORMAT));
        }
    }

    /**
     * Takes the folder for this process, until it ends or {@linkplain #close gives it back}.
     *
     * @throws IOException when another process has it; says so
     */
    public void lock() throws IOException {
        if (held.isPresent()) {
            return;
        }
        PrivateFiles.createFolders(folder);
        // Closed with the process, as a lock is to be.
        FileChannel channel = PrivateFiles.open(folder.resolve("cluster.lock"));
        if (channel.tryLock() == null) {
            channel.close();
            throw new IOException("Another process uses the folder " + folder + ". Stop it first.");
        }
        held = Optional.of(channel);
    }

    /** Gives the folder back. */
    @Override
    public void close() throws IOException {
        if (held.isPresent()) {
            held.get().close();
            held = Optional.empty();
        }
    }

    @Override
    public Optional<Saved> load(Document document) throws IOException {
        return file(document).content().map(content -> new Saved(content.bytes(), content.isCopy() && !acceptsCopy));
    }

    @Override
    public void save(Document document, Bytes content) throws IOException {
        file(document).write(content.array());
    }

    private DurableFile file(Document document) {
        return Objects.requireNonNull(files.get(document));
    }
}
