package io.dotkv.replication.route;

import io.dotkv.kernel.ports.Scheduler;
import io.dotkv.storage.Outcome;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The answers of several replicas to the same question, handed over on a scheduler when all are there. */
public final class GatheredAnswers<T> {
    private final Scheduler scheduler;
    private final Consumer<Map<ReplicaClient, Outcome<T>>> onAll;
    private final Map<ReplicaClient, Outcome<T>> answers = new LinkedHashMap<>();
    private int missing;

    /**
     * @param replicas who is asked; answers keep this order
     * @param onAll gets the answers
     */
    public GatheredAnswers(
            List<ReplicaClient> replicas, Scheduler scheduler, Consumer<Map<ReplicaClient, Outcome<T>>> onAll) {
        this.scheduler = scheduler;
        this.onAll = onAll;
        this.missing = replicas.size();
        replicas.forEach(replica -> answers.put(replica, Outcome.unknown("no answer")));
    }

    /** Takes the answer of a replica, on any thread, once. */
    public Consumer<Outcome<T>> taker(ReplicaClient replica) {
        return outcome -> scheduler.execute(() -> take(replica, outcome));
    }

    private void take(ReplicaClient replica, Outcome<T> outcome) {
        answers.put(replica, outcome);
        missing--;
        if (missing == 0) {
            onAll.accept(answers);
        }
    }
}
