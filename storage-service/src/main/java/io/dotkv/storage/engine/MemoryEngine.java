package io.dotkv.storage.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An engine that keeps everything in memory and nothing beyond the process. For tests, caches and simulation.
 *
 * <p>A tree guarded by this object's monitor. A snapshot shares the tree until the next write, which then copies it:
 * snapshots are rare, and the copy is of references only.
 */
public final class MemoryEngine implements Engine {
    private NavigableMap<byte[], byte[]> tree = new TreeMap<>(Arrays::compareUnsigned);
    private boolean shared;

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public synchronized byte @Nullable [] get(byte[] key) {
        return tree.get(key);
    }

    @Override
    public byte @Nullable [] getCached(byte[] key) {
        return get(key);
    }

    @Override
    public Cursor scan(byte[] from, byte[] to) {
        return new TreeCursor(share(), from, to);
    }

    @Override
    public Batch newBatch() {
        return new MemoryBatch();
    }

    @Override
    public synchronized void write(Batch batch, boolean sync) {
        if (shared) {
            tree = new TreeMap<>(tree);
            shared = false;
        }
        for (Consumer<NavigableMap<byte[], byte[]>> change : ((MemoryBatch) batch).changes) {
            change.accept(tree);
        }
    }

    @Override
    public void sync() {}

    @Override
    public Snapshot snapshot() {
        NavigableMap<byte[], byte[]> frozen = share();
        return new Snapshot() {
            @Override
            public byte @Nullable [] get(byte[] key) {
                return frozen.get(key);
            }

            @Override
            public Cursor scan(byte[] from, byte[] to) {
                return new TreeCursor(frozen, from, to);
            }

            @Override
            public void close() {}
        };
    }

    private synchronized NavigableMap<byte[], byte[]> share() {
        shared = true;
        return tree;
    }

    @Override
    public boolean isStalled() {
        return false;
    }

    @Override
    public synchronized long estimateEntries() {
        return tree.size();
    }

    @Override
    public long diskBytes() {
        return 0;
    }

    @Override
    public void close() {}

    private static final class MemoryBatch implements Batch {
        private final List<Consumer<NavigableMap<byte[], byte[]>>> changes = new ArrayList<>();

        @Override
        public void put(byte[] key, byte[] value) {
            changes.add(tree -> tree.put(key, value));
        }

        @Override
        public void delete(byte[] key) {
            changes.add(tree -> tree.remove(key));
        }

        @Override
        public void deleteRange(byte[] from, byte[] to) {
            changes.add(tree -> tree.subMap(from, true, to, false).clear());
        }

        @Override
        public boolean isEmpty() {
            return changes.isEmpty();
        }

        @Override
        public void close() {}
    }

    private static final class TreeCursor implements Cursor {
        private final NavigableMap<byte[], byte[]> range;
        private final byte[] to;
        private Iterator<Map.Entry<byte[], byte[]>> rest;
        private Map.@Nullable Entry<byte[], byte[]> current;

        TreeCursor(NavigableMap<byte[], byte[]> tree, byte[] from, byte[] to) {
            boolean empty = Arrays.compareUnsigned(from, to) >= 0;
            this.range = empty ? Collections.emptyNavigableMap() : tree.subMap(from, true, to, false);
            this.to = to;
            this.rest = range.entrySet().iterator();
        }

        @Override
        public boolean next() {
            current = rest.hasNext() ? rest.next() : null;
            return current != null;
        }

        @Override
        public boolean seek(byte[] key) {
            boolean beyond = range.isEmpty() || Arrays.compareUnsigned(key, to) >= 0;
            rest = beyond
                    ? Collections.emptyIterator()
                    : range.tailMap(key, true).entrySet().iterator();
            return next();
        }

        @Override
        public byte[] key() {
            return entry().getKey();
        }

        @Override
        public byte[] value() {
            return entry().getValue();
        }

        private Map.Entry<byte[], byte[]> entry() {
            Map.Entry<byte[], byte[]> entry = current;
            if (entry == null) {
                throw new IllegalStateException("the cursor is not at a key");
            }
            return entry;
        }

        @Override
        public void close() {}
    }
}
