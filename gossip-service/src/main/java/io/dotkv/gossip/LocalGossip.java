package io.dotkv.gossip;

import io.dotkv.gossip.rumour.Rumour;
import io.dotkv.gossip.rumour.RumourLimits;
import io.dotkv.gossip.rumour.Version;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.ports.Subscription;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gossip layer of this process: a shell that runs an {@link Epidemic} on a scheduler and carries its messages over
 * a transport.
 *
 * <p>Any thread may call; the protocol and all deliveries to listeners run on the scheduler, so a listener must not
 * block. Stages complete on the scheduler.
 */
public final class LocalGossip implements Gossip, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LocalGossip.class);

    private final GossipSettings settings;
    private final GossipPorts ports;
    private final Epidemic epidemic;
    private final List<Listener> listeners = new ArrayList<>();
    private long savedGeneration;
    private boolean started;
    private boolean roundDue;
    private volatile boolean closed;

    private record Listener(String topic, Consumer<Rumour> consumer, AtomicBoolean cancelled) {}

    /**
     * Begins a new generation of this publisher.
     *
     * @throws IOException when the last generation cannot be read or the new one not be saved
     */
    public LocalGossip(GossipSettings settings, GossipPorts ports) throws IOException {
        this.settings = settings;
        this.ports = ports;
        this.savedGeneration =
                Math.max(ports.clock().wallMillis(), ports.generations().last() + 1);
        ports.generations().save(savedGeneration);
        this.epidemic = new Epidemic(settings, savedGeneration, ports.random());
    }

    /** Begins to send. Publications and subscriptions may come before. */
    public void start() {
        ports.scheduler()
                .execute(() -> event(() -> {
                    started = true;
                    scheduleComparison();
                }));
    }

    /* Each event ends here. While there is nothing to send, no round is due and time costs nothing. The first round of
     * some news comes soon; a quarter of a round lets what is published together travel together. */
    private void wake() {
        if (started && !roundDue && epidemic.isRestless()) {
            scheduleRound(drawBelow(settings.timing().roundNanos() / 4 + 1));
        }
    }

    private void scheduleRound(long delayNanos) {
        roundDue = true;
        ports.scheduler()
                .schedule(
                        () -> event(() -> {
                            roundDue = false;
                            epidemic.round().forEach(this::carry);
                            if (epidemic.isRestless()) {
                                scheduleRound(about(settings.timing().roundNanos()));
                            }
                        }),
                        delayNanos);
    }

    private void scheduleComparison() {
        ports.scheduler()
                .schedule(
                        () -> event(() -> {
                            scheduleComparison();
                            epidemic.compare().ifPresent(this::carry);
                        }),
                        about(settings.timing().compareNanos()));
    }

    /* A fifth either way keeps the nodes of a cluster from falling into step. */
    private long about(long averageNanos) {
        long fifthNanos = averageNanos / 5;
        return averageNanos - fifthNanos + drawBelow(2 * fifthNanos + 1);
    }

    private long drawBelow(long bound) {
        return Long.remainderUnsigned(ports.random().nextLong(), bound);
    }

    /**
     * Everything that happens to the protocol, on the scheduler: it learns the time before, and listeners hear the news
     * after.
     */
    private void event(Runnable task) {
        if (!closed) {
            epidemic.pass(ports.clock().wallMillis());
            task.run();
            deliverNews();
            wake();
        }
    }

    private void carry(Epidemic.Send send) {
        ports.transport()
                .exchange(send.peer(), send.exchange(), settings.timing().exchangeTimeoutNanos())
                .whenComplete((answer, failure) -> ports.scheduler()
                        .execute(() -> event(() -> {
                            if (failure != null) {
                                LOG.debug("no answer from {}: {}", send.peer(), failure.toString());
                                epidemic.failed(send);
                            } else {
                                epidemic.answered(send, answer).ifPresent(this::carry);
                            }
                        })));
    }

    @Override
    public CompletionStage<Version> publish(String topic, String subject, Bytes payload) {
        return call(() -> epidemic.publish(topic, subject, payload, Optional.empty()));
    }

    @Override
    public CompletionStage<Version> publish(String topic, String subject, Bytes payload, Duration lifetime) {
        return call(() -> epidemic.publish(topic, subject, payload, Optional.of(lifetime)));
    }

    @Override
    public Subscription subscribe(String topic, Consumer<Rumour> listener) {
        RumourLimits.checkTopic(topic);
        Listener entry = new Listener(topic, listener, new AtomicBoolean());
        ports.scheduler()
                .execute(() -> event(() -> {
                    if (!entry.cancelled.get()) {
                        listeners.add(entry);
                        epidemic.ofTopic(topic).forEach(rumour -> deliver(entry, rumour));
                    }
                }));
        return () -> {
            entry.cancelled.set(true);
            ports.scheduler().execute(() -> listeners.remove(entry));
        };
    }

    @Override
    public CompletionStage<List<Peer>> peers() {
        return call(epidemic::peers);
    }

    @Override
    public CompletionStage<Void> setPeers(List<Peer> peers) {
        List<Peer> copy = List.copyOf(peers);
        return call(() -> {
                    epidemic.setPeers(copy);
                    return true;
                })
                .thenAccept(done -> {});
    }

    /** Takes an exchange from a peer and answers it. */
    public CompletionStage<GossipExchangeAnswer> exchange(GossipExchange exchange) {
        return call(() -> epidemic.receive(exchange));
    }

    /** How full this node's gossip layer is. */
    public CompletionStage<GossipStatistics> statistics() {
        return call(epidemic::statistics);
    }

    private <T> CompletionStage<T> call(Supplier<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        ports.scheduler().execute(() -> {
            if (closed) {
                result.completeExceptionally(
                        new IllegalStateException("the gossip layer of " + settings.self() + " has stopped"));
                return;
            }
            event(() -> answer(work, result));
        });
        return result;
    }

    /* Listeners hear of a publication before its publisher is told that it was taken. */
    private <T> void answer(Supplier<T> work, CompletableFuture<T> result) {
        try {
            T value = work.get();
            deliverNews();
            result.complete(value);
        } catch (RuntimeException e) {
            result.completeExceptionally(e);
        }
    }

    private void deliverNews() {
        if (epidemic.generation() != savedGeneration) {
            saveGeneration();
        }
        for (Rumour rumour : epidemic.takeNews()) {
            for (Listener listener : List.copyOf(listeners)) {
                if (listener.topic.equals(rumour.topic())) {
                    deliver(listener, rumour);
                }
            }
        }
    }

    private void saveGeneration() {
        savedGeneration = epidemic.generation();
        try {
            ports.generations().save(savedGeneration);
        } catch (IOException e) {
            LOG.warn(
                    "The generation {} of publisher {} could not be saved. After a restart with a clock "
                            + "that went back, its updates may be ignored until the clock has caught up.",
                    savedGeneration,
                    settings.self(),
                    e);
        }
    }

    private static void deliver(Listener listener, Rumour rumour) {
        if (listener.cancelled.get()) {
            return;
        }
        try {
            listener.consumer.accept(rumour);
        } catch (RuntimeException e) {
            LOG.error("A listener of topic {} failed on subject {}.", rumour.topic(), rumour.subject(), e);
        }
    }

    /** Stops sending and answering. */
    @Override
    public void close() {
        closed = true;
    }
}
