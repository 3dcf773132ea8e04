package io.dotkv.cluster.local;

import io.dotkv.cluster.ClusterPorts;
import io.dotkv.cluster.ClusterSettings;
import io.dotkv.cluster.Now;
import io.dotkv.cluster.ProposalOutcome;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.ports.Subscription;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the events of a {@link ClusterNode} on the scheduler, one after the other, and carries out what each has led to
 * before the next. What an effect brings back, even at once, is another event, since the scheduler starts no task
 * inside of one. Methods are called on the scheduler, but for {@link #call}, {@link #later} and {@link #report}.
 */
final class ClusterLoop {
    private static final Logger LOG = LoggerFactory.getLogger(LocalCluster.class);

    private final NodeId self;
    private final ClusterPorts ports;
    private final ClusterNode node;
    private final Consumer<String> onFatal;
    private final EffectExecutor executor;
    private final Map<Long, CompletableFuture<ProposalOutcome>> outcomes = new HashMap<>();
    private final List<Subscription> subscriptions = new ArrayList<>();
    private boolean stopped;

    ClusterLoop(
            ClusterSettings settings,
            ClusterPorts ports,
            ClusterNode node,
            Watchers watchers,
            Consumer<String> onFatal) {
        this.self = settings.self();
        this.ports = ports;
        this.node = node;
        this.onFatal = onFatal;
        this.executor = new EffectExecutor(settings, ports, node, watchers, this);
    }

    Now now() {
        return new Now(ports.clock().monotonicNanos(), ports.clock().wallMillis());
    }

    /** Handles an event on the scheduler, soon. */
    void later(Consumer<Now> event) {
        ports.scheduler().execute(() -> handle(event));
    }

    /** Reports how something went that was sent: the answer, or else the failure. */
    <T> void report(CompletionStage<T> sent, BiConsumer<Optional<T>, @Nullable Throwable> event) {
        sent.whenComplete((answer, failure) -> later(now -> {
            if (failure == null) {
                event.accept(Optional.of(answer), null);
            } else {
                event.accept(Optional.empty(), cause(failure));
            }
        }));
    }

    static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    /** Handles an event, unless the loop has stopped. */
    void handle(Consumer<Now> event) {
        if (!stopped) {
            try {
                event.accept(now());
            } finally {
                carryOut();
            }
        }
    }

    /**
     * Handles an event that is answered, at once or later: the answer goes out only after what it follows from was
     * carried out.
     */
    <T> CompletionStage<T> call(Function<Now, CompletionStage<T>> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        ports.scheduler().execute(() -> {
            CompletionStage<T> answer = stopped ? CompletableFuture.failedStage(hasStopped()) : run(work);
            carryOut();
            if (stopped) {
                result.completeExceptionally(hasStopped());
                return;
            }
            answer.whenComplete((value, failure) -> {
                if (failure == null) {
                    result.complete(value);
                } else {
                    result.completeExceptionally(cause(failure));
                }
            });
        });
        return result;
    }

    private <T> CompletionStage<T> run(Function<Now, CompletionStage<T>> work) {
        try {
            return work.apply(now());
        } catch (RuntimeException e) {
            return CompletableFuture.failedStage(e);
        }
    }

    /** What becomes of a proposal or a wish for a boot. */
    CompletionStage<ProposalOutcome> outcome(long id) {
        return outcomes.computeIfAbsent(id, another -> new CompletableFuture<>());
    }

    /** Completes what waits for that outcome. */
    void complete(long id, ProposalOutcome outcome) {
        CompletableFuture<ProposalOutcome> waiting = outcomes.remove(id);
        if (waiting != null) {
            waiting.complete(outcome);
        }
    }

    private void carryOut() {
        for (ClusterEffect effect : stopped ? List.<ClusterEffect>of() : node.effects(now())) {
            try {
                executor.carry(effect);
            } catch (IOException e) {
                notSaved(e);
            } catch (RuntimeException e) {
                LOG.error("The cluster layer of node {} failed to carry out {}.", self, effect, e);
                // Nothing may be sent that follows from what was not saved. Any other thing that cannot be done, such
                // as a call to an address that is none, keeps no other from being done.
                if (effect.isSave()) {
                    notSaved(e);
                }
            }
            if (stopped) {
                break;
            }
        }
    }

    private void notSaved(Exception failure) {
        stop("The state of the cluster layer of node " + self + " could not be saved, so the node stops: "
                + failure.getMessage());
    }

    private IllegalStateException hasStopped() {
        return new IllegalStateException("the cluster layer of node " + self + " has stopped");
    }

    /** Closed when the loop stops. */
    void add(Subscription subscription) {
        subscriptions.add(subscription);
    }

    boolean isStopped() {
        return stopped;
    }

    /** Handles nothing more. */
    void stop() {
        stopped = true;
        subscriptions.forEach(Subscription::close);
    }

    /** Stops for a reason that the owner must hear. */
    void stop(String sentence) {
        if (!stopped) {
            stop();
            LOG.error("{}", sentence);
            onFatal.accept(sentence);
        }
    }

    /** Done when all who were told of this node have heard it, or have not. */
    CompletionStage<Void> told() {
        return executor.told();
    }
}
