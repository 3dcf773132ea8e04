package io.dotkv.storage.identity;

import java.util.Optional;

/** Where a storage's identity is kept. A store whose content cannot be read throws instead of being empty. */
public interface IdentityStore {
    Optional<Identity> load();

    /** Whether somebody has said that the data is to be taken for the newest there is, whatever it looks like. */
    boolean isAccepted();

    /** Whether what is loaded is not known to be what was saved last: it was put back from a copy. */
    boolean isCopy();

    /** Durable when it returns. */
    void save(Identity identity);
}
