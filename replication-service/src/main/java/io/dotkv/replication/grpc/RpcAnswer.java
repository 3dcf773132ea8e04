package io.dotkv.replication.grpc;

import com.google.rpc.Status;
import java.util.concurrent.CompletionStage;

/**
 * Where the answer to one operation goes. Exactly one of {@link #done} and {@link #failed} is called, once, on any
 * thread.
 */
interface RpcAnswer<T> {
    /** The operation has begun: this is to be cancelled when nobody waits for the answer any more. */
    void begun(CompletionStage<?> operation);

    void done(T response);

    void failed(Status status);
}
