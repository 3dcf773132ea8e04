package io.dotkv.storage.shard;

import io.dotkv.storage.engine.DamagedDataException;
import io.dotkv.storage.engine.EngineException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether an engine may be written. An engine that has failed once, at whatever shard or sync, is not written again:
 * what it has on the disk is known only after it was opened anew. Any thread.
 */
public final class EngineHealth {
    private static final Logger LOG = LoggerFactory.getLogger(EngineHealth.class);

    private final AtomicReference<@Nullable String> failure = new AtomicReference<>();
    private final Consumer<Throwable> fatal;

    /** @param fatal is told of the first failure, once */
    public EngineHealth(Consumer<Throwable> fatal) {
        this.fatal = fatal;
    }

    /** Why the engine is out of use, or null while it works. */
    public @Nullable String failure() {
        return failure.get();
    }

    /** The engine has failed. */
    public void fail(EngineException e) {
        if (failure.compareAndSet(null, String.valueOf(e.getMessage()))) {
            if (e instanceof DamagedDataException) {
                LOG.error(
                        "The storage cannot run on corrupt files; exiting: {}. Restart the node to "
                                + "rebuild its files and fetch the missing data from other nodes.",
                        e.getMessage());
            } else {
                LOG.error("The storage failed and takes no more writes: {}", e.getMessage(), e);
            }
            fatal.accept(e);
        }
    }
}
