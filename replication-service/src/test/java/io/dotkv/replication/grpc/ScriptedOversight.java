package io.dotkv.replication.grpc;

import io.dotkv.kernel.Key;
import io.dotkv.replication.ConvergenceGoal;
import io.dotkv.replication.ConvergenceResult;
import io.dotkv.replication.ExplainResult;
import io.dotkv.replication.ReplicationAdmin;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;

/** A layer as operators see it that answers when the test says so. Any thread. */
final class ScriptedOversight implements ReplicationAdmin {
    final BlockingQueue<Optional<ConvergenceGoal>> goals = new LinkedBlockingQueue<>();
    final CompletableFuture<Void> pulled = new CompletableFuture<>();
    final CompletableFuture<ConvergenceResult> convergence = new CompletableFuture<>();

    final CompletableFuture<ExplainResult> explanation = new CompletableFuture<>();

    @Override
    public CompletionStage<ExplainResult> explain(Key key) {
        return explanation;
    }

    @Override
    public CompletionStage<Void> pullNow() {
        return pulled;
    }

    @Override
    public CompletionStage<ConvergenceResult> converge(Optional<ConvergenceGoal> goal) {
        goals.add(goal);
        return convergence;
    }
}
