package io.dotkv.simulation.machine;

import io.dotkv.storage.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * The line of a process to another node: one {@link SimulatedConnection} at a time, opened again, ever more patiently,
 * when it breaks.
 */
final class ReconnectingLine {
    private static final long FIRST_BACKOFF_NANOS = 50_000_000;
    private static final long LAST_BACKOFF_NANOS = 1_000_000_000;

    private final SimulatedNetwork network;
    private final NodeProcess client;
    private final Host host;
    private @Nullable SimulatedConnection connection;
    private long backoffNanos = FIRST_BACKOFF_NANOS;
    private boolean closed;

    /** Begins to connect. */
    ReconnectingLine(SimulatedNetwork network, NodeProcess client, Host host) {
        this.network = network;
        this.client = client;
        this.host = host;
        client.in(0, this::connect);
    }

    private void connect() {
        NodeProcess there = host.running();
        if (closed || there == null || !there.isServing() || !isOpen()) {
            connectLater();
            return;
        }
        long handshakeNanos = 3 * network.weather().delayNanos(network.random());
        client.in(handshakeNanos, () -> {
            if (there.isAlive() && isOpen()) {
                backoffNanos = FIRST_BACKOFF_NANOS;
                connection = new SimulatedConnection(network, client, there, this::lost);
                network.trace().event(client.host().name(), "connected to " + host);
            } else {
                connectLater();
            }
        });
    }

    private boolean isOpen() {
        return network.isOpen(client.host(), host) && network.isOpen(host, client.host());
    }

    private void connectLater() {
        if (!closed) {
            client.scheduler().schedule(this::connect, backoffNanos);
            backoffNanos = Math.min(LAST_BACKOFF_NANOS, 2 * backoffNanos);
        }
    }

    private void lost() {
        connection = null;
        connectLater();
    }

    /** The connection that there is now, or null. */
    @Nullable
    SimulatedConnection connection() {
        return connection;
    }

    /** How a call goes out, or why it does not. */
    record Way(
            @Nullable SimulatedConnection through,
            long leftNanos,
            @Nullable Refusal refusal) {
        SimulatedConnection connection() {
            if (through == null) {
                throw new IllegalStateException("a call that is refused has no connection");
            }
            return through;
        }

        /** The deadline of the call by the server's clock. */
        long deadlineThere() {
            return connection().server().clock().monotonicNanos() + leftNanos;
        }
    }

    /** How a call with this deadline goes out now. The connection may be found broken over it. */
    Way way(long deadlineNanos) {
        long leftNanos = deadlineNanos - client.clock().monotonicNanos();
        SimulatedConnection current = connection;
        if (leftNanos < 0) {
            return new Way(null, 0, new Refusal(Refusal.Reason.EXPIRED, 0, "the deadline had passed before the call"));
        }
        if (current != null && network.weather().resets(network.random())) {
            current.breakOff("it was found broken");
            connection = null;
            current = null;
        }
        return current == null ? new Way(null, 0, unreachable()) : new Way(current, leftNanos, null);
    }

    /** Why a call does not go out while there is no connection. */
    Refusal unreachable() {
        return new Refusal(Refusal.Reason.UNREACHABLE, 0, "there is no connection to " + host + "; nothing was sent");
    }

    void close() {
        closed = true;
        if (connection != null) {
            connection.breakOff("the client closes it");
        }
    }
}
