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

/**
 * The shell of one {@link ReadCoordination}: feeds it what storages answer and carries out what it decides.
 *
 * <p>Answers come on any thread. Only the decision is made under the lock, effects are carried out outside of it.
 */
public final class PendingRead extends Timers.Alarm {
    private static final long LONGEST_PAUSE_NANOS = 200_000_000;

    private final Key key;
    private final long deadlineNanos;
    private final Topology topology;
    private final ReplicaClient[] replicas;
    private final boolean hasSession;
    private final ReadCoordination coordination;
    private final RequestPorts port;
    private final Taker taker;
    private final long[] heldOf;
    private boolean finished;
    private int open = 1;
    private long againNanos;
    private long heldBytes;

    /** Is told how the read ended, once. */
    public interface Taker {
        void answered(Row row, List<NodeId> answeredBy);

        void failed(Failure failure);

        /** Every call has ended, also those that nobody waited for. Comes after the answer. */
        void done();
    }

    /** @param session what the answer has to reflect */
    public PendingRead(Operation.Read read, DotSet session, Topology topology, RequestPorts port, Taker taker) {
        this.key = read.key();
        this.deadlineNanos = read.deadlineNanos();
        this.topology = topology;
        this.port = port;
        this.taker = taker;
        this.replicas = topology.preferred(topology.partitioning().partitionOf(key));
        this.heldOf = new long[replicas.length];
        this.againNanos = port.settings().hedgeNanos();
        this.hasSession = !session.isEmpty();
        this.coordination =
                new ReadCoordination(read, Topology.candidates(replicas, read.levelAmong(replicas.length)), session);
    }

    public void start() {
        long hedgeAtNanos = port.clock().monotonicNanos() + port.settings().hedgeNanos();
        port.timers().set(this, hedgeAtNanos - deadlineNanos < 0 ? hedgeAtNanos : deadlineNanos);
        List<ReadEffect> effects;
        synchronized (this) {
            effects = opened(coordination.start());
        }
        carryOut(effects);
    }

    @Override
    void ring() {
        long nowNanos = port.clock().monotonicNanos();
        boolean expired = nowNanos - deadlineNanos >= 0;
        List<ReadEffect> effects;
        synchronized (this) {
            effects = opened(expired ? coordination.expired() : coordination.slow());
            if (!expired && !finished) {
                againNanos = Math.min(2 * againNanos, LONGEST_PAUSE_NANOS);
                long againAtNanos = nowNanos + againNanos;
                port.timers().set(this, hasSession && againAtNanos - deadlineNanos < 0 ? againAtNanos : deadlineNanos);
            }
        }
        carryOut(effects);
    }

    /** Nobody waits for it any more. */
    public void giveUp() {
        List<ReadEffect> effects;
        synchronized (this) {
            effects = opened(coordination.expired());
        }
        carryOut(effects);
    }

    private void settled(int replica, Outcome<Long> outcome) {
        List<ReadEffect> effects;
        synchronized (this) {
            effects = opened(coordination.settled(replica, outcome));
        }
        carryOut(effects);
        closed();
    }

    private void answered(int replica, Outcome<Row> outcome) {
        List<ReadEffect> effects;
        synchronized (this) {
            effects = opened(
                    hasRoomFor(replica, outcome) ? coordination.answered(replica, outcome) : coordination.overloaded());
        }
        carryOut(effects);
        closed();
    }

    /** Whether the row of an answer may be held: rows are as large as their values, and there may be many reads at once. */
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

    private void carryOut(List<ReadEffect> effects) {
        for (ReadEffect effect : effects) {
            switch (effect) {
                case ReadEffect.Ask(int replica) ->
                    replicas[replica].read(
                            new Requests.Read(topology.placement(), key, deadlineNanos),
                            outcome -> answered(replica, outcome));
                case ReadEffect.Answer(Row row, List<NodeId> answeredBy) -> {
                    port.timers().stop(this);
                    taker.answered(row, answeredBy);
                    closed();
                }
                case ReadEffect.Fail(Failure failure) -> {
                    port.timers().stop(this);
                    taker.failed(failure);
                    closed();
                }
                case ReadEffect.Settle(int replica, Delta delta) ->
                    replicas[replica].apply(
                            new Requests.Apply(topology.placement(), delta, "", deadlineNanos),
                            outcome -> settled(replica, outcome));
                case ReadEffect.Repair(int replica, Delta delta) -> repair(replica, delta);
            }
        }
    }

    private void repair(int replica, Delta delta) {
        RequestCounters counters = port.counters();
        if (counters.repairing.incrementAndGet() > port.settings().maxRepairs()) {
            counters.repairing.decrementAndGet();
            counters.repairsDropped.increment();
            closed();
            return;
        }
        counters.repairs.increment();
        long untilNanos = port.clock().monotonicNanos() + port.settings().spreadNanos();
        replicas[replica].apply(new Requests.Apply(topology.placement(), delta, "", untilNanos), outcome -> {
            counters.repairing.decrementAndGet();
            closed();
        });
    }

    /** Counts the calls that the effects begin. The answer itself is the one that is open from the beginning. */
    private List<ReadEffect> opened(List<ReadEffect> effects) {
        for (ReadEffect effect : effects) {
            switch (effect) {
                case ReadEffect.Ask ask -> open++;
                case ReadEffect.Settle settle -> open++;
                case ReadEffect.Repair repair -> open++;
                case ReadEffect.Answer answer -> finished = true;
                case ReadEffect.Fail fail -> finished = true;
            }
        }
        return effects;
    }

    private void closed() {
        boolean last;
        synchronized (this) {
            last = --open == 0;
        }
        if (last) {
            port.admission().shrink(heldBytes);
            taker.done();
        }
    }
}
