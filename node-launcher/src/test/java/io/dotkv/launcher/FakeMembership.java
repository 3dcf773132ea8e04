package io.dotkv.launcher;

import io.dotkv.proto.cluster.v1.Addresses;
import io.dotkv.proto.cluster.v1.ClusterServiceGrpc.ClusterServiceImplBase;
import io.dotkv.proto.cluster.v1.Departed;
import io.dotkv.proto.cluster.v1.Departure;
import io.dotkv.proto.cluster.v1.GetClusterRequest;
import io.dotkv.proto.cluster.v1.GetClusterResponse;
import io.dotkv.proto.cluster.v1.GetLayoutRequest;
import io.dotkv.proto.cluster.v1.GetLayoutResponse;
import io.dotkv.proto.cluster.v1.Health;
import io.dotkv.proto.cluster.v1.Member;
import io.dotkv.proto.cluster.v1.PartitionReplicas;
import io.dotkv.proto.cluster.v1.Phase;
import io.dotkv.proto.cluster.v1.WatchRequest;
import io.dotkv.proto.cluster.v1.WatchResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The members of a fake cluster and what is believed of them; the cluster layer of each of its nodes answers from it.
 */
final class FakeMembership {
    static final int PARTITIONS = 256;

    private final Map<String, String> addresses = new ConcurrentHashMap<>();
    private final Map<String, Health> health = new ConcurrentHashMap<>();
    private final Map<String, Departure> departed = new ConcurrentHashMap<>();
    private final Set<String> withoutPartitions = ConcurrentHashMap.newKeySet();
    private final Map<StreamObserver<WatchResponse>, String> watchers = new ConcurrentHashMap<>();
    private final AtomicInteger begun = new AtomicInteger();
    volatile String clusterId = "00112233445566778899aabbccddeeff";
    volatile Phase phase = Phase.FORMED;

    void add(String node, String address) {
        addresses.put(node, address);
        health.put(node, Health.ALIVE);
    }

    /** What every node believes of this one. */
    void believe(String node, Health believed) {
        health.put(node, believed);
        watchers.forEach((watcher, of) -> tell(watcher, of));
    }

    private void tell(StreamObserver<WatchResponse> watcher, String node) {
        synchronized (watcher) {
            watcher.onNext(WatchResponse.newBuilder().setCluster(seenBy(node)).build());
        }
    }

    /** How many have begun to watch so far, those included that have ended. */
    int watchers() {
        return begun.get();
    }

    /** It is a member no more, and keeps its places in the layout. */
    void depart(String node, Departure how) {
        departed.put(node, how);
    }

    /** A member that the layout places nothing on. */
    void addWithoutPartitions(String node) {
        withoutPartitions.add(node);
    }

    private List<String> nodes() {
        return new ArrayList<>(new TreeMap<>(addresses).keySet());
    }

    private GetClusterResponse seenBy(String node) {
        GetClusterResponse.Builder cluster = GetClusterResponse.newBuilder()
                .setPhase(phase)
                .setClusterId(phase == Phase.FORMED ? clusterId : "")
                .setAnsweredBy(node)
                .setExpect(3);
        int number = 0;
        for (String member : nodes()) {
            String address = addresses.getOrDefault(member, "");
            Departure how = departed.get(member);
            if (how != null) {
                cluster.addDeparted(Departed.newBuilder()
                        .setNode(member)
                        .setNumber(++number)
                        .setHow(how)
                        .setPartitions(PARTITIONS));
                continue;
            }
            cluster.addMembers(Member.newBuilder()
                    .setNode(member)
                    .setNumber(++number)
                    .setHealth(health.get(member))
                    .setSinceMillis(65_000)
                    .setIncarnation(7)
                    .setNoticedBy("n1")
                    .setReason("the test says so")
                    .setPartitions(withoutPartitions.contains(member) ? 0 : PARTITIONS)
                    .setAddresses(Addresses.newBuilder()
                            .setStorage(address)
                            .setGossip(address)
                            .setCluster(address)
                            .setReplication(address)));
        }
        return cluster.build();
    }

    private GetLayoutResponse layout() {
        List<String> nodes = nodes();
        nodes.removeAll(withoutPartitions);
        GetLayoutResponse.Builder layout = GetLayoutResponse.newBuilder().setVersion(1);
        for (int partition = 0; partition < PARTITIONS; partition++) {
            PartitionReplicas.Builder replicas = PartitionReplicas.newBuilder().setPartition(partition);
            for (int copy = 0; copy < Math.min(3, nodes.size()); copy++) {
                replicas.addNodes(nodes.get((partition + copy) % nodes.size()));
            }
            layout.addPartitions(replicas);
        }
        return layout.build();
    }

    /** The cluster layer of one node. */
    ClusterServiceImplBase serviceOf(String node) {
        return new ClusterServiceImplBase() {
            @Override
            public void getCluster(GetClusterRequest request, StreamObserver<GetClusterResponse> answers) {
                answers.onNext(seenBy(node));
                answers.onCompleted();
            }

            @Override
            public void watch(WatchRequest request, StreamObserver<WatchResponse> answers) {
                ((ServerCallStreamObserver<WatchResponse>) answers).setOnCancelHandler(() -> watchers.remove(answers));
                tell(answers, node);
                watchers.put(answers, node);
                begun.incrementAndGet();
            }

            @Override
            public void getLayout(GetLayoutRequest request, StreamObserver<GetLayoutResponse> answers) {
                answers.onNext(layout());
                answers.onCompleted();
            }
        };
    }
}
