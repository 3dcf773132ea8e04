package io.dotkv.cluster.local;

import io.dotkv.cluster.ClusterView;
import io.dotkv.kernel.ports.Scheduler;
import io.dotkv.kernel.ports.Subscription;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Those who watch the cluster, and the newest view. State belongs to the scheduler; deliveries run on it. */
final class Watchers {
    private static final Logger LOG = LoggerFactory.getLogger(Watchers.class);

    private final List<Watcher> watchers = new ArrayList<>();
    private ClusterView newest;

    private record Watcher(Consumer<ClusterView> listener, AtomicBoolean cancelled) {}

    Watchers(ClusterView first) {
        this.newest = first;
    }

    /** Any thread. */
    Subscription add(Consumer<ClusterView> listener, Scheduler scheduler) {
        Watcher watcher = new Watcher(listener, new AtomicBoolean());
        scheduler.execute(() -> {
            watchers.add(watcher);
            deliver(watcher);
        });
        return () -> {
            watcher.cancelled.set(true);
            scheduler.execute(() -> watchers.remove(watcher));
        };
    }

    void show(ClusterView view) {
        newest = view;
        List.copyOf(watchers).forEach(this::deliver);
    }

    private void deliver(Watcher watcher) {
        if (watcher.cancelled.get()) {
            return;
        }
        try {
            watcher.listener.accept(newest);
        } catch (RuntimeException e) {
            LOG.error("A listener of the cluster layer failed.", e);
        }
    }
}
