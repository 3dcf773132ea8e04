/**
 * Closed-loop load on a running cluster, and the floor it is compared with:
 * {@link io.dotkv.launcher.bench.BenchSettings} says what to do, {@link io.dotkv.launcher.bench.Bench} does it,
 * {@link io.dotkv.launcher.bench.ClosedLoop} keeps the operations in flight, {@link io.dotkv.launcher.bench.FloorNode}
 * is a node that only passes messages on.
 */
@NullMarked
package io.dotkv.launcher.bench;

import org.jspecify.annotations.NullMarked;
