package io.dotkv.cluster.grpc;

import io.dotkv.cluster.ClusterView;
import io.dotkv.kernel.ports.Subscription;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One watcher's stream. While the watcher is slow only the newest view waits for it. Any thread; the lock is held for the
 * hand-over only.
 */
final class ViewStream<M> {
    private final ServerCallStreamObserver<M> out;
    private final Function<ClusterView, M> encode;
    private @Nullable ClusterView waiting;
    private @Nullable Subscription subscription;
    private boolean cancelled;

    ViewStream(ServerCallStreamObserver<M> out, Function<ClusterView, M> encode) {
        this.out = out;
        this.encode = encode;
    }

    synchronized void offer(ClusterView view) {
        waiting = view;
        drain();
    }

    synchronized void drain() {
        if (waiting != null && !cancelled && out.isReady()) {
            M message = encode.apply(waiting);
            waiting = null;
            out.onNext(message);
        }
    }

    synchronized void feedFrom(Subscription source) {
        subscription = source;
        if (cancelled) {
            source.close();
        }
    }

    synchronized void cancel() {
        cancelled = true;
        waiting = null;
        if (subscription != null) {
            subscription.close();
        }
    }
}
