package io.dotkv.gossip.grpc;

import io.dotkv.gossip.rumour.Rumour;
import io.dotkv.gossip.rumour.RumourSettings;
import io.dotkv.kernel.ports.Subscription;
import io.dotkv.proto.gossip.v1.SubscribeResponse;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One subscriber's stream. Rumours wait here while the subscriber is slow, the newest of each subject only. More subjects
 * than a topic can have come together when many lapse meanwhile; then the stream ends, and a new one begins with what is
 * there. Any thread; the lock is held for the hand-over only.
 */
final class RumourStream {
    private static final int MAX_WAITING = RumourSettings.HARD_MAX_TOPIC_SUBJECTS;

    private final ServerCallStreamObserver<SubscribeResponse> out;
    private final Map<String, Rumour> waiting = new LinkedHashMap<>();
    private @Nullable Subscription subscription;
    private final Runnable onEnd;
    private boolean ended;

    /** @param onEnd run once, at the end */
    RumourStream(ServerCallStreamObserver<SubscribeResponse> out, Runnable onEnd) {
        this.out = out;
        this.onEnd = onEnd;
    }

    synchronized void offer(Rumour rumour) {
        if (ended) {
            return;
        }
        waiting.put(rumour.subject(), rumour);
        drain();
        if (waiting.size() > MAX_WAITING) {
            end();
            out.onError(Status.RESOURCE_EXHAUSTED
                    .withDescription("More than " + MAX_WAITING
                            + " updates are queued for this subscriber, which reads too slowly. Subscribe again "
                            + "to get the current state.")
                    .asException());
        }
    }

    synchronized void drain() {
        Iterator<Rumour> next = waiting.values().iterator();
        while (!ended && out.isReady() && next.hasNext()) {
            out.onNext(SubscribeResponse.newBuilder()
                    .setRumour(GossipCodec.encode(next.next()))
                    .build());
            next.remove();
        }
    }

    synchronized void feedFrom(Subscription source) {
        subscription = source;
        if (ended) {
            source.close();
        }
    }

    /** Nothing is sent any more. */
    synchronized void end() {
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
