package io.dotkv.launcher.connection;

import io.grpc.netty.shaded.io.netty.channel.Channel;
import java.net.SocketAddress;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The connections that others have made to this node; never more than a bound.
 *
 * <p>At the bound, new connections take the places of those of clients that have been idle longest, if that is at least
 * five seconds; else they are refused. Connections of other nodes, and those with a call under way, are not closed.
 *
 * <p>Threading: any thread; connections are taken on one at a time.
 */
public final class Connections {
    /** How long a client's connection is left alone, however many others wait. */
    static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** One in so many is closed at once, so that not every new connection has to look for room. */
    private static final int CLOSED_AT_ONCE = 64;

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final int bound;
    private final LongSupplier nanoTime;
    private final Map<SocketAddress, OpenConnection> open = new ConcurrentHashMap<>();
    private long lookAgainNanos;

    /** None yet, and never more than the bound. */
    public Connections(int bound, LongSupplier nanoTime) {
        this.bound = bound;
        this.nanoTime = nanoTime;
        this.lookAgainNanos = nanoTime.getAsLong();
    }

    /** Takes a connection, unless there are too many. */
    synchronized Optional<OpenConnection> take(Channel channel) {
        if (channel.remoteAddress() == null || (open.size() >= bound && !makeRoom())) {
            return Optional.empty();
        }
        OpenConnection taken = new OpenConnection(channel, nanoTime);
        open.put(taken.from(), taken);
        var _ = channel.closeFuture().addListener(_ -> open.remove(taken.from(), taken));
        return Optional.of(taken);
    }

    /** Looks at all of them, so it is not done again soon when it found nothing. */
    private boolean makeRoom() {
        long now = nanoTime.getAsLong();
        if (now - lookAgainNanos < 0) {
            return false;
        }
        List<OpenConnection> idle = open.values().stream()
                .filter(connection -> connection.idleNanos(now) >= IDLE_NANOS)
                .sorted(Comparator.comparingLong((OpenConnection connection) -> connection.idleNanos(now))
                        .reversed())
                .limit(1 + bound / CLOSED_AT_ONCE)
                .toList();
        for (OpenConnection connection : idle) {
            open.remove(connection.from());
            connection.leave();
        }
        if (idle.isEmpty()) {
            lookAgainNanos = now + PAUSE_NANOS;
        }
        return !idle.isEmpty();
    }

    /** Notes that another node calls from this address. */
    void peerAt(SocketAddress address) {
        OpenConnection connection = open.get(address);
        if (connection != null) {
            connection.isOfPeer();
        }
    }

    int count() {
        return open.size();
    }
}
