package io.dotkv.launcher.node;

import io.dotkv.kernel.system.DurableFile;
import io.dotkv.kernel.system.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of a node, before any layer opens it. It belongs to the engine that made it, and nobody but the user who
 * runs the node may read it: it holds all values, and the key of the cluster.
 */
final class DataFolder {
    private static final Logger LOG = LoggerFactory.getLogger(DataFolder.class);
    private static final int FORMAT = 1;

    private final NodeSettings settings;
    private final Path storage;

    private DataFolder(NodeSettings settings) {
        this.settings = settings;
        this.storage = settings.data().resolve("storage");
    }

    /**
     * Makes it when it is missing.
     *
     * @throws IOException when it was made by another engine, and then nothing was touched, or it cannot be made
     */
    static void prepare(NodeSettings settings) throws IOException {
        DataFolder folder = new DataFolder(settings);
        boolean isInMemory = settings.storage().engine() == NodeSettings.EngineKind.MEMORY;
        if (settings.runs(Service.STORAGE)) {
            folder.checkEngine(isInMemory);
        }
        folder.makePrivate();
        if (settings.runs(Service.STORAGE) && isInMemory) {
            new DurableFile(folder.memoryMark(), FORMAT).write(new byte[0]);
        }
    }

    /** Is there when the node of the folder keeps its data in memory. */
    private Path memoryMark() {
        return storage.resolve("memory");
    }

    private void checkEngine(boolean isInMemory) throws IOException {
        boolean isOnDisk =
                Files.exists(NodeSettings.identityIn(settings.data())) || Files.exists(storage.resolve("rocksdb"));
        if (isInMemory && isOnDisk) {
            throw belongsTo(NodeSettings.EngineKind.ROCKSDB);
        }
        if (!isInMemory && Files.exists(memoryMark())) {
            throw belongsTo(NodeSettings.EngineKind.MEMORY);
        }
    }

    private IOException belongsTo(NodeSettings.EngineKind engine) {
        return new IOException("the data folder " + settings.data() + " belongs to a node with --engine " + engine
                + ", and was to be used with --engine " + settings.storage().engine()
                + ". Nothing was changed. Start the node with --engine " + engine
                + " (does DOTKV_ENGINE name another?), or give it another --data folder");
    }

    private void makePrivate() throws IOException {
        Path data = settings.data();
        PrivateFiles.createFolders(data);
        try {
            // The engine makes its files readable by all; in a private folder nobody reaches them.
            boolean hadOpenData = !isEmpty(data) && PrivateFiles.isOpenToOthers(data);
            int tightened = PrivateFiles.tighten(data);
            if (hadOpenData) {
                LOG.info(
                        "Other users of this machine had access to {} files and folders in {}; their "
                                + "permissions were removed.",
                        tightened,
                        data);
            }
        } catch (IOException e) {
            LOG.warn("Other users of this machine may have access to the data in {}: {}", data, e.toString());
        }
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.findAny().isEmpty();
        }
    }
}
