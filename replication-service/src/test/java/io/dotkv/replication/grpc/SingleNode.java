package io.dotkv.replication.grpc;

import io.dotkv.cluster.Addresses;
import io.dotkv.cluster.Agreement;
import io.dotkv.cluster.Cluster;
import io.dotkv.cluster.ClusterView;
import io.dotkv.cluster.Health;
import io.dotkv.cluster.Member;
import io.dotkv.cluster.layout.Formation;
import io.dotkv.cluster.register.state.ClusterState;
import io.dotkv.cluster.register.state.RetirementChange;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.ports.Clock;
import io.dotkv.kernel.ports.SeededRandom;
import io.dotkv.kernel.ports.Subscription;
import io.dotkv.kernel.system.SystemClock;
import io.dotkv.kernel.system.ThreadScheduler;
import io.dotkv.replication.local.LocalReplication;
import io.dotkv.replication.ports.ReplicationPorts;
import io.dotkv.replication.ports.ReplicationSettings;
import io.dotkv.storage.engine.MemoryEngine;
import io.dotkv.storage.identity.MemoryIdentityStore;
import io.dotkv.storage.local.LocalStorage;
import io.dotkv.storage.local.StoragePorts;
import io.dotkv.storage.local.StorageSettings;
import io.dotkv.storage.system.ThreadWorkers;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** A cluster of one node, in this process, with the real storage on the memory engine and the real threads. */
public final class SingleNode implements AutoCloseable {
    public static final Clock CLOCK = new SystemClock();
    private static final NodeId ONLY = new NodeId("only");

    private final ThreadScheduler scheduler = new ThreadScheduler("test-scheduler", (thread, failure) -> {
        throw new AssertionError(failure);
    });
    private final LocalStorage storage = new LocalStorage(
            new MemoryEngine(),
            new MemoryIdentityStore(),
            StorageSettings.defaults(StorageSettings.Durability.SYNC, 1),
            new StoragePorts(CLOCK, new SeededRandom(1), "boot", new ThreadWorkers(), failure -> {
                throw new AssertionError(failure);
            }));
    private final LocalReplication replication = new LocalReplication(
            new OneMember(),
            Optional.of(storage),
            member -> Optional.empty(),
            member -> {},
            new ReplicationPorts(CLOCK, scheduler, new SeededRandom(2), ReplicationSettings.DEFAULTS, why -> {}));

    LocalReplication replication() {
        return replication;
    }

    @Override
    public void close() {
        replication.close();
        storage.close();
        scheduler.close();
    }

    private static final class OneMember implements Cluster {
        private static ClusterView now() {
            Addresses nowhere = new Addresses(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
            Member member = new Member(ONLY, 1, Health.ALIVE, nowhere, "aa", 0, "", "", 0);
            Agreement agreement = Agreement.of(ClusterState.first(Formation.first(
                    "0123456789abcdef0123456789abcdef",
                    Bytes.wrap(new byte[32]),
                    List.of(ONLY),
                    List.of("aa"),
                    16,
                    3)));
            return new ClusterView(ONLY, 1, Optional.of(agreement), List.of(member));
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
}
