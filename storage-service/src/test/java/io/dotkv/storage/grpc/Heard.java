package io.dotkv.storage.grpc;

import io.dotkv.storage.MutationListener;
import io.dotkv.storage.Outcome;
import io.dotkv.storage.StampedWrite;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What a listener of a mutation heard, in order: assignments and outcomes. */
final class Heard implements MutationListener {
    private final List<Object> events = Collections.synchronizedList(new ArrayList<>());

    List<Object> events() {
        return List.copyOf(events);
    }

    @Override
    public void assigned(StampedWrite assignment) {
        events.add(assignment);
    }

    @Override
    public void ended(Outcome<Long> outcome) {
        events.add(outcome);
    }
}
