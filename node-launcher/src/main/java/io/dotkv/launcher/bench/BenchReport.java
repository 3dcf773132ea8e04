package io.dotkv.launcher.bench;

import io.dotkv.launcher.cli.format.Json;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.HdrHistogram.Histogram;

/** What a load measured, beside the floor when that ran too, for people or for programs. */
record BenchReport(BenchSettings settings, BenchResult real, Optional<BenchResult> floor) {
    /** The form of the report. */
    enum Form {
        /** For people. */
        TABLE,
        /** For programs: one line of JSON. */
        JSON;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final String ROW = "%-22s %12s %12s %12s%n";

    void print(Form form, PrintStream out) {
        switch (form) {
            case JSON -> out.println(Json.of((Object) toMap()));
            case TABLE -> table(out);
        }
    }

    private Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("workload", settings.workload());
        map.put("keys", settings.spread());
        map.put("keyCount", settings.keyCount());
        map.put("valueBytes", settings.valueBytes());
        map.put("inFlight", settings.inFlight());
        map.put("path", settings.path());
        map.put("consistency", settings.consistency());
        map.putAll(real.toMap());
        floor.ifPresent(lowest -> {
            map.put("floor", lowest.toMap());
            map.put("ratioToFloor", real.perSecond() / lowest.perSecond());
            map.put("p99TimesFloor", BenchResult.millis(real.all(), 99) / BenchResult.millis(lowest.all(), 99));
        });
        return map;
    }

    private void table(PrintStream out) {
        out.printf(
                Locale.ROOT,
                "%s, %s keys of %,d, values of %,d bytes, %d in flight, %s, %s%n",
                settings.workload(),
                settings.spread(),
                settings.keyCount(),
                settings.valueBytes(),
                settings.inFlight(),
                settings.consistency().name().toLowerCase(Locale.ROOT),
                settings.path());
        out.printf(Locale.ROOT, ROW, "", "cluster", floor.isPresent() ? "floor" : "", floor.isPresent() ? "ratio" : "");
        row(out, "operations per second", real.perSecond(), floor.map(BenchResult::perSecond), "%,.0f");
        latencies(out, "", real.all(), floor.map(BenchResult::all));
        if (real.reads().getTotalCount() > 0 && real.writes().getTotalCount() > 0) {
            latencies(out, "get ", real.reads(), floor.map(BenchResult::reads));
            latencies(out, "put ", real.writes(), floor.map(BenchResult::writes));
        }
        cpu(
                out,
                "client CPU µs/op",
                real.cpuMicros(real.clientCpu()),
                floor.map(low -> low.cpuMicros(low.clientCpu())));
        cpu(out, "nodes CPU µs/op", real.cpuMicros(real.nodesCpu()), floor.map(low -> low.cpuMicros(low.nodesCpu())));
        out.printf(
                Locale.ROOT,
                "%,d operations in %.1f s, %,d failed%n",
                real.operations(),
                real.nanos() / 1e9,
                real.failures());
        real.errors().forEach((reason, count) -> out.printf(Locale.ROOT, "  %s: %,d%n", reason, count));
    }

    private static void latencies(PrintStream out, String what, Histogram cluster, Optional<Histogram> lowest) {
        double[] percentiles = {50, 95, 99, 99.9, 100};
        String[] names = {"p50 ms", "p95 ms", "p99 ms", "p99.9 ms", "max ms"};
        for (int index = 0; index < names.length; index++) {
            double percentile = percentiles[index];
            row(
                    out,
                    what + names[index],
                    BenchResult.millis(cluster, percentile),
                    lowest.map(histogram -> BenchResult.millis(histogram, percentile)),
                    "%,.3f");
        }
    }

    private static void cpu(PrintStream out, String what, OptionalDouble cluster, Optional<OptionalDouble> lowest) {
        if (cluster.isPresent()) {
            row(
                    out,
                    what,
                    cluster.getAsDouble(),
                    lowest.filter(OptionalDouble::isPresent).map(OptionalDouble::getAsDouble),
                    "%,.1f");
        }
    }

    private static void row(PrintStream out, String what, double cluster, Optional<Double> lowest, String form) {
        out.printf(
                Locale.ROOT,
                ROW,
                what,
                String.format(Locale.ROOT, form, cluster),
                lowest.map(low -> String.format(Locale.ROOT, form, low)).orElse(""),
                lowest.map(low -> String.format(Locale.ROOT, "%.2f", cluster / low))
                        .orElse(""));
    }
}
