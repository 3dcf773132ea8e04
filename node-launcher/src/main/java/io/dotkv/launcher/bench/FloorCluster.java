package io.dotkv.launcher.bench;

import io.dotkv.launcher.child.Child;
import io.dotkv.launcher.child.Program;
import io.dotkv.launcher.child.Readiness;
import io.dotkv.launcher.client.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Three floor nodes as child processes, for as long as this is open. */
final class FloorCluster implements AutoCloseable {
    private static final int NODES = 3;
    private static final String LOOPBACK = "127.0.0.1";
    private static final long START_SECONDS = 20;
    private static final long STOP_SECONDS = 5;

    private final List<Endpoint> endpoints;
    private final List<Child> children = new ArrayList<>();
    private final Path log;

    private FloorCluster(List<Endpoint> endpoints, Path log) {
        this.endpoints = endpoints;
        this.log = log;
    }

    /** Starts the nodes and waits until all serve. */
    static FloorCluster start(Program program, int valueBytes) throws IOException, InterruptedException {
        FloorCluster cluster = new FloorCluster(freeEndpoints(), Files.createTempFile("dotkv-floor-", ".log"));
        boolean ready = false;
        try {
            for (Endpoint endpoint : cluster.endpoints) {
                cluster.launch(program, endpoint, valueBytes);
            }
            cluster.awaitReady();
            ready = true;
            return cluster;
        } finally {
            if (!ready) {
                cluster.close();
            }
        }
    }

    private void launch(Program program, Endpoint endpoint, int valueBytes) throws IOException {
        String peers = String.join(
                ",",
                endpoints.stream()
                        .filter(other -> !other.equals(endpoint))
                        .map(Endpoint::toString)
                        .toList());
        List<String> arguments = List.of(
                "bench-floor-node",
                "--listen",
                endpoint.toString(),
                "--peers",
                peers,
                "--value-size",
                Integer.toString(valueBytes),
                "--parent-pid",
                Long.toString(ProcessHandle.current().pid()));
        children.add(Child.start("floor node", log, program.command(arguments)));
    }

    private void awaitReady() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        for (int index = 0; index < NODES; index++) {
            if (!Readiness.await(children.get(index), endpoints.get(index), deadline)) {
                throw new IOException("a node of the floor did not start; it said: "
                        + children.get(index).tail());
            }
        }
    }

    private static List<Endpoint> freeEndpoints() throws IOException {
        List<Endpoint> endpoints = new ArrayList<>();
        List<ServerSocket> held = new ArrayList<>();
        for (int index = 0; index < NODES; index++) {
            ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral(LOOPBACK));
            held.add(socket);
            endpoints.add(new Endpoint(LOOPBACK, socket.getLocalPort()));
        }
        for (ServerSocket socket : held) {
            socket.close();
        }
        return endpoints;
    }

    /** Where the nodes listen. */
    List<Endpoint> endpoints() {
        return endpoints;
    }

    /** The numbers of their processes. */
    List<Long> pids() {
        return children.stream().map(Child::pid).toList();
    }

    @Override
    public void close() throws IOException {
        children.forEach(Child::askToStop);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(STOP_SECONDS);
        children.forEach(child -> child.awaitStop(deadline));
        Files.deleteIfExists(log);
    }
}
