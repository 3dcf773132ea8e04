package io.dotkv.storage.identity;

import java.util.Optional;

/** Where a storage's identity is kept. A store whose content cannot be read throws instead of being empty. */
public interface IdentityStore {
    Optional<Identity> load();

    /** Whether what is loaded is not known to be what was saved last: it was put back from a copy. */
    boolean isCopy();

    /** Durable when it returns. */
    void save(Identity identity);
}
