package io.dotkv.simulation;

import io.dotkv.cluster.ClusterView;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.Row;
import io.dotkv.replication.ReplicationStatus;
import io.dotkv.simulation.history.FinalState;
import io.dotkv.simulation.history.FinalState.ReplicaDigests;
import io.dotkv.simulation.history.FinalState.ReplicaState;
import io.dotkv.simulation.machine.SimulatedNode;
import io.dotkv.storage.Digests;
import io.dotkv.storage.Outcome;
import io.dotkv.storage.PartitionClock;
import io.dotkv.storage.Requests;
import io.dotkv.storage.RowPage;
import io.dotkv.storage.Storage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/** Reads the {@link FinalState} of a cluster. */
final class FinalStateReader {
    private static final int ALL_ROWS = 1_000_000;
    private static final long PATIENCE_NANOS = 10 * World.SECOND;

    private FinalStateReader() {}

    /**
     * Looks at all nodes that run, without going through the replication layer, which would repair what it sees.
     *
     * @param pass lets so many nanoseconds pass
     * @param withDigests whether to ask for digests
     */
    static FinalState read(World world, LongConsumer pass, boolean withDigests) {
        Map<NodeId, ClusterView> views = new TreeMap<>();
        List<Looking> looks = new ArrayList<>();
        Map<NodeId, ReplicationStatus.Care> scrubs = new TreeMap<>();
        List<String> unready = new ArrayList<>();
        world.operator().ifPresent(operator -> unready.addAll(operator.open()));
        for (SimulatedNode node : world.nodes()) {
            node.trouble().ifPresent(unready::add);
            node.view().filter(view -> node.departure().isEmpty()).ifPresent(view -> {
                views.put(node.id(), view);
                looks.add(new Looking(node, withDigests));
                scrubs.put(node.id(), node.replication().status().care());
            });
        }
        for (long waited = 0; waited < PATIENCE_NANOS && !looks.stream().allMatch(Looking::isDone); ) {
            pass.accept(World.SECOND / 10);
            waited += World.SECOND / 10;
        }
        return new FinalState(
                views,
                looks.stream().flatMap(look -> look.replicas().stream()).toList(),
                unready,
                looks.stream().flatMap(look -> look.digests().stream()).toList(),
                scrubs);
    }

    /** A look at one node. */
    private static final class Looking {
        private final NodeId node;
        private final List<CompletableFuture<ReplicaState>> replicas = new ArrayList<>();
        private final List<CompletableFuture<Optional<ReplicaDigests>>> digests = new ArrayList<>();

        Looking(SimulatedNode node, boolean withDigests) {
            this.node = node.id();
            Storage storage = node.storage();
            long deadlineNanos = node.clock().monotonicNanos() + PATIENCE_NANOS;
            if (storage.clocks(Set.of()).toCompletableFuture().getNow(Outcome.unknown(""))
                    instanceof Outcome.Done<List<PartitionClock>>(List<PartitionClock> clocks)) {
                clocks.forEach(clock -> {
                    Requests.Scan scan = new Requests.Scan(
                            0, Bytes.EMPTY, Bytes.EMPTY, ALL_ROWS, Set.of(clock.partition()), deadlineNanos);
                    replicas.add(storage.scan(scan)
                            .thenApply(outcome -> state(clock, outcome))
                            .toCompletableFuture());
                    if (withDigests && clock.voting()) {
                        digests.add(digest(storage, clock, deadlineNanos).toCompletableFuture());
                    }
                });
            }
        }

        private CompletionStage<Optional<ReplicaDigests>> digest(
                Storage storage, PartitionClock clock, long deadlineNanos) {
            Requests.Digest request = new Requests.Digest(
                    Long.MAX_VALUE,
                    clock.partition(),
                    clock.clock().base(),
                    Bytes.EMPTY,
                    List.of(Bytes.EMPTY),
                    ALL_ROWS,
                    deadlineNanos);
            return storage.digest(request)
                    .thenApply(outcome -> outcome instanceof Outcome.Done<Digests>(Digests done)
                            ? Optional.of(new ReplicaDigests(node, clock.partition(), done))
                            : Optional.empty());
        }

        private ReplicaState state(PartitionClock clock, Outcome<RowPage> outcome) {
            Map<Key, Row> rows = new TreeMap<>();
            if (outcome instanceof Outcome.Done<RowPage>(RowPage page)) {
                page.rows().forEach(keyed -> rows.put(keyed.key(), keyed.row()));
            }
            return new ReplicaState(node, clock.partition(), clock.clock(), clock.voting(), rows);
        }

        boolean isDone() {
            return Stream.concat(replicas.stream(), digests.stream()).allMatch(CompletableFuture::isDone);
        }

        List<ReplicaDigests> digests() {
            return digests.stream()
                    .filter(CompletableFuture::isDone)
                    .flatMap(digest -> digest.join().stream())
                    .toList();
        }

        List<ReplicaState> replicas() {
            return replicas.stream()
                    .filter(CompletableFuture::isDone)
                    .map(CompletableFuture::join)
                    .toList();
        }
    }
}
