package io.dotkv.cluster;

/**
 * The moment at which something happens, given to core code with every event.
 *
 * @param nanos monotonic time
 * @param wallMillis wall time, only to tell people
 */
public record Now(long nanos, long wallMillis) {}
