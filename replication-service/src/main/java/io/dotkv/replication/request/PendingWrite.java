package io.dotkv.replication.request;

import io.dotkv.kernel.Delta;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.PartitionId;
import io.dotkv.replication.Operation;
import io.dotkv.replication.WriteResult;
import io.dotkv.replication.route.ReplicaClient;
import io.dotkv.replication.route.Topology;
import io.dotkv.storage.Mutation;
import io.dotkv.storage.MutationListener;
import io.dotkv.storage.Outcome;
import io.dotkv.storage.Requests;
import io.dotkv.storage.StampedWrite;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The shell of one {@link WriteCoordination}. */
public final class PendingWrite extends RunningCoordination<WriteEffect> implements MutationListener {
    private final Operation.Write write;
    private final Optional<DotSet> context;
    private final Topology topology;
    private final ReplicaClient[] replicas;
    private final WriteCoordination coordination;
    private final long spreadUntilNanos;
    private final CompletableFuture<WriteResult> result = new CompletableFuture<>();
    private volatile int coordinator;
    private volatile boolean givenUp;

    /** A write with its decoded context. */
    public PendingWrite(Operation.Write write, Optional<DotSet> context, Topology topology, RequestPorts port) {
        super(port);
        this.write = write;
        this.context = context;
        this.topology = topology;
        long enoughNanos =
                port.clock().monotonicNanos() + port.settings().timing().spreadNanos();
        this.spreadUntilNanos = enoughNanos - write.deadlineNanos() > 0 ? enoughNanos : write.deadlineNanos();
        PartitionId partition = topology.partitioning().partitionOf(write.key());
        this.replicas = topology.preferred(partition);
        this.coordination = new WriteCoordination(
                write, Topology.candidates(replicas, write.level()), partition, topology.tokens());
    }

    /** The stage may be cancelled, by a caller that has given the write up: what is not begun then never will be. */
    public CompletionStage<WriteResult> start() {
        port.timers().set(this, write.deadlineNanos());
        var _ = result.whenComplete((answer, failure) -> {
            if (result.isCancelled()) {
                givenUp = true;
                ring();
            }
        });
        decide(coordination::start);
        return result;
    }

    @Override
    public void assigned(StampedWrite assignment) {
        decide(() -> coordination.assigned(assignment));
    }

    @Override
    public void ended(Outcome<Long> outcome) {
        replicas[coordinator].mutated();
        decide(() -> coordination.ended(outcome));
        closed();
    }

    @Override
    public boolean isGivenUp() {
        return givenUp;
    }

    @Override
    void ring() {
        decide(coordination::expired);
    }

    private void applied(int replica, Outcome<Long> outcome) {
        decide(() -> coordination.applied(replica, outcome));
        closed();
    }

    @Override
    void carryOut(WriteEffect effect) {
        switch (effect) {
            case WriteEffect.Mutate(int replica) -> mutate(replica);
            case WriteEffect.Apply(int replica, Delta delta) ->
                replicas[replica].apply(
                        new Requests.Apply(topology.placement(), delta, write.requestId(), spreadUntilNanos),
                        outcome -> applied(replica, outcome));
            case WriteEffect.Answer(WriteResult answer) -> answer(answer);
            case WriteEffect.Unconfirmed(int replica) -> port.unconfirmed(replicas[replica]);
        }
    }

    private void mutate(int replica) {
        coordinator = replica;
        replicas[replica].mutate(
                new Requests.Mutate(
                        topology.placement(), write.key(), mutation(), write.requestId(), write.deadlineNanos()),
                this);
    }

    /** The replica that is asked to coordinate. */
    public ReplicaClient coordinator() {
        for (ReplicaClient replica : replicas) {
            if (replica.isReachable()) {
                return replica;
            }
        }
        return replicas[0];
    }

    /** Begins when something else has ended, however it ends. */
    public CompletionStage<WriteResult> startAfter(CompletionStage<Void> first) {
        var _ = first.whenComplete((done, failure) -> start());
        return result;
    }

    private Mutation mutation() {
        return switch (write.body()) {
            case Operation.Write.Replace replace -> new Mutation.Replace(replace.payload(), context);
            case Operation.Write.Typed typed -> new Mutation.Typed(typed.update());
        };
    }

    private void answer(WriteResult answer) {
        port.timers().stop(this);
        port.counters().count(answer);
        port.admission().leave(write.sizeBytes());
        result.complete(answer);
        closed();
    }

    @Override
    void done() {
        port.admission().done();
    }
}
