package io.dotkv.storage.local;

import io.dotkv.kernel.Key;
import io.dotkv.storage.Outcome;
import io.dotkv.storage.Refusal;
import io.dotkv.storage.engine.DamagedDataException;
import io.dotkv.storage.replica.Replica;
import io.dotkv.storage.replica.store.DamagedRowException;
import io.dotkv.storage.shard.Task;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A change that comes from another replica, an apply or a message of a pull, on its way through a shard. */
final class ApplyTask<T> implements Task {
    private final StorageState state;
    private final Replica replica;
    private final long sizeBytes;
    private final Change<T> change;
    private final Consumer<Key> onDamage;
    private final CompletableFuture<Outcome<T>> answer = new CompletableFuture<>();
    private @Nullable T result;

    /** What is staged. */
    interface Change<T> {
        /** Stages it on the shard's thread; the value of the answer. */
        T stage() throws DamagedRowException, RefusedException;
    }

    /** The change is refused. */
    static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1;
        private final transient Refusal refusal;

        RefusedException(Refusal refusal) {
            super(refusal.detail(), null, false, false);
            this.refusal = refusal;
        }
    }

    /** @param onDamage is told of a key whose row is damaged */
    ApplyTask(StorageState state, Replica replica, long sizeBytes, Change<T> change, Consumer<Key> onDamage) {
        this.onDamage = onDamage;
        this.state = state;
        this.replica = replica;
        this.sizeBytes = sizeBytes;
        this.change = change;
    }

    CompletableFuture<Outcome<T>> answer() {
        return answer;
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public @Nullable Replica stage() {
        try {
            result = change.stage();
            return replica;
        } catch (DamagedRowException e) {
            onDamage.accept(e.key());
            return damaged(e);
        } catch (DamagedDataException e) {
            return damaged(e);
        } catch (RefusedException e) {
            refuse(e.refusal);
            return null;
        }
    }

    /** What could be taken is staged all the same. */
    private Replica damaged(Exception damage) {
        refuse(state.refuse(Refusal.Reason.DAMAGED, String.valueOf(damage.getMessage())));
        return replica;
    }

    @Override
    public void durable() {
        T value = result;
        if (value != null) {
            answer.complete(Outcome.done(value));
        }
    }

    @Override
    public void failed(String reason) {
        answer.complete(Outcome.unknown(reason));
    }

    @Override
    public void stopped() {
        refuse(state.stopping());
    }

    private void refuse(Refusal refusal) {
        answer.complete(Outcome.refused(refusal));
    }
}
