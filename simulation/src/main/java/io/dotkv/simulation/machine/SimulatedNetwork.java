package io.dotkv.simulation.machine;

import io.dotkv.kernel.ports.RandomSource;
import io.dotkv.kernel.simulated.SimulatedTime;
import io.dotkv.simulation.history.Trace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * The network between all hosts: it delays, reorders, doubles and loses messages, and can be cut between any two hosts,
 * each way for itself. One thread.
 */
public final class SimulatedNetwork {
    private final SimulatedTime time;
    private final RandomSource random;
    private final Trace trace;
    private final Map<String, Host> hosts = new TreeMap<>();
    private final List<SimulatedConnection> connections = new ArrayList<>();
    private boolean[][] cut = new boolean[0][0];
    private NetworkProfile weather;

    public SimulatedNetwork(SimulatedTime time, RandomSource random, Trace trace, NetworkProfile weather) {
        this.time = time;
        this.random = random;
        this.trace = trace;
        this.weather = weather;
    }

    public Host addHost(String name) {
        Host host = new Host(name, hosts.size());
        hosts.put(host.address(), host);
        cut = new boolean[hosts.size()][hosts.size()];
        return host;
    }

    public NetworkProfile weather() {
        return weather;
    }

    public void become(NetworkProfile changed) {
        weather = changed;
    }

    /** Cuts the way from one host to another, that way only. */
    public void cut(Host from, Host to) {
        cut[from.number()][to.number()] = true;
    }

    public void mend(Host from, Host to) {
        cut[from.number()][to.number()] = false;
    }

    boolean isOpen(Host from, Host to) {
        return !cut[from.number()][to.number()];
    }

    RandomSource random() {
        return random;
    }

    Trace trace() {
        return trace;
    }

    long nowNanos() {
        return time.monotonicNanos();
    }

    /**
     * Why a call has no answer. So many are made that they have no trace of the stack, which would always be the same.
     */
    private static final class NoAnswer extends IOException {
        private static final long serialVersionUID = 1;

        NoAnswer(String why) {
            super(why);
        }

        @Override
        public Throwable fillInStackTrace() {
            return this;
        }
    }

    /** Who answers a call, and with what. */
    public interface Handler<T> extends Function<NodeProcess.Services, CompletionStage<T>> {}

    /**
     * A call with one answer, which comes within the timeout or fails.
     *
     * @param mayDouble whether the request may arrive twice
     */
    public <T> CompletionStage<T> call(
            NodeProcess from, String address, String what, long timeoutNanos, boolean mayDouble, Handler<T> handler) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        var timeout = from.scheduler()
                .schedule(() -> answer.completeExceptionally(new NoAnswer("no answer in time")), timeoutNanos);
        var _ = answer.whenComplete((value, failure) -> timeout.cancel());
        Host to = hosts.get(address);
        NodeProcess there = to == null ? null : to.running();
        if (there == null || !there.isServing()) {
            if (to != null && isOpen(from.host(), to) && isOpen(to, from.host())) {
                long roundTripNanos = weather.delayNanos(random) + weather.delayNanos(random);
                from.in(roundTripNanos, () -> answer.completeExceptionally(new NoAnswer("connection refused")));
            }
            return answer;
        }
        int times = mayDouble && weather.doubles(random) ? 2 : 1;
        for (int time = 0; time < times; time++) {
            send(from, there, what, () -> answer(from, there, what, handler, answer));
        }
        return answer;
    }

    private <T> void answer(
            NodeProcess from, NodeProcess there, String what, Handler<T> handler, CompletableFuture<T> answer) {
        handler.apply(there.services())
                .whenComplete((value, failure) -> send(there, from, what + " answered", () -> {
                    if (failure == null) {
                        answer.complete(value);
                    } else {
                        answer.completeExceptionally(failure);
                    }
                }));
    }

    private void send(NodeProcess from, NodeProcess to, String what, Runnable arrival) {
        if (!from.isAlive()) {
            return;
        }
        if (weather.loses(random)) {
            trace.event(from.host().name(), what + " is lost on the way to " + to.host());
            return;
        }
        to.in(weather.delayNanos(random), () -> {
            if (isOpen(from.host(), to.host())) {
                trace.event(to.host().name(), what + " from " + from.host());
                arrival.run();
            }
        });
    }

    void add(SimulatedConnection connection) {
        connections.add(connection);
    }

    void remove(SimulatedConnection connection) {
        connections.remove(connection);
    }

    /** The connections between two hosts break, as seen from both ends. */
    public void reset(Host one, Host other) {
        for (SimulatedConnection connection : List.copyOf(connections)) {
            if (connection.isBetween(one, other)) {
                connection.breakOff("the connection was reset");
            }
        }
    }

    /** A process has ended: its machine closes its connections. */
    void ended(NodeProcess process) {
        for (SimulatedConnection connection : List.copyOf(connections)) {
            connection.endOf(process);
        }
    }
}
