package io.dotkv.cluster;

import io.dotkv.kernel.Bytes;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps the durable state of a node's cluster layer: a few documents, each replaced as a whole. A port. One thread at a
 * time.
 */
public interface ClusterStore {
    /** What is kept. */
    enum Document {
        /** Who this node is, what its cluster was formed with, and whom it knows; a few kilobytes. */
        MEMBERS,
        /** The newest agreement that it knows; up to some hundred kilobytes. */
        AGREED,
        /** The record of its acceptor, as large. */
        ACCEPTOR
    }

    /**
     * A document.
     *
     * @param isCopy whether this is not known to be what was saved last: it was put back from a copy
     */
    record Saved(Bytes content, boolean isCopy) {}

    /**
     * What was saved last, or empty when nothing ever was.
     *
     * @throws IOException when it cannot be read or is damaged; never taken for empty
     */
    Optional<Saved> load(Document document) throws IOException;

    /** Replaces a document; it is durable when this returns. */
    void save(Document document, Bytes content) throws IOException;

    /** One that forgets with the process, for tests. */
    static ClusterStore inMemory() {
        return new ClusterStore() {
            private final Map<Document, Bytes> documents = new EnumMap<>(Document.class);

            @Override
            public Optional<Saved> load(Document document) {
                return Optional.ofNullable(documents.get(document)).map(content -> new Saved(content, false));
            }

            @Override
            public void save(Document document, Bytes content) {
                documents.put(document, content);
            }
        };
    }
}
