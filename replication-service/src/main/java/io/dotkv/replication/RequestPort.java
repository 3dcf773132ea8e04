package io.dotkv.replication;

import io.dotkv.kernel.Clock;
import java.util.function.Consumer;

/**
 * What the shells of requests need of the layer they belong to.
 *
 * @param admission what the request was admitted by
 * @param onUnconfirmed is told which replica did not confirm a write that was assigned
 */
record RequestPort(
        Clock clock,
        Timers timers,
        Admission admission,
        Counters counters,
        ReplicationSettings settings,
        Consumer<Replica> onUnconfirmed) {
    RequestPort admittedBy(Admission other) {
        return new RequestPort(clock, timers, other, counters, settings, onUnconfirmed);
    }

    void unconfirmed(Replica replica) {
        counters.writesUnconfirmed.increment();
        onUnconfirmed.accept(replica);
    }
}
