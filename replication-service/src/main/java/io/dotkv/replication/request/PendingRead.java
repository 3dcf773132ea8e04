package io.dotkv.replication.request;

import io.dotkv.kernel.Delta;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.Row;
import io.dotkv.replication.Failure;
import io.dotkv.replication.Operation;
import io.dotkv.replication.ports.RequestCounters;
import io.dotkv.replication.route.ReplicaClient;
import io.dotkv.replication.route.Topology;
import io.dotkv.storage.Outcome;
import io.dotkv.storage.Requests;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The shell of one {@link ReadCoordination}. */
public final class PendingRead extends RunningCoordination<ReadEffect> {
    private static final long LONGEST_PAUSE_NANOS = 200_000_000;

    private final Key key;
    private final long deadlineNanos;
    private final Topology topology;
    private final ReplicaClient[] replicas;
    private final boolean hasSession;
    private final ReadCoordination coordination;
    private final CompletableFuture<RowResult> result = new CompletableFuture<>();
    private final long[] heldOf;
    private long againNanos;
    private long heldBytes;

    /** @param session what the answer has to reflect */
    public PendingRead(Operation.Read read, DotSet session, Topology topology, RequestPorts port) {
        super(port);
        this.key = read.key();
        this.deadlineNanos = read.deadlineNanos();
        this.topology = topology;
        this.replicas = topology.preferred(topology.partitioning().partitionOf(key));
        this.heldOf = new long[replicas.length];
        this.againNanos = port.settings().timing().hedgeNanos();
        this.hasSession = !session.isEmpty();
        this.coordination =
                new ReadCoordination(read, Topology.candidates(replicas, read.levelAmong(replicas.length)), session);
    }

    /** Starts a read that was admitted. */
    public CompletableFuture<RowResult> start() {
        long hedgeAtNanos =
                port.clock().monotonicNanos() + port.settings().timing().hedgeNanos();
        port.timers().set(this, hedgeAtNanos - deadlineNanos < 0 ? hedgeAtNanos : deadlineNanos);
        decide(coordination::start);
        return result;
    }

    @Override
    void ring() {
        long nowNanos = port.clock().monotonicNanos();
        if (nowNanos - deadlineNanos >= 0) {
            decide(coordination::expired);
            return;
        }
        againNanos = Math.min(2 * againNanos, LONGEST_PAUSE_NANOS);
        long againAtNanos = nowNanos + againNanos;
        decide(coordination::slow, hasSession && againAtNanos - deadlineNanos < 0 ? againAtNanos : deadlineNanos);
    }

    /** Nobody waits for it any more. */
    public void giveUp() {
        decide(coordination::expired);
    }

    private void settled(int replica, Outcome<Long> outcome) {
        decide(() -> coordination.settled(replica, outcome));
        closed();
    }

    private void answered(int replica, Outcome<Row> outcome) {
        decide(() ->
                hasRoomFor(replica, outcome) ? coordination.answered(replica, outcome) : coordination.overloaded());
        closed();
    }

    /**
     * Whether the row of an answer may be held: rows are as large as their values, and there may be many reads at once.
     */
    private boolean hasRoomFor(int replica, Outcome<Row> outcome) {
        if (!(outcome instanceof Outcome.Done<Row>(Row row))) {
            return true;
        }
        // A replica that is asked again answers with a row in place of the former.
        long bytes = Math.max(0, bytesOf(row) - heldOf[replica]);
        if (!port.admission().grow(bytes, heldBytes)) {
            return false;
        }
        heldOf[replica] += bytes;
        heldBytes += bytes;
        return true;
    }

    private static long bytesOf(Row row) {
        long bytes = 0;
        for (Leaf leaf : row.leaves()) {
            bytes += leaf.path().length() + leaf.payload().length();
        }
        return bytes;
    }

    @Override
    void carryOut(ReadEffect effect) {
        switch (effect) {
            case ReadEffect.Ask(int replica) ->
                replicas[replica].read(
                        new Requests.Read(topology.placement(), key, deadlineNanos),
                        outcome -> answered(replica, outcome));
            case ReadEffect.Answer(Row row, List<NodeId> answeredBy) -> answer(new RowResult.Joined(row, answeredBy));
            case ReadEffect.Fail(Failure failure) -> answer(new RowResult.Failed(failure));
            case ReadEffect.Settle(int replica, Delta delta) ->
                replicas[replica].apply(
                        new Requests.Apply(topology.placement(), delta, "", deadlineNanos),
                        outcome -> settled(replica, outcome));
            case ReadEffect.Repair(int replica, Delta delta) -> repair(replica, delta);
        }
    }

    private void answer(RowResult answer) {
        port.timers().stop(this);
        port.admission().leave(0);
        result.complete(answer);
        closed();
    }

    private void repair(int replica, Delta delta) {
        RequestCounters counters = port.counters();
        if (counters.repairing.incrementAndGet() > port.settings().requests().maxRepairs()) {
            counters.repairing.decrementAndGet();
            counters.repairsDropped.increment();
            closed();
            return;
        }
        counters.repairs.increment();
        long untilNanos =
                port.clock().monotonicNanos() + port.settings().timing().spreadNanos();
        replicas[replica].apply(new Requests.Apply(topology.placement(), delta, "", untilNanos), outcome -> {
            counters.repairing.decrementAndGet();
            closed();
        });
    }

    @Override
    void done() {
        port.admission().shrink(heldBytes);
        port.admission().done();
    }
}
