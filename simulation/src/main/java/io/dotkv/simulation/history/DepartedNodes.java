package io.dotkv.simulation.history;

import io.dotkv.cluster.ClusterView;
import io.dotkv.cluster.register.state.DepartedMember;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Who is a member no more, as far as any node has ever shown it. */
public final class DepartedNodes {
    private final Map<String, DepartedMember> byInstance = new HashMap<>();

    /** A node has shown this view. */
    public void add(ClusterView view) {
        view.agreement()
                .ifPresent(agreement -> agreement
                        .state()
                        .departures()
                        .forEach(departure -> byInstance.putIfAbsent(departure.instance(), departure)));
    }

    public int count() {
        return byInstance.size();
    }

    /** The departure of that life of a node, if it is gone. */
    public Optional<DepartedMember> of(String instance) {
        return Optional.ofNullable(byInstance.get(instance));
    }
}
