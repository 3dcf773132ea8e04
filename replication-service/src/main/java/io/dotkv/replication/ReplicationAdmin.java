package io.dotkv.replication;

import io.dotkv.kernel.Key;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * The replication layer as operators see it: how far replicas are from being equal, that they become so now, and why
 * a key is as it is.
 *
 * <p>Calls never block and may be made from any thread; a stage never completes exceptionally.
 */
public interface ReplicationAdmin {
    /** Lets the own replicas pull at once from all of their peers. The stage is complete before they have. */
    CompletionStage<Void> pullNow();

    /**
     * Tells how far all replicas are from a goal, and lets them pull at once unless it is reached.
     *
     * @param goal the goal of an earlier report; empty for everything that was written so far
     */
    CompletionStage<ConvergenceResult> converge(Optional<ConvergenceGoal> goal);

    /** Tells what each replica has of a key, and why. */
    CompletionStage<ExplainResult> explain(Key key);
}
