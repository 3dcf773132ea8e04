package io.dotkv.gossip.grpc;

import io.dotkv.gossip.Rumour;
import io.dotkv.kernel.Subscription;
import io.dotkv.proto.gossip.v1.SubscribeResponse;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One subscriber's stream. Rumours wait here while the subscriber is slow, the newest of each subject only, so that what
 * waits is bounded by the number of subjects. Any thread; the lock is held for the hand-over only.
 */
final class RumourStream {
    private final ServerCallStreamObserver<SubscribeResponse> out;
    private final Map<String, Rumour> waiting = new LinkedHashMap<>();
    private @Nullable Subscription subscription;
    private boolean cancelled;

    RumourStream(ServerCallStreamObserver<SubscribeResponse> out) {
        this.out = out;
    }

    synchronized void offer(Rumour rumour) {
        waiting.put(rumour.subject(), rumour);
        drain();
    }

    synchronized void drain() {
        Iterator<Rumour> next = waiting.values().iterator();
        while (!cancelled && out.isReady() && next.hasNext()) {
            out.onNext(SubscribeResponse.newBuilder()
                    .setRumour(GossipCodec.encode(next.next()))
                    .build());
            next.remove();
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
        waiting.clear();
        if (subscription != null) {
            subscription.close();
        }
    }
}
