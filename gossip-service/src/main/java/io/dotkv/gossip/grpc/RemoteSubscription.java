package io.dotkv.gossip.grpc;

import io.dotkv.gossip.rumour.Rumour;
import io.dotkv.gossip.rumour.RumourSettings;
import io.dotkv.gossip.rumour.Version;
import io.dotkv.kernel.ports.RandomSource;
import io.dotkv.kernel.ports.Scheduler;
import io.dotkv.kernel.ports.Subscription;
import io.dotkv.proto.gossip.v1.GossipServiceGrpc;
import io.dotkv.proto.gossip.v1.SubscribeRequest;
import io.dotkv.proto.gossip.v1.SubscribeResponse;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A subscription to the gossip layer of another process, made again whenever it breaks. State belongs to the scheduler;
 * the next message is asked for only when the last one was delivered, so nothing piles up here.
 */
final class RemoteSubscription implements Subscription {
    private static final Logger LOG = LoggerFactory.getLogger(RemoteSubscription.class);
    private static final long FIRST_PAUSE_NANOS = 100_000_000;
    private static final long LONGEST_PAUSE_NANOS = 5_000_000_000L;

    private final Channel channel;
    private final Scheduler scheduler;
    private final RandomSource random;
    private final String topic;
    private final Consumer<Rumour> listener;
    private final Map<String, Version> delivered = new LatestSubjects();
    private final AtomicReference<@Nullable Stream> current = new AtomicReference<>();
    private volatile boolean closed;
    private long pauseNanos = FIRST_PAUSE_NANOS;

    RemoteSubscription(
            Channel channel, Scheduler scheduler, RandomSource random, String topic, Consumer<Rumour> listener) {
        this.channel = channel;
        this.scheduler = scheduler;
        this.random = random;
        this.topic = topic;
        this.listener = listener;
    }

    /** On the scheduler. */
    void open() {
        if (closed) {
            return;
        }
        Impatience.connectNow(channel);
        Stream stream = new Stream();
        current.set(stream);
        Context.ROOT.run(() -> GossipServiceGrpc.newStub(channel)
                .subscribe(SubscribeRequest.newBuilder().setTopic(topic).build(), stream));
        if (closed) {
            stream.cancel();
        }
    }

    private void broken(@Nullable Throwable why) {
        if (closed) {
            return;
        }
        if (pauseNanos == FIRST_PAUSE_NANOS) {
            LOG.warn("The subscription to topic {} of the gossip layer broke; resubscribing: {}", topic, why);
        }
        scheduler.schedule(this::open, pauseNanos / 2 + Long.remainderUnsigned(random.nextLong(), pauseNanos));
        pauseNanos = Math.min(LONGEST_PAUSE_NANOS, pauseNanos * 2);
    }

    private void deliver(SubscribeResponse message) {
        Rumour rumour = GossipCodec.decode(message.getRumour());
        Version before = delivered.get(rumour.subject());
        boolean isNewer = before == null || before.compareTo(rumour.version()) < 0;
        if (!closed && isNewer) {
            delivered.put(rumour.subject(), rumour.version());
            listener.accept(rumour);
        }
    }

    @Override
    public void close() {
        closed = true;
        Stream stream = current.get();
        if (stream != null) {
            stream.cancel();
        }
    }

    /** As many subjects as a topic can have at a time; of more, the one heard of longest ago is forgotten. */
    private static final class LatestSubjects extends LinkedHashMap<String, Version> {
        private static final long serialVersionUID = 1;

        LatestSubjects() {
            super(16, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Version> eldest) {
            return size() > RumourSettings.HARD_MAX_TOPIC_SUBJECTS;
        }
    }

    private final class Stream implements ClientResponseObserver<SubscribeRequest, SubscribeResponse> {
        private final AtomicReference<@Nullable ClientCallStreamObserver<SubscribeRequest>> call =
                new AtomicReference<>();

        @Override
        public void beforeStart(ClientCallStreamObserver<SubscribeRequest> observer) {
            observer.disableAutoRequestWithInitial(1);
            call.set(observer);
        }

        @Override
        public void onNext(SubscribeResponse message) {
            scheduler.execute(() -> {
                try {
                    deliver(message);
                    pauseNanos = FIRST_PAUSE_NANOS;
                } catch (RuntimeException e) {
                    LOG.error("A rumour of topic {} could not be delivered.", topic, e);
                }
                ClientCallStreamObserver<SubscribeRequest> observer = call.get();
                if (observer != null) {
                    observer.request(1);
                }
            });
        }

        @Override
        public void onError(@Nullable Throwable failure) {
            scheduler.execute(() -> broken(failure));
        }

        @Override
        public void onCompleted() {
            scheduler.execute(() -> broken(null));
        }

        void cancel() {
            ClientCallStreamObserver<SubscribeRequest> observer = call.get();
            if (observer != null) {
                observer.cancel("no longer subscribed", null);
            }
        }
    }
}
