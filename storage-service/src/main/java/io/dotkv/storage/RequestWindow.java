package io.dotkv.storage;

import com.google.common.hash.Hashing;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.Key;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Remembers which dot each of the newest mutations got, so that a retry with the same request id is the same write. Also
 * learns from deltas that other replicas coordinated, so that a retry through another coordinator is recognised.
 *
 * <p>A request is the same only for the same key: a dot says nothing about another key, nor about another partition.
 *
 * <p>Bounded; lives in memory: a retry that arrives after a restart of every replica that knew it is a new write. One thread.
 */
final class RequestWindow {
    private final Map<Request, Dot> dots;

    /** A mutation as its sender names it; of the key a hash, so that long keys cost no more than short ones. */
    private record Request(String id, long keyHash) {
        static Request of(String id, Key key) {
            return new Request(
                    id, Hashing.murmur3_128().hashBytes(key.bytes().array()).asLong());
        }
    }

    RequestWindow(int capacity) {
        this.dots = new LinkedHashMap<>() {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Request, Dot> eldest) {
                return size() > capacity;
            }
        };
    }

    @Nullable
    Dot find(String requestId, Key key) {
        return requestId.isEmpty() ? null : dots.get(Request.of(requestId, key));
    }

    void remember(String requestId, Key key, Dot dot) {
        if (!requestId.isEmpty()) {
            dots.put(Request.of(requestId, key), dot);
        }
    }
}
