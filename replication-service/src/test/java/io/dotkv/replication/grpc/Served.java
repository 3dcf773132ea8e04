package io.dotkv.replication.grpc;

import io.dotkv.proto.replication.v1.ReplicationServiceGrpc;
import io.dotkv.proto.replication.v1.ReplicationServiceGrpc.ReplicationServiceBlockingStub;
import io.dotkv.proto.replication.v1.ReplicationServiceGrpc.ReplicationServiceStub;
import io.dotkv.replication.Replication;
import io.dotkv.replication.ReplicationAdmin;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** The service over a replication layer, in this process, with a channel to it. */
public final class Served implements AutoCloseable {
    private final Server server;
    private final ManagedChannel channel;

    public Served(Replication replication) {
        this(replication, ReplicationGrpcSettings.defaults());
    }

    public Served(Replication replication, ReplicationGrpcSettings settings) {
        this(
                replication,
                replication instanceof ReplicationAdmin oversight ? oversight : new ScriptedOversight(),
                settings);
    }

    public Served(Replication replication, ReplicationAdmin oversight, ReplicationGrpcSettings settings) {
        String name = InProcessServerBuilder.generateName();
        AtomicInteger ids = new AtomicInteger();
        Supplier<String> requestIds = () -> "made-" + ids.incrementAndGet();
        try {
            server = InProcessServerBuilder.forName(name)
                    .addService(
                            new ReplicationGrpcService(replication, oversight, SingleNode.CLOCK, requestIds, settings))
                    .build()
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        channel = InProcessChannelBuilder.forName(name).build();
    }

    public ManagedChannel channel() {
        return channel;
    }

    ReplicationServiceBlockingStub blocking() {
        return ReplicationServiceGrpc.newBlockingStub(channel);
    }

    ReplicationServiceStub streaming() {
        return ReplicationServiceGrpc.newStub(channel);
    }

    @Override
    public void close() {
        channel.shutdownNow();
        server.shutdownNow();
    }
}
