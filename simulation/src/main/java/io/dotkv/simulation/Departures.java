package io.dotkv.simulation;

import io.dotkv.cluster.ClusterView;
import io.dotkv.cluster.register.Departure;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Who is a member no more, as far as any node has ever shown it. */
final class Departures {
    private final Map<String, Departure> byInstance = new HashMap<>();

    /** A node has shown this view. */
    void add(ClusterView view) {
        view.agreement()
                .ifPresent(agreement -> agreement
                        .state()
                        .departures()
                        .forEach(departure -> byInstance.putIfAbsent(departure.instance(), departure)));
    }

    int count() {
        return byInstance.size();
    }

    /** The departure of that life of a node, if it is gone. */
    Optional<Departure> of(String instance) {
        return Optional.ofNullable(byInstance.get(instance));
    }
}
