package io.dotkv.replication.request;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.encoding.MalformedException;
import io.dotkv.kernel.types.Content;
import io.dotkv.replication.Failure;
import io.dotkv.replication.Operation;
import io.dotkv.replication.Portion;
import io.dotkv.replication.ScanResult;
import io.dotkv.replication.ScanResult.Entry;
import io.dotkv.replication.route.FailureMessages;
import io.dotkv.replication.route.KeyText;
import io.dotkv.replication.route.ReplicaClient;
import io.dotkv.replication.route.ScanTargets;
import io.dotkv.replication.route.Topology;
import io.dotkv.storage.Outcome;
import io.dotkv.storage.Requests;
import io.dotkv.storage.RowPage;
import io.dotkv.storage.RowPage.KeyedRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** The shell of one {@link ScanCoordination}. */
public final class PendingScan extends RunningCoordination<ScanEffect> {
    /** What a page has beside its entries at most. */
    private static final int FRAME_BYTES = 20 << 10;

    /**
     * After so long another storage is asked for what one has not answered: more than a page takes on a busy machine.
     */
    static final long HEDGE_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

    private final Operation.Scan scan;
    private final Topology topology;
    private final ScanCoordination coordination;
    private final CompletableFuture<ScanResult> result = new CompletableFuture<>();
    private final List<CompletionStage<Outcome<RowPage>>> calls = new ArrayList<>();
    private long heldBytes;

    /** A scan that goes on after a key, or begins after no bytes. */
    public PendingScan(Operation.Scan scan, Bytes after, Topology topology, RequestPorts port) {
        super(port);
        this.scan = scan;
        this.topology = topology;
        List<ReplicaClient> all = topology.all();
        boolean[] usable = new boolean[all.size()];
        boolean[] slow = new boolean[all.size()];
        long nowNanos = port.clock().monotonicNanos();
        for (int node = 0; node < usable.length; node++) {
            usable[node] = all.get(node).isReachable();
            slow[node] = all.get(node).hungLately(nowNanos);
        }
        ScanTargets ground =
                new ScanTargets(all.stream().map(ReplicaClient::node).toList(), topology.layout());
        this.coordination = new ScanCoordination(
                ground,
                usable,
                slow,
                new ScanCoordination.Wanted(
                        scan.level(),
                        after,
                        scan.pageSize(),
                        port.settings().requests().pageBytes()));
    }

    /** The stage may be cancelled, by a caller that has given the scan up. */
    public CompletionStage<ScanResult> start() {
        port.timers().set(this, alarmNanos(port.clock().monotonicNanos()));
        var _ = result.whenComplete((done, failure) -> {
            if (result.isCancelled()) {
                decide(coordination::expired);
            }
        });
        decide(coordination::start);
        return result;
    }

    private long alarmNanos(long nowNanos) {
        long hedgeAtNanos = nowNanos + HEDGE_NANOS;
        return hedgeAtNanos - scan.deadlineNanos() < 0 ? hedgeAtNanos : scan.deadlineNanos();
    }

    @Override
    void ring() {
        long nowNanos = port.clock().monotonicNanos();
        if (isExpired(nowNanos)) {
            decide(coordination::expired);
            return;
        }
        decide(
                () -> {
                    coordination
                            .unanswered()
                            .forEach(node -> topology.all().get(node).hung(nowNanos));
                    return coordination.slow();
                },
                alarmNanos(nowNanos));
    }

    private boolean isExpired(long nowNanos) {
        return nowNanos - scan.deadlineNanos() >= 0;
    }

    /** At the deadline the calls of this scan end too: that they do says nothing about the storages. */
    private void fetched(int fetch, Outcome<RowPage> outcome) {
        boolean late = !(outcome instanceof Outcome.Done<RowPage>)
                && isExpired(port.clock().monotonicNanos());
        decide(() -> {
            if (late) {
                return coordination.expired();
            }
            return hasRoomFor(outcome) ? coordination.fetched(fetch, outcome) : coordination.overloaded();
        });
        closed();
    }

    /** Whether a page may be held: it is as large as its rows, and there may be many scans at once. */
    private boolean hasRoomFor(Outcome<RowPage> outcome) {
        long bytes = outcome instanceof Outcome.Done<RowPage>(RowPage page) ? page.sizeBytes() : 0;
        if (!port.admission().grow(bytes, heldBytes)) {
            return false;
        }
        heldBytes += bytes;
        return true;
    }

    @Override
    void carryOut(ScanEffect effect) {
        switch (effect) {
            case ScanEffect.Fetch fetch -> fetch(fetch);
            case ScanEffect.Answer(List<KeyedRow> rows, Optional<Key> after) -> answer(page(rows, after));
            case ScanEffect.Fail(Failure failure) -> answer(new ScanResult.Failed(failure));
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
        CompletionStage<Outcome<RowPage>> call =
                topology.all().get(fetch.node()).storage().scan(request);
        synchronized (calls) {
            calls.add(call);
        }
        ReplicaClient.onEnd(call, outcome -> fetched(fetch.number(), outcome));
    }

    /** The rows as entries, as many as the answer may have; what does not fit is for the next page. */
    private ScanResult page(List<KeyedRow> rows, Optional<Key> after) {
        List<Entry> entries = new ArrayList<>(rows.size());
        long bytes = 0;
        for (KeyedRow keyed : rows) {
            Entry entry;
            try {
                entry = entry(keyed);
            } catch (MalformedException e) {
                return new ScanResult.Failed(FailureMessages.unknownType(
                        "The scan of key " + KeyText.of(keyed.key()), String.valueOf(e.getMessage())));
            }
            bytes += entry.content().isPresent() ? sizeOf(keyed) : bytesOf(entry);
            if (bytes > scan.maxBytes() - FRAME_BYTES && !entries.isEmpty()) {
                return scanned(entries, Optional.of(entries.getLast().key()));
            }
            entries.add(entry);
        }
        return scanned(entries, after);
    }

    private Entry entry(KeyedRow keyed) throws MalformedException {
        PlainView plain = PlainView.of(keyed.row())
                .within(new Portion(scan.maxBytes() - FRAME_BYTES - 2L * Key.MAX_BYTES, Set.of()));
        boolean withContent = scan.withContent() && sizeOf(keyed) <= scan.maxBytes() - FRAME_BYTES;
        return new Entry(
                keyed.key(),
                withContent ? List.of() : plain.values(),
                plain.types(),
                topology.tokens().context(topology.partitioning().partitionOf(keyed.key()), plain.context()),
                withContent ? List.of() : plain.dotsLeftOut(),
                withContent ? Optional.of(Content.of(keyed.row().leaves())) : Optional.empty());
    }

    /** Of an entry with content: at most so many bytes. */
    private static long sizeOf(KeyedRow keyed) {
        long bytes = 512L + keyed.key().bytes().length();
        for (Leaf leaf : keyed.row().leaves()) {
            bytes += 64L + leaf.path().length() + leaf.payload().length();
        }
        return bytes;
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
        callOff();
        closed();
    }

    /** Nobody waits for the pages that are still on their way. */
    private void callOff() {
        List<CompletionStage<Outcome<RowPage>>> left;
        synchronized (calls) {
            left = List.copyOf(calls);
        }
        left.forEach(call -> call.toCompletableFuture().cancel(false));
    }

    @Override
    void done() {
        port.admission().shrink(heldBytes);
        port.admission().done();
    }
}
