package io.dotkv.cluster.grpc;

import com.google.common.net.InetAddresses;
import io.dotkv.cluster.ClusterPeer;
import io.dotkv.cluster.ClusterTransport;
import io.dotkv.wire.ConnectBackoff;
import io.grpc.Channel;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Carries the cluster layer's messages over gRPC. Any thread.
 *
 * <p>A channel that waits before it connects again is told to try at once, see {@link ConnectBackoff}.
 */
public final class GrpcClusterTransport implements ClusterTransport {
    private static final long RESOLVE_SECONDS = 3;

    private final Function<String, Channel> channels;
    private final Executor resolver;

    /**
     * @param channels gives the channel to a {@code host:port}; the launcher owns and closes it
     * @param resolver runs the blocking look-ups of host names
     */
    public GrpcClusterTransport(Function<String, Channel> channels, Executor resolver) {
        this.channels = channels;
        this.resolver = resolver;
    }

    @Override
    public ClusterPeer at(String address, long timeoutNanos) {
        Channel channel = channels.apply(address);
        ConnectBackoff.reset(channel);
        return new GrpcClusterPeer(channel, timeoutNanos);
    }

    @Override
    public CompletionStage<List<String>> resolve(String seed) {
        return CompletableFuture.supplyAsync(() -> lookUp(seed), resolver).orTimeout(RESOLVE_SECONDS, TimeUnit.SECONDS);
    }

    private static List<String> lookUp(String seed) {
        int colon = seed.lastIndexOf(':');
        if (colon < 1) {
            throw new IllegalArgumentException("a seed is host:port, not \"" + seed + "\"");
        }
        String host = seed.substring(0, colon).replaceAll("[\\[\\]]", "");
        String port = seed.substring(colon);
        List<String> addresses = new ArrayList<>();
        try {
            for (InetAddress address : InetAddress.getAllByName(host)) {
                addresses.add(InetAddresses.toUriString(address) + port);
            }
        } catch (UnknownHostException e) {
            throw new CompletionException("the host name " + host + " is not known", e);
        }
        return addresses;
    }
}
