package io.dotkv.replication.request;

import io.dotkv.kernel.ports.Clock;
import io.dotkv.replication.ports.ReplicationSettings;
import io.dotkv.replication.ports.RequestCounters;
import io.dotkv.replication.route.ReplicaClient;
import java.util.function.Consumer;

/**
 * What the shells of requests need of the layer they belong to.
 *
 * @param admission what the request was admitted by
 * @param onUnconfirmed is told which replica did not confirm a write that was assigned
 */
public record RequestPorts(
        Clock clock,
        Timers timers,
        RequestAdmission admission,
        RequestCounters counters,
        ReplicationSettings settings,
        Consumer<ReplicaClient> onUnconfirmed) {
    public RequestPorts admittedBy(RequestAdmission other) {
        return new RequestPorts(clock, timers, other, counters, settings, onUnconfirmed);
    }

    void unconfirmed(ReplicaClient replica) {
        counters.writesUnconfirmed.increment();
        onUnconfirmed.accept(replica);
    }
}
