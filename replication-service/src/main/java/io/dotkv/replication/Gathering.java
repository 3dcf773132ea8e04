package io.dotkv.replication;

import io.dotkv.kernel.Scheduler;
import io.dotkv.storage.Outcome;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The answers of several replicas to the same question, handed over on a scheduler when all are there. */
final class Gathering<T> {
    private final Scheduler scheduler;
    private final Consumer<Map<Replica, Outcome<T>>> onAll;
    private final Map<Replica, Outcome<T>> answers = new LinkedHashMap<>();
    private int missing;

    /**
     * @param replicas who is asked; answers keep this order
     * @param onAll gets the answers
     */
    Gathering(List<Replica> replicas, Scheduler scheduler, Consumer<Map<Replica, Outcome<T>>> onAll) {
        this.scheduler = scheduler;
        this.onAll = onAll;
        this.missing = replicas.size();
        replicas.forEach(replica -> answers.put(replica, Outcome.unknown("no answer")));
    }

    /** Takes the answer of a replica, on any thread, once. */
    Consumer<Outcome<T>> taker(Replica replica) {
        return outcome -> scheduler.execute(() -> take(replica, outcome));
    }

    private void take(Replica replica, Outcome<T> outcome) {
        answers.put(replica, outcome);
        missing--;
        if (missing == 0) {
            onAll.accept(answers);
        }
    }
}
