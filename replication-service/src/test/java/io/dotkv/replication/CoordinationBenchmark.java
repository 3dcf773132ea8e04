package io.dotkv.replication;

import com.sun.management.ThreadMXBean;
import io.dotkv.cluster.Addresses;
import io.dotkv.cluster.Agreement;
import io.dotkv.cluster.Cluster;
import io.dotkv.cluster.ClusterView;
import io.dotkv.cluster.Health;
import io.dotkv.cluster.Member;
import io.dotkv.cluster.layout.Formation;
import io.dotkv.cluster.register.state.ClusterState;
import io.dotkv.cluster.register.state.RetirementChange;
import io.dotkv.kernel.Actor;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Delta;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.HybridTime;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.MultiValueRegister;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.Row;
import io.dotkv.kernel.VersionVector;
import io.dotkv.kernel.ports.SeededRandom;
import io.dotkv.kernel.ports.Subscription;
import io.dotkv.kernel.system.SystemClock;
import io.dotkv.kernel.system.ThreadScheduler;
import io.dotkv.replication.local.LocalReplication;
import io.dotkv.replication.ports.ReplicationPorts;
import io.dotkv.replication.ports.ReplicationSettings;
import io.dotkv.storage.Assignment;
import io.dotkv.storage.AssignmentAck;
import io.dotkv.storage.Digests;
import io.dotkv.storage.MutationListener;
import io.dotkv.storage.Outcome;
import io.dotkv.storage.PartitionClock;
import io.dotkv.storage.PullMessage;
import io.dotkv.storage.Requests;
import io.dotkv.storage.RowPage;
import io.dotkv.storage.RowRepair;
import io.dotkv.storage.StampedWrite;
import io.dotkv.storage.Storage;
import io.dotkv.storage.StorageDescription;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What coordination alone costs: quorum puts and gets over three storages that answer at once. Run by hand; prints
 * microseconds and bytes allocated per operation, of one thread.
 */
final class CoordinationBenchmark {
    private static final List<NodeId> NODES = List.of(new NodeId("a"), new NodeId("b"), new NodeId("c"));
    private static final Bytes PAYLOAD = Bytes.wrap(new byte[1024]);
    private static final int ROUND = 200_000;

    private CoordinationBenchmark() {}

    public static void main(String[] arguments) throws InterruptedException {
        try (ThreadScheduler scheduler =
                        new ThreadScheduler("scheduler", (thread, failure) -> failure.printStackTrace());
                LocalReplication replication = new LocalReplication(
                        new ThreeMembers(),
                        Optional.of(new InstantStorage()),
                        member -> Optional.of(INSTANT.get(NODES.indexOf(member.node()))),
                        member -> {},
                        new ReplicationPorts(
                                new SystemClock(),
                                scheduler,
                                new SeededRandom(1),
                                ReplicationSettings.DEFAULTS,
                                why -> {}))) {
            while (!replication.status().enlisted()) {
                Thread.onSpinWait();
            }
            ContextToken context = put(replication, 0, Optional.empty());
            for (int round = 0; round < 8; round++) {
                measure("put", number -> put(replication, number, Optional.empty()));
                measure("put with context", number -> put(replication, 0, Optional.of(context)));
                measure("get", number -> get(replication, number));
            }
        }
    }

    private static final List<InstantStorage> INSTANT =
            List.of(new InstantStorage(), new InstantStorage(), new InstantStorage());

    private static ContextToken put(LocalReplication replication, int number, Optional<ContextToken> context) {
        WriteResult result = replication
                .write(new Operation.Write(
                        Key.of("key " + number),
                        Optional.of(PAYLOAD),
                        context,
                        Consistency.QUORUM,
                        "id",
                        System.nanoTime() + 5_000_000_000L))
                .toCompletableFuture()
                .join();
        return ((WriteResult.Applied) result).context();
    }

    private static void get(LocalReplication replication, int number) {
        ReadResult result = replication
                .read(new Operation.Read(
                        Key.of("key " + number), Consistency.QUORUM, System.nanoTime() + 5_000_000_000L))
                .toCompletableFuture()
                .join();
        if (!(result instanceof ReadResult.Answered)) {
            throw new IllegalStateException(result.toString());
        }
    }

    private static void measure(String name, Consumer<Integer> operation) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long bytes = threads.getCurrentThreadAllocatedBytes();
        long nanos = threads.getCurrentThreadCpuTime();
        for (int number = 0; number < ROUND; number++) {
            operation.accept(number);
        }
        nanos = threads.getCurrentThreadCpuTime() - nanos;
        bytes = threads.getCurrentThreadAllocatedBytes() - bytes;
        System.out.printf(
                Locale.ROOT,
                "%-18s %6.2f us %6d bytes%n",
                name,
                (double) nanos / ROUND / TimeUnit.MICROSECONDS.toNanos(1),
                bytes / ROUND);
    }

    private static final class ThreeMembers implements Cluster {
        private static ClusterView now() {
            Addresses nowhere = new Addresses(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
            List<Member> members = new ArrayList<>();
            for (NodeId node : NODES) {
                members.add(new Member(node, 1, Health.ALIVE, nowhere, node.name(), 0, "", "", 0));
            }
            Agreement agreement = Agreement.of(ClusterState.first(Formation.first(
                    "0123456789abcdef0123456789abcdef",
                    Bytes.wrap(new byte[32]),
                    NODES,
                    NODES.stream().map(NodeId::name).toList(),
                    256,
                    3)));
            return new ClusterView(NODES.getFirst(), 3, Optional.of(agreement), members);
        }

        @Override
        public CompletionStage<ClusterView> view() {
            return CompletableFuture.completedFuture(now());
        }

        @Override
        public Subscription watch(Consumer<ClusterView> listener) {
            listener.accept(now());
            return () -> {};
        }

        @Override
        public CompletionStage<AgreedBoot> boot(BootRequest request) {
            return CompletableFuture.completedFuture(new AgreedBoot(request.above() + 1, 0));
        }

        @Override
        public CompletionStage<Void> agreeOn(String clusterId, RetirementChange change) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<Departed> remove(NodeId node, boolean force) {
            throw new AssertionError("nobody removes anybody");
        }

        @Override
        public CompletionStage<Departed> leaveForGood(boolean force) {
            throw new AssertionError("nobody leaves");
        }
    }

    /** Answers at once and keeps nothing. */
    private static final class InstantStorage implements Storage {
        private static final Actor ACTOR = new Actor(1, 1);
        private static final Row ROW = new Row(
                List.of(new Leaf(new Dot(ACTOR, 9), Bytes.EMPTY, HybridTime.ofMillis(1), PAYLOAD)),
                DotSet.upTo(ACTOR, 9).union(DotSet.upTo(new Actor(2, 1), 7)).union(DotSet.upTo(new Actor(3, 1), 8)));
        private long counter;

        @Override
        public CompletionStage<Outcome<AssignmentAck>> assume(Assignment mandate) {
            return done(new AssignmentAck(1, Optional.of(ACTOR), 1, 0, "", List.of()));
        }

        @Override
        public CompletionStage<Outcome<Row>> read(Requests.Read request) {
            return done(new Row(ROW.leaves(), ROW.context()));
        }

        @Override
        public void mutate(Requests.Mutate request, MutationListener listener) {
            Delta delta = MultiValueRegister.replaceCovered(
                    request.key(),
                    new Dot(ACTOR, ++counter),
                    HybridTime.ofMillis(1),
                    PAYLOAD,
                    new VersionVector(request.context().orElse(DotSet.EMPTY)));
            listener.assigned(new StampedWrite(delta, 0, false));
            listener.ended(Outcome.done(1L));
        }

        @Override
        public CompletionStage<Outcome<Long>> apply(Requests.Apply request) {
            return done(1L);
        }

        @Override
        public CompletionStage<Outcome<RowPage>> scan(Requests.Scan request) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<Outcome<List<PartitionClock>>> clocks(Set<PartitionId> partitions) {
            return done(List.of());
        }

        @Override
        public CompletionStage<Outcome<Integer>> pull(
                Requests.Pull request, Function<PullMessage, CompletionStage<?>> taker) {
            return done(0);
        }

        @Override
        public CompletionStage<Outcome<Integer>> absorb(PullMessage message) {
            return done(0);
        }

        @Override
        public CompletionStage<Outcome<Digests>> digest(Requests.Digest request) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<Outcome<List<Key>>> damaged() {
            return CompletableFuture.completedFuture(Outcome.done(List.of()));
        }

        @Override
        public CompletionStage<Outcome<RowRepair>> mend(Requests.Mend request) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<Outcome<StorageDescription>> describe() {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isReachable() {
            return true;
        }

        @Override
        public void close() {}

        private static <T> CompletionStage<Outcome<T>> done(T value) {
            return CompletableFuture.completedFuture(Outcome.done(value));
        }
    }
}
