package io.dotkv.storage.identity;

import java.util.Optional;

/** Where a storage's identity is kept. A store whose content cannot be read throws instead of being empty. */
public interface IdentityStore {
    Optional<Identity> load();

    /** Durable when it returns. */
    void save(Identity identity);
}
