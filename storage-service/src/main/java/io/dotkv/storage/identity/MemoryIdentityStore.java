package io.dotkv.storage.identity;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An identity that ends with the process, for a storage whose engine does too. */
public final class MemoryIdentityStore implements IdentityStore {
    private volatile @Nullable Identity identity;

    @Override
    public Optional<Identity> load() {
        return Optional.ofNullable(identity);
    }

    @Override
    public boolean isAccepted() {
        return false;
    }

    @Override
    public boolean isCopy() {
        return false;
    }

    @Override
    public void save(Identity saved) {
        identity = saved;
    }
}
