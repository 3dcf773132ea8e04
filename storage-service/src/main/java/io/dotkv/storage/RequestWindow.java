package io.dotkv.storage;

import io.dotkv.kernel.Dot;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Remembers which dot each of the newest mutations got, so that a retry with the same request id is the same write. Also
 * learns from deltas that other replicas coordinated, so that a retry through another coordinator is recognised.
 *
 * <p>Bounded; lives in memory: a retry that arrives after a restart of every replica that knew it is a new write. One thread.
 */
final class RequestWindow {
    private final Map<String, Dot> dots;

    RequestWindow(int capacity) {
        this.dots = new LinkedHashMap<>() {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Dot> eldest) {
                return size() > capacity;
            }
        };
    }

    @Nullable
    Dot find(String requestId) {
        return dots.get(requestId);
    }

    void remember(String requestId, Dot dot) {
        if (!requestId.isEmpty()) {
            dots.put(requestId, dot);
        }
    }
}
