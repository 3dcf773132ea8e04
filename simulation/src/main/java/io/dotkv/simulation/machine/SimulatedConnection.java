package io.dotkv.simulation.machine;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * One connection of the data path, from the process that calls to the one that serves: what is sent arrives in order,
 * each way for itself, or the connection breaks. Then every call that waits for an answer learns so, and of what was
 * under way to the server a part arrives all the same.
 *
 * <p>Where the way is cut nothing arrives, until it is mended or the keepalive finds out.
 */
final class SimulatedConnection {
    private static final long RETRY_NANOS = 200_000_000;
    private static final long KEEP_ALIVE_NANOS = 15_000_000_000L;

    private final SimulatedNetwork network;
    private final NodeProcess client;
    private final NodeProcess server;
    private final Runnable onBroken;
    private final Lane toServer;
    private final Lane toClient;
    private final Map<Long, Consumer<String>> waiting = new TreeMap<>();
    private final Map<Long, Consumer<String>> serving = new TreeMap<>();
    private long calls;
    private boolean broken;

    /** @param onBroken is told at the client, once */
    SimulatedConnection(SimulatedNetwork network, NodeProcess client, NodeProcess server, Runnable onBroken) {
        this.network = network;
        this.client = client;
        this.server = server;
        this.onBroken = onBroken;
        this.toServer = new Lane(client, server);
        this.toClient = new Lane(server, client);
        network.add(this);
    }

    NodeProcess server() {
        return server;
    }

    boolean isBetween(Host one, Host other) {
        return (client.host() == one && server.host() == other) || (client.host() == other && server.host() == one);
    }

    /** Begins a call of the client; its number. The consumer is told when the connection breaks before it is over. */
    long begin(Consumer<String> onBreak) {
        waiting.put(calls, onBreak);
        return calls++;
    }

    /** Whether the call is not over. */
    boolean isWaiting(long call) {
        return waiting.containsKey(call);
    }

    /** The call is over; false when it was already. */
    boolean end(long call) {
        return waiting.remove(call) != null;
    }

    /**
     * Something of a call goes on at the server, which is told when the connection breaks; replaces what was before.
     */
    void serve(long call, Consumer<String> onBreak) {
        serving.put(call, onBreak);
    }

    void served(long call) {
        serving.remove(call);
    }

    void toServer(String what, Runnable arrival) {
        toServer.send(what, arrival);
    }

    void toClient(String what, Runnable arrival) {
        toClient.send(what, arrival);
    }

    /** One of both processes has ended. */
    void endOf(NodeProcess process) {
        if (process != client && process != server) {
            return;
        }
        NodeProcess other = process == client ? server : client;
        boolean told = network.isOpen(process.host(), other.host());
        long afterNanos = told ? network.weather().delayNanos(network.random()) : KEEP_ALIVE_NANOS;
        other.in(afterNanos, () -> breakOff("the other process has ended"));
    }

    void breakOff(String why) {
        if (broken) {
            return;
        }
        broken = true;
        network.remove(this);
        network.trace().event(client.host().name(), "connection to " + server.host() + " breaks: " + why);
        toServer.deliverSome();
        tellAll(waiting, client, why);
        tellAll(serving, server, why);
        client.in(0, onBroken);
    }

    private static void tellAll(Map<Long, Consumer<String>> all, NodeProcess at, String why) {
        for (Consumer<String> one : all.values()) {
            at.in(0, () -> one.accept(why));
        }
        all.clear();
    }

    private record Message(String what, long dueNanos, Runnable arrival) {}

    /** One direction. */
    private final class Lane {
        private final NodeProcess from;
        private final NodeProcess to;
        private final Deque<Message> underWay = new ArrayDeque<>();
        private long lastDueNanos;
        private long stalledSinceNanos = -1;
        private boolean retrying;

        Lane(NodeProcess from, NodeProcess to) {
            this.from = from;
            this.to = to;
        }

        void send(String what, Runnable arrival) {
            if (broken || !from.isAlive()) {
                return;
            }
            long nowNanos = network.nowNanos();
            long dueNanos = nowNanos + network.weather().streamDelayNanos(network.random());
            lastDueNanos = Math.max(lastDueNanos, dueNanos);
            underWay.add(new Message(what, lastDueNanos, arrival));
            to.in(lastDueNanos - nowNanos, this::deliver);
        }

        private void deliver() {
            while (!broken && !retrying && !underWay.isEmpty() && underWay.getFirst().dueNanos <= network.nowNanos()) {
                if (!network.isOpen(from.host(), to.host())) {
                    stall();
                    return;
                }
                stalledSinceNanos = -1;
                arrive(underWay.removeFirst());
            }
        }

        private void arrive(Message message) {
            network.trace().event(to.host().name(), message.what + " from " + from.host());
            message.arrival.run();
        }

        private void stall() {
            long nowNanos = network.nowNanos();
            if (stalledSinceNanos >= 0 && nowNanos - stalledSinceNanos >= KEEP_ALIVE_NANOS) {
                breakOff("nothing gets through");
                return;
            }
            stalledSinceNanos = stalledSinceNanos < 0 ? nowNanos : stalledSinceNanos;
            retrying = true;
            to.in(RETRY_NANOS, () -> {
                retrying = false;
                deliver();
            });
        }

        /**
         * The connection is broken: what had arrived at the other machine by then is taken there, and nobody learns of
         * it.
         */
        void deliverSome() {
            int some = network.random().nextInt(underWay.size() + 1);
            for (int at = 0; at < some; at++) {
                Message message = underWay.removeFirst();
                to.in(Math.max(0, message.dueNanos - network.nowNanos()), () -> {
                    if (network.isOpen(from.host(), to.host())) {
                        arrive(message);
                    }
                });
            }
            underWay.clear();
        }
    }
}
