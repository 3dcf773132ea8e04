package io.dotkv.launcher;

import io.dotkv.proto.cluster.v1.Health;
import io.dotkv.proto.storage.v1.DescribeRequest;
import io.dotkv.proto.storage.v1.DescribeResponse;
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
    static final class Node {
        final String name;
        final FakeReplication replication;
        private final Server server;
        private volatile UnaryOperator<DescribeResponse.Builder> description = told -> told;

        private Node(String name, FakeReplication replication, Server server) {
            this.name = name;
            this.replication = replication;
            this.server = server;
        }

        String endpoint() {
            return "127.0.0.1:" + server.getPort();
        }

        /** Every operation of this node meets this fault. */
        void failWith(Fault fault) {
            replication.faults = key -> fault;
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
                answers.onNext(nodeNamed(name).description.apply(told).build());
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
