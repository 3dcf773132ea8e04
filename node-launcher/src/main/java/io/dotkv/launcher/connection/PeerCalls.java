package io.dotkv.launcher.connection;

import io.dotkv.proto.cluster.v1.ClusterServiceGrpc;
import io.dotkv.proto.gossip.v1.GossipServiceGrpc;
import io.dotkv.proto.replication.v1.ReplicationServiceGrpc;
import io.dotkv.proto.storage.v1.StorageServiceGrpc;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.net.SocketAddress;
import java.util.Set;

/** Recognizes the connections of other nodes by the calls that only nodes make. */
public final class PeerCalls implements ServerInterceptor {
    private static final Set<String> METHODS = Set.of(
            GossipServiceGrpc.getExchangeMethod().getFullMethodName(),
            ClusterServiceGrpc.getProbeMethod().getFullMethodName(),
            ClusterServiceGrpc.getExchangeStateMethod().getFullMethodName(),
            ClusterServiceGrpc.getAttachMethod().getFullMethodName(),
            StorageServiceGrpc.getExchangeMethod().getFullMethodName(),
            ReplicationServiceGrpc.getPullNowMethod().getFullMethodName());

    private final Connections connections;

    /** Tells these connections. */
    public PeerCalls(Connections connections) {
        this.connections = connections;
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        if (METHODS.contains(call.getMethodDescriptor().getFullMethodName())) {
            SocketAddress from = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
            if (from != null) {
                connections.peerAt(from);
            }
        }
        return next.startCall(call, headers);
    }
}
