package io.dotkv.wire;

import io.dotkv.kernel.ports.Subscription;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The server side of a stream of values. While its client reads slowly only the newest value of each key waits. When
 * the values of more keys wait than allowed, the stream ends with {@code RESOURCE_EXHAUSTED}. Any thread; the lock is
 * held for the hand-over only.
 *
 * @param <K> the keys
 * @param <V> the values
 * @param <M> the messages
 */
public final class LatestValueStream<K, V, M> {
    private final ServerCallStreamObserver<M> out;
    private final Function<V, M> encode;
    private final int maxWaiting;
    private final Runnable onEnd;
    private final Map<K, V> waiting = new LinkedHashMap<>();
    private @Nullable Subscription subscription;
    private boolean ended;

    /**
     * @param encode makes a message of a value, when it is sent
     * @param maxWaiting how many keys may wait
     * @param onEnd run once, at the end
     */
    public LatestValueStream(ServerCallStreamObserver<M> out, Function<V, M> encode, int maxWaiting, Runnable onEnd) {
        this.out = out;
        this.encode = encode;
        this.maxWaiting = maxWaiting;
        this.onEnd = onEnd;
    }

    /** Sends a value, now or when the client is ready. */
    public synchronized void offer(K key, V value) {
        if (ended) {
            return;
        }
        waiting.put(key, value);
        drain();
        if (waiting.size() > maxWaiting) {
            end();
            out.onError(Status.RESOURCE_EXHAUSTED
                    .withDescription("More than " + maxWaiting
                            + " updates are queued for this client, which reads too slowly. Open the stream again "
                            + "to get the current state.")
                    .asException());
        }
    }

    /** Sends what waits, as far as the client is ready. */
    public synchronized void drain() {
        Iterator<V> next = waiting.values().iterator();
        while (!ended && out.isReady() && next.hasNext()) {
            out.onNext(encode.apply(next.next()));
            next.remove();
        }
    }

    /** The subscription that offers the values: closed at the end. */
    public synchronized void feedFrom(Subscription source) {
        subscription = source;
        if (ended) {
            source.close();
        }
    }

    /** Sends nothing from now on. */
    public synchronized void end() {
        if (ended) {
            return;
        }
        ended = true;
        waiting.clear();
        if (subscription != null) {
            subscription.close();
        }
        onEnd.run();
    }
}
