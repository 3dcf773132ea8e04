package io.dotkv.launcher.bench;

import io.dotkv.launcher.client.Endpoint;
import io.dotkv.launcher.client.Route;
import io.dotkv.proto.replication.v1.Consistency;
import java.time.Duration;
import java.util.List;

/**
 * A load.
 *
 * @param workload which operations
 * @param spread how often each key is chosen
 * @param keyCount how many keys there are
 * @param valueBytes how long each value is
 * @param inFlight how many operations wait for an answer at any time, over all endpoints
 * @param warmUp how long the load runs before it is measured
 * @param duration how long it is measured at most
 * @param operations how many operations are measured at most
 * @param path how operations travel
 * @param consistency how many replicas take part
 * @param endpoints where operations are sent, in turn
 * @param timeout for each operation
 */
record BenchSettings(
        Workload workload,
        KeyChooser.Spread spread,
        int keyCount,
        int valueBytes,
        int inFlight,
        Duration warmUp,
        Duration duration,
        long operations,
        Route.Path path,
        Consistency consistency,
        List<Endpoint> endpoints,
        Duration timeout) {
    /** The same load on other nodes. */
    BenchSettings at(List<Endpoint> others) {
        return new BenchSettings(
                workload,
                spread,
                keyCount,
                valueBytes,
                inFlight,
                warmUp,
                duration,
                operations,
                path,
                consistency,
                others,
                timeout);
    }
}
