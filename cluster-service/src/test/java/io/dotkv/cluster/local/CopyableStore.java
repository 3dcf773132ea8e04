package io.dotkv.cluster.local;

import io.dotkv.cluster.ClusterStore;
import io.dotkv.kernel.Bytes;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** A disk that can be copied, and replaced by a copy; one document after the other is then written anew. */
final class CopyableStore implements ClusterStore {
    private final Map<Document, Saved> documents = new EnumMap<>(Document.class);
    private boolean isBroken;

    @Override
    public Optional<Saved> load(Document document) {
        return Optional.ofNullable(documents.get(document));
    }

    @Override
    public void save(Document document, Bytes content) {
        if (isBroken) {
            throw new IllegalStateException("the disk is broken");
        }
        documents.put(document, new Saved(content, false));
    }

    /** Each save from now on ends in an unchecked exception. */
    void breakDown() {
        isBroken = true;
    }

    Map<Document, Bytes> copy() {
        Map<Document, Bytes> copy = new EnumMap<>(Document.class);
        documents.forEach((document, saved) -> copy.put(document, saved.content()));
        return copy;
    }

    void putBack(Map<Document, Bytes> copy) {
        documents.clear();
        copy.forEach((document, content) -> documents.put(document, new Saved(content, true)));
    }
}
