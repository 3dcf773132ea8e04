package io.dotkv.cluster.grpc;

import java.util.concurrent.Callable;

/** The one helper that waits: for what other threads do, with a deadline. */
final class Eventually {
    private static final long DEADLINE_NANOS = 15_000_000_000L;

    private Eventually() {}

    static void until(String what, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + DEADLINE_NANOS;
        while (!condition.call()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within 15 s: " + what);
            }
            Thread.sleep(5);
        }
    }
}
