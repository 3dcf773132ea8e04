package io.dotkv.launcher.node.limits;

import java.util.Locale;
import java.util.Optional;

/**
 * How a node divides the memory that it may use, in bytes. What is not named is a reserve: for the blocks that scans
 * and compactions hold at a moment, and for what the allocators of the process do not give back at once.
 *
 * @param limit all of it
 * @param heap Java's heap, which the start script sets to three eighths; requests, rows and answers in flight share it
 * @param blockCache RocksDB's blocks, indexes and filters
 * @param memtables RocksDB's writes that are not in a file yet
 * @param network buffers of messages that come in or have not gone out; the start script sets an eighth
 */
public record MemoryPlan(long limit, long heap, long blockCache, long memtables, long network) {
    /** What a node takes that nobody says anything else, unless the machine or the container has less. */
    static final long DEFAULT_LIMIT = 1L << 30;

    /** Code, classes and threads of the Java machine. */
    private static final long MACHINE = 112L << 20;

    private static final long MIN_BLOCK_CACHE = 8L << 20;
    private static final long MAX_MEMTABLES = 256L << 20;
    private static final long MAX_NETWORK = 1L << 30;
    private static final long BASE_HEAP = 152L << 20;

    /**
     * A value passes through so many copies at the worst: of several replicas, as a message, as a row, joined and
     * stored.
     */
    private static final int COPIES_OF_VALUE = 24;

    /** Sizes that somebody asked for, in bytes; what is empty is planned. */
    public record Wishes(Optional<Long> limit, Optional<Long> blockCache, Optional<Long> memtables) {}

    /** A memory that a node cannot work in. */
    public static final class TooSmallException extends Exception {
        private static final long serialVersionUID = 1;

        TooSmallException(String sentence) {
            super(sentence);
        }
    }

    /**
     * Divides a limit.
     *
     * @param usual the limit when nobody asked for one
     * @param available what the machine or the container has
     * @param heap what Java was given
     * @param maxValueBytes the largest value
     * @throws TooSmallException when the node could not keep within the limit
     */
    public static MemoryPlan of(Wishes wishes, long usual, long available, long heap, int maxValueBytes)
            throws TooSmallException {
        // Whoever gave Java a larger heap than is usual, and said nothing else, means a larger node.
        long limit = wishes.limit.orElse(Math.min(available, Math.max(usual, heap / 3 * 8)));
        checkHeap(limit, heap, maxValueBytes);
        long memtables = wishes.memtables.orElse(Math.min(limit / 12, MAX_MEMTABLES));
        long network = Math.min(limit / 8, MAX_NETWORK);
        long left = limit - limit / 8 - heap - MACHINE - memtables - network;
        long blockCache = wishes.blockCache.orElse(Math.max(left, MIN_BLOCK_CACHE));
        if (heap + MACHINE + memtables + network + blockCache > limit) {
            throw new TooSmallException(String.format(
                    Locale.ROOT,
                    "the parts do not fit into %d MiB: heap %d, block cache %d, memtables %d, network %d and the Java machine %d"
                            + " MiB; give the node more with --memory-mib, or make a part smaller",
                    limit >> 20,
                    heap >> 20,
                    blockCache >> 20,
                    memtables >> 20,
                    network >> 20,
                    MACHINE >> 20));
        }
        return new MemoryPlan(limit, heap, blockCache, memtables, network);
    }

    private static void checkHeap(long limit, long heap, int maxValueBytes) throws TooSmallException {
        long leastHeap = BASE_HEAP + (long) COPIES_OF_VALUE * maxValueBytes;
        // Java does not count a survivor space, which is a thirty-sixth.
        if (heap + heap / 32 < leastHeap) {
            throw new TooSmallException(String.format(
                    Locale.ROOT,
                    "a node of %d MiB has a heap of %d MiB, and with values of up to %d bytes it needs %d MiB: give it"
                            + " --memory-mib %d or more",
                    limit >> 20,
                    heap >> 20,
                    maxValueBytes,
                    leastHeap >> 20,
                    leastMib(maxValueBytes)));
        }
    }

    /** The least memory of a node, in MiB. */
    static long leastMib(int maxValueBytes) {
        long leastHeapMib = (BASE_HEAP + (long) COPIES_OF_VALUE * maxValueBytes + (1 << 20) - 1) >> 20;
        return Math.max(512, (leastHeapMib * 8 + 2) / 3);
    }

    /** A share of the heap. */
    public long ofHeap(int divisor) {
        return heap / divisor;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%d MiB: heap %d, block cache %d, memtables %d, network %d, the Java machine and reserve %d",
                limit >> 20,
                heap >> 20,
                blockCache >> 20,
                memtables >> 20,
                network >> 20,
                (limit - heap - blockCache - memtables - network) >> 20);
    }
}
