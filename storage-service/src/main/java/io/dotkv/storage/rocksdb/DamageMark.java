package io.dotkv.storage.rocksdb;

import io.dotkv.storage.engine.DamagedDataException;
import io.dotkv.storage.engine.EngineException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file beside the engine's folder that says that a part of what is in the folder cannot be read, for the next start.
 * Any thread.
 */
final class DamageMark {
    private static final Logger LOG = LoggerFactory.getLogger(DamageMark.class);

    private final Path file;
    private final Runnable whenSet;
    private volatile boolean set;

    private DamageMark(Path file, Runnable whenSet) {
        this.file = file;
        this.whenSet = whenSet;
        this.set = Files.exists(file);
    }

    static DamageMark of(Path directory) {
        return of(directory, () -> {});
    }

    /** @param whenSet is run when the mark is set, once, before anything is written about it */
    static DamageMark of(Path directory, Runnable whenSet) {
        return new DamageMark(directory.resolveSibling(directory.getFileName() + ".unreadable"), whenSet);
    }

    boolean isSet() {
        return set;
    }

    /** Sets the mark when a failure is damage; the failure. */
    EngineException noted(EngineException failure) {
        if (failure instanceof DamagedDataException && !set) {
            set(String.valueOf(failure.getMessage()));
        }
        return failure;
    }

    private synchronized void set(String why) {
        if (set) {
            return;
        }
        set = true;
        whenSet.run();
        LOG.error(
                "Some data files are corrupt: {}. Readable data is still served. Restart the node at a "
                        + "convenient time: it then rebuilds its files and fetches the missing data from other "
                        + "nodes.",
                why);
        try {
            Files.writeString(file, why + System.lineSeparator());
            sync(file, StandardOpenOption.WRITE);
            sync(file.toAbsolutePath().resolveSibling(""), StandardOpenOption.READ);
        } catch (IOException e) {
            LOG.error("{} cannot be written, so the next start may not know about the corruption.", file, e);
        }
    }

    /** Takes the mark away, durably. */
    void clear() throws IOException {
        Files.deleteIfExists(file);
        sync(file.toAbsolutePath().resolveSibling(""), StandardOpenOption.READ);
        set = false;
    }

    /** Makes a file, or what is in a folder, survive the loss of power. */
    static void sync(Path path, StandardOpenOption option) throws IOException {
        try (FileChannel channel = FileChannel.open(path, option)) {
            channel.force(true);
        }
    }
}
