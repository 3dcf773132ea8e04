package io.dotkv.launcher;

import io.dotkv.proto.cluster.v1.Health;
import io.dotkv.proto.storage.v1.DescribeRequest;
import io.dotkv.proto.storage.v1.DescribeResponse;
import io.dotkv.proto.storage.v1.PeerLag;
import io.dotkv.proto.storage.v1.ScanRequest;
import io.dotkv.proto.storage.v1.ScanResponse;
import io.dotkv.proto.storage.v1.StorageServiceGrpc.StorageServiceImplBase;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Nodes n1, n2, … on loopback ports, all serving one store. What tests of the command line talk to. */
final class FakeCluster implements AutoCloseable {
    /** One node. */
    static final class Node implements AutoCloseable {
        final String name;
        final FakeReplication replication;
        private final Server server;
        private volatile UnaryOperator<DescribeResponse.Builder> description = told -> told;
        private volatile boolean hearsNobody;

        private Node(String name, FakeReplication replication, Server server) {
            this.name = name;
            this.replication = replication;
            this.server = server;
        }

        @Override
        public void close() {
            server.shutdownNow();
        }

        String endpoint() {
            return "127.0.0.1:" + server.getPort();
        }

        /** Every operation of this node meets this fault. */
        void failWith(Fault fault) {
            replication.faults = key -> fault;
        }

        /** Its storage has heard of no other since it started. */
        void hearsNobody() {
            hearsNobody = true;
        }

        /** What its storage says of itself is altered so. */
        void describedAs(UnaryOperator<DescribeResponse.Builder> change) {
            description = change;
        }
    }

    final FakeStore store = new FakeStore();
    final FakeMembership membership = new FakeMembership();
    private final List<Node> nodes = new ArrayList<>();
    private final List<String> endpoints = new ArrayList<>();

    FakeCluster(int size) {
        for (int number = 1; number <= size; number++) {
            nodes.add(start("n" + number));
        }
    }

    private Node start(String name) {
        FakeReplication replication = new FakeReplication(store);
        try {
            Server server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0))
                    .directExecutor()
                    .addService(replication)
                    .addService(membership.serviceOf(name))
                    .addService(storage(name))
                    .build()
                    .start();
            Node node = new Node(name, replication, server);
            membership.add(name, node.endpoint());
            endpoints.add(node.endpoint());
            return node;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** A member that came later: it holds no partitions. */
    Node join(String name) {
        membership.addWithoutPartitions(name);
        Node node = start(name);
        nodes.add(node);
        node.describedAs(told -> told.setPartitions(0));
        return node;
    }

    private StorageServiceImplBase storage(String name) {
        return new StorageServiceImplBase() {
            @Override
            public void describe(DescribeRequest request, StreamObserver<DescribeResponse> answers) {
                DescribeResponse.Builder told = DescribeResponse.newBuilder()
                        .setNode(name)
                        .setBoot(1)
                        .setEngine("memory")
                        .setDurability("sync")
                        .setPartitions(FakeMembership.PARTITIONS)
                        .setDiskBytes(1_234_567);
                Node node = nodeNamed(name);
                answers.onNext(withPeers(node, node.description.apply(told)).build());
                answers.onCompleted();
            }

            @Override
            public void scan(ScanRequest request, StreamObserver<ScanResponse> answers) {
                answers.onNext(ScanResponse.newBuilder()
                        .setPage(store.localScan(request))
                        .build());
                answers.onCompleted();
            }
        };
    }

    /** Of the peers of which nothing else is said, its storage has just heard, and they lack nothing. */
    private DescribeResponse.Builder withPeers(Node node, DescribeResponse.Builder told) {
        for (int number = 1; number <= nodes.size() && !node.hearsNobody; number++) {
            int peer = number;
            if (node(number) != node && told.getPeersList().stream().noneMatch(lag -> lag.getNodeNumber() == peer)) {
                told.addPeers(PeerLag.newBuilder().setNodeNumber(number));
            }
        }
        return told;
    }

    private Node nodeNamed(String name) {
        return nodes.stream().filter(node -> node.name.equals(name)).findFirst().orElseThrow();
    }

    Node node(int number) {
        return nodes.get(number - 1);
    }

    /** The value of {@code --endpoint} that names all nodes. */
    String endpoints() {
        return String.join(",", endpoints);
    }

    /** Takes a node away; the others notice. */
    void kill(int number) {
        killUnnoticed(number);
        membership.believe("n" + number, Health.DEAD);
    }

    /** Takes a node away before the others notice. */
    void killUnnoticed(int number) {
        node(number).server.shutdownNow();
        try {
            node(number).server.awaitTermination();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        nodes.forEach(node -> node.server.shutdownNow());
    }
}
