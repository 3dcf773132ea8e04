package io.dotkv.cluster.system;

import io.dotkv.cluster.ClusterStore;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.system.DurableFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The documents in files of the node's data folder, {@code cluster.members} and so on. One thread at a time. */
public final class FileClusterStore implements ClusterStore {
    private static final int FORMAT = 2;

    private final Map<Document, DurableFile> files = new EnumMap<>(Document.class);

    private final boolean acceptsCopy;

    /**
     * @param folder the node's data folder; made when missing
     * @param acceptsCopy whether somebody knows that there is nothing newer than what is there, if it is a copy
     */
    public FileClusterStore(Path folder, boolean acceptsCopy) {
        this.acceptsCopy = acceptsCopy;
        for (Document document : Document.values()) {
            String name = "cluster." + document.name().toLowerCase(Locale.ROOT);
            files.put(document, new DurableFile(folder.resolve(name), FORMAT));
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
