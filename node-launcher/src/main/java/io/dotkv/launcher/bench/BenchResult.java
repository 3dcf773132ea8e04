package io.dotkv.launcher.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import org.HdrHistogram.Histogram;

/**
 * What a load measured.
 *
 * @param reads latencies of gets, in nanoseconds
 * @param writes latencies of puts, in nanoseconds
 * @param errors how often each reason of failure was met
 * @param nanos how long was measured
 * @param clientCpu processor seconds of this process
 * @param nodesCpu processor seconds of the nodes
 */
record BenchResult(
        Histogram reads,
        Histogram writes,
        Map<String, Long> errors,
        long nanos,
        OptionalDouble clientCpu,
        OptionalDouble nodesCpu) {
    private static final double NANOS_PER_MILLI = 1e6;

    long operations() {
        return reads.getTotalCount() + writes.getTotalCount();
    }

    long failures() {
        return errors.values().stream().mapToLong(Long::longValue).sum();
    }

    double perSecond() {
        return operations() * 1e9 / nanos;
    }

    /** Latencies of gets and puts together. */
    Histogram all() {
        Histogram all = reads.copy();
        all.add(writes);
        return all;
    }

    /** The latency that so many percent of the operations do not exceed, in milliseconds. */
    static double millis(Histogram histogram, double percentile) {
        return histogram.getTotalCount() == 0 ? 0 : histogram.getValueAtPercentile(percentile) / NANOS_PER_MILLI;
    }

    /** Processor time of an operation, in microseconds. */
    OptionalDouble cpuMicros(OptionalDouble seconds) {
        return seconds.isPresent() && operations() > 0
                ? OptionalDouble.of(seconds.getAsDouble() * 1e6 / operations())
                : OptionalDouble.empty();
    }

    /** For JSON. */
    Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("operations", operations());
        map.put("seconds", nanos / 1e9);
        map.put("perSecond", perSecond());
        map.put("latencyMillis", latencies(all()));
        if (reads.getTotalCount() > 0 && writes.getTotalCount() > 0) {
            map.put("getLatencyMillis", latencies(reads));
            map.put("putLatencyMillis", latencies(writes));
        }
        map.put("failures", failures());
        map.put("errors", errors);
        cpuMicros(clientCpu).ifPresent(micros -> map.put("clientCpuMicrosPerOperation", micros));
        cpuMicros(nodesCpu).ifPresent(micros -> map.put("nodesCpuMicrosPerOperation", micros));
        return map;
    }

    private static Map<String, Object> latencies(Histogram histogram) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("p50", millis(histogram, 50));
        map.put("p95", millis(histogram, 95));
        map.put("p99", millis(histogram, 99));
        map.put("p99.9", millis(histogram, 99.9));
        map.put("max", millis(histogram, 100));
        return map;
    }
}
