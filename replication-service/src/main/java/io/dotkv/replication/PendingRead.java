package io.dotkv.replication;

import io.dotkv.kernel.Delta;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.Row;
import io.dotkv.storage.Outcome;
import io.dotkv.storage.Requests;
import java.util.List;

/**
 * The shell of one {@link ReadCoordination}: feeds it what storages answer and carries out what it decides.
 *
 * <p>Answers come on any thread. Only the decision is made under the lock, effects are carried out outside of it.
 */
final class PendingRead extends Timers.Alarm {
    private final Key key;
    private final long deadlineNanos;
    private final Topology topology;
    private final Replica[] replicas;
    private final ReadCoordination coordination;
    private final RequestPort port;
    private final Taker taker;
    private boolean finished;
    private int open = 1;
    private long heldBytes;

    /** Is told how the read ended, once. */
    interface Taker {
        void answered(Row row, List<NodeId> answeredBy);

        void failed(Failure failure);

        /** Every call has ended, also those that nobody waited for. Comes after the answer. */
        void done();
    }

    PendingRead(Operation.Read read, Topology topology, RequestPort port, Taker taker) {
        this.key = read.key();
        this.deadlineNanos = read.deadlineNanos();
        this.topology = topology;
        this.port = port;
        this.taker = taker;
        this.replicas = topology.preferred(topology.partitioning().partitionOf(key));
        this.coordination = new ReadCoordination(read, Topology.candidates(replicas, read.level()));
    }

    void start() {
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
        boolean expired = port.clock().monotonicNanos() - deadlineNanos >= 0;
        List<ReadEffect> effects;
        synchronized (this) {
            effects = opened(expired ? coordination.expired() : coordination.slow());
            if (!expired && !finished) {
                port.timers().set(this, deadlineNanos);
            }
        }
        carryOut(effects);
    }

    private void answered(int replica, Outcome<Row> outcome) {
        List<ReadEffect> effects;
        synchronized (this) {
            effects = opened(hasRoomFor(outcome) ? coordination.answered(replica, outcome) : coordination.overloaded());
        }
        carryOut(effects);
        closed();
    }

    /** Whether the row of an answer may be held: rows are as large as their values, and there may be many reads at once. */
    private boolean hasRoomFor(Outcome<Row> outcome) {
        if (!(outcome instanceof Outcome.Done<Row>(Row row))) {
            return true;
        }
        long bytes = bytesOf(row);
        if (!port.admission().grow(bytes)) {
            return false;
        }
        heldBytes += bytes;
        return true;
    }

    private static long bytesOf(Row row) {
        long bytes = 0;
        for (Leaf leaf : row.leaves()) {
            bytes += leaf.payload().length();
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
                case ReadEffect.Repair(int replica, Delta delta) -> repair(replica, delta);
            }
        }
    }

    private void repair(int replica, Delta delta) {
        Counters counters = port.counters();
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
