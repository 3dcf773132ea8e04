package io.dotkv.replication;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Key;
import io.dotkv.replication.ScanResult.Entry;
import io.dotkv.storage.Outcome;
import io.dotkv.storage.Page;
import io.dotkv.storage.Page.KeyedRow;
import io.dotkv.storage.Requests;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The shell of one {@link ScanCoordination}: feeds it what storages answer and carries out what it decides.
 *
 * <p>Answers come on any thread. Only the decision is made under the lock, effects are carried out outside of it.
 */
final class PendingScan extends Timers.Alarm {
    private final Operation.Scan scan;
    private final Topology topology;
    private final RequestPort port;
    private final ScanCoordination coordination;
    private final CompletableFuture<ScanResult> result = new CompletableFuture<>();
    private int open = 1;

    /** A scan that goes on after a key, or begins after no bytes. */
    PendingScan(Operation.Scan scan, Bytes after, Topology topology, RequestPort port) {
        this.scan = scan;
        this.topology = topology;
        this.port = port;
        List<Replica> all = topology.all();
        boolean[] usable = new boolean[all.size()];
        for (int node = 0; node < usable.length; node++) {
            usable[node] = all.get(node).isReachable();
        }
        ScanGround ground = new ScanGround(all.stream().map(Replica::node).toList(), topology.layout());
        this.coordination = new ScanCoordination(
                ground,
                usable,
                scan.level(),
                after,
                scan.pageSize(),
                port.settings().pageBytes());
    }

    CompletionStage<ScanResult> start() {
        port.timers().set(this, scan.deadlineNanos());
        List<ScanEffect> effects;
        synchronized (this) {
            effects = opened(coordination.start());
        }
        carryOut(effects);
        return result;
    }

    @Override
    void ring() {
        List<ScanEffect> effects;
        synchronized (this) {
            effects = opened(coordination.expired());
        }
        carryOut(effects);
    }

    private void fetched(int round, int node, Outcome<Page> outcome) {
        List<ScanEffect> effects;
        synchronized (this) {
            effects = opened(coordination.fetched(round, node, outcome));
        }
        carryOut(effects);
        closed();
    }

    private void carryOut(List<ScanEffect> effects) {
        for (ScanEffect effect : effects) {
            switch (effect) {
                case ScanEffect.Fetch fetch -> fetch(fetch);
                case ScanEffect.Answer(List<KeyedRow> rows, Optional<Key> after) -> answer(page(rows, after));
                case ScanEffect.Fail(Failure failure) -> answer(new ScanResult.Failed(failure));
            }
        }
    }

    private void fetch(ScanEffect.Fetch fetch) {
        Requests.Scan request = new Requests.Scan(
                topology.placement(),
                fetch.after(),
                scan.prefix(),
                fetch.limit(),
                fetch.partitions(),
                scan.deadlineNanos());
        Replica.onEnd(
                topology.all().get(fetch.node()).storage().scan(request),
                outcome -> fetched(fetch.round(), fetch.node(), outcome));
    }

    private ScanResult page(List<KeyedRow> rows, Optional<Key> after) {
        List<Entry> entries = new ArrayList<>(rows.size());
        for (KeyedRow keyed : rows) {
            PlainView plain = PlainView.of(keyed.row());
            entries.add(new Entry(
                    keyed.key(),
                    plain.values(),
                    plain.types(),
                    topology.tokens().context(topology.partitioning().partitionOf(keyed.key()), plain.context())));
        }
        return new ScanResult.Scanned(
                List.copyOf(entries), after.map(key -> topology.tokens().page(scan.prefix(), key)));
    }

    private void answer(ScanResult answer) {
        port.timers().stop(this);
        port.admission().leave(0);
        result.complete(answer);
        closed();
    }

    /** Counts the calls that the effects begin. The answer itself is the one that is open from the beginning. */
    private List<ScanEffect> opened(List<ScanEffect> effects) {
        for (ScanEffect effect : effects) {
            if (effect instanceof ScanEffect.Fetch) {
                open++;
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
            port.admission().done();
        }
    }
}
