package io.dotkv.replication;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.Leaf;
import io.dotkv.replication.ScanResult.Entry;
import io.dotkv.storage.Outcome;
import io.dotkv.storage.Page;
import io.dotkv.storage.Page.KeyedRow;
import io.dotkv.storage.Requests;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The shell of one {@link ScanCoordination}: feeds it what storages answer and carries out what it decides.
 *
 * <p>Answers come on any thread. Only the decision is made under the lock, effects are carried out outside of it.
 */
final class PendingScan extends Timers.Alarm {
    /** What a page has beside its entries at most. */
    private static final int FRAME_BYTES = 20 << 10;

    private final Operation.Scan scan;
    private final Topology topology;
    private final RequestPort port;
    private final ScanCoordination coordination;
    private final CompletableFuture<ScanResult> result = new CompletableFuture<>();
    private int open = 1;
    private long heldBytes;

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
            effects = opened(
                    hasRoomFor(outcome) ? coordination.fetched(round, node, outcome) : coordination.overloaded());
        }
        carryOut(effects);
        closed();
    }

    /** Whether a page may be held: it is as large as its rows, and there may be many scans at once. */
    private boolean hasRoomFor(Outcome<Page> outcome) {
        long bytes = outcome instanceof Outcome.Done<Page>(Page page) ? page.sizeBytes() : 0;
        if (!port.admission().grow(bytes, heldBytes)) {
            return false;
        }
        heldBytes += bytes;
        return true;
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

    /** The rows as entries, as many as the answer may have; what does not fit is for the next page. */
    private ScanResult page(List<KeyedRow> rows, Optional<Key> after) {
        List<Entry> entries = new ArrayList<>(rows.size());
        long bytes = 0;
        for (KeyedRow keyed : rows) {
            Entry entry = entry(keyed);
            bytes += bytesOf(entry);
            if (bytes > scan.maxBytes() - FRAME_BYTES && !entries.isEmpty()) {
                return scanned(entries, Optional.of(entries.getLast().key()));
            }
            entries.add(entry);
        }
        return scanned(entries, after);
    }

    private Entry entry(KeyedRow keyed) {
        PlainView plain = PlainView.of(keyed.row())
                .within(new Portion(scan.maxBytes() - FRAME_BYTES - 2L * Key.MAX_BYTES, Set.of()));
        return new Entry(
                keyed.key(),
                plain.values(),
                plain.types(),
                topology.tokens().context(topology.partitioning().partitionOf(keyed.key()), plain.context()),
                plain.dotsLeftOut());
    }

    private static long bytesOf(Entry entry) {
        long bytes = 64L + entry.key().bytes().length() + entry.context().text().length();
        for (Leaf value : entry.values()) {
            bytes += Portion.sizeOf(value);
        }
        return bytes + 2L * entry.types().size() + 48L * entry.leftOut().size();
    }

    private ScanResult scanned(List<Entry> entries, Optional<Key> after) {
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
            port.admission().shrink(heldBytes);
            port.admission().done();
        }
    }
}
