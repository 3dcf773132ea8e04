package io.dotkv.launcher.node;

import io.dotkv.launcher.child.ParentWatch;
import io.dotkv.launcher.cli.format.FileErrors;
import io.dotkv.launcher.connection.FileLimits;
import io.dotkv.launcher.node.limits.OwnMemory;
import io.dotkv.replication.ReplicationStatus;
import io.dotkv.replication.local.LocalReplication;
import io.dotkv.storage.engine.EngineException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node from its start to its stop.
 *
 * <p>The stop goes from the top down and leaves nothing half done: health says NOT_SERVING, requests that were taken
 * are finished, new ones are refused as surely not applied, the other members are told, and the storage is synced and
 * closed last.
 */
final class Node {
    private static final Logger LOG = LoggerFactory.getLogger(Node.class);
    private static final int FAILED = 7;
    private static final long HEALTH_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long GIVE_BACK_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long DRAIN_MILLIS = 5_000;
    private static final long STREAMS_MILLIS = 200;

    private final NodeSettings settings;
    private final Ports ports;
    private final Layers layers;
    private final NodeServer server;
    private final OwnMemory memory = new OwnMemory();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicBoolean stopping = new AtomicBoolean();
    private volatile boolean failed;
    private boolean serving;

    private Node(NodeSettings settings) throws IOException {
        this.settings = settings;
        this.ports = new Ports(Math.max(1, Runtime.getRuntime().availableProcessors() / 2), settings.wireCompression());
        this.layers = new Layers(settings, ports, this::fail);
        layers.build();
        this.server = new NodeServer(
                settings.listen().socketAddress(),
                ports.loops(),
                settings.wireCompression(),
                settings.memory().network(),
                layers.services());
    }

    /** Runs a node until the process is told to end; the exit code. */
    static int run(NodeSettings settings) throws InterruptedException {
        if (!canOpenEnough(settings) || !canListen(settings)) {
            return FAILED;
        }
        Node node;
        try {
            DataFolder.prepare(settings);
            node = new Node(settings);
        } catch (IOException | EngineException e) {
            LOG.error("node {} cannot start: {}{}", settings.name(), e.getMessage(), FileErrors.behind(e));
            return FAILED;
        }
        Runtime.getRuntime().addShutdownHook(new Thread(node::endOfProcess, "dotkv-stop"));
        settings.parentPid().ifPresent(parent -> ParentWatch.onGone(parent, () -> stopAfter(parent)));
        if (!node.start()) {
            node.stop();
            return FAILED;
        }
        node.ended.await();
        node.stop();
        return node.failed ? FAILED : 0;
    }

    private static boolean canOpenEnough(NodeSettings settings) {
        long files = FileLimits.ofProcess().total();
        if (files < FileLimits.LEAST) {
            LOG.error(
                    "node {} cannot start: the process may open only {} files, and needs {}. Raise ulimit -n",
                    settings.name(),
                    files,
                    FileLimits.LEAST);
        }
        return files >= FileLimits.LEAST;
    }

    /** Asked before anything is made or opened, so that a wrong port leaves no data folder behind. */
    private static boolean canListen(NodeSettings settings) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(settings.listen().socketAddress());
            return true;
        } catch (IOException e) {
            sayCannotListen(settings, e);
            return false;
        }
    }

    private static void sayCannotListen(NodeSettings settings, IOException e) {
        LOG.error(
                "node {} cannot listen on {}: {}. {}",
                settings.name(),
                settings.listen(),
                e.getMessage(),
                whyNot(settings.listen().socketAddress(), String.valueOf(e.getMessage())));
    }

    private static String whyNot(InetSocketAddress address, String reason) {
        if (address.isUnresolved()) {
            return "The host name cannot be resolved; choose another address with --listen";
        }
        if (reason.contains("in use")) {
            return "Is another program using the port? Choose another with --listen";
        }
        return "Is it an address of this machine, and may this user take the port? Choose another with --listen";
    }

    /**
     * The exit code of a process that a signal ends is the signal's; one that stopped as it was told to ends with 0.
     */
    private void endOfProcess() {
        if (stop() && !failed) {
            Runtime.getRuntime().halt(0);
        }
    }

    private static void stopAfter(long parent) {
        LOG.info("process {} has ended, so this node stops", parent);
        System.exit(0);
    }

    private boolean start() {
        try {
            server.start();
        } catch (IOException e) {
            sayCannotListen(settings, e);
            return false;
        }
        LOG.info(
                "node {} runs {}, listens on {} (others reach it at {}), and stores in {}",
                settings.name(),
                settings.services().stream().sorted().map(Service::toString).collect(Collectors.joining(", ")),
                settings.listen(),
                settings.advertise(),
                settings.storage().engine() == NodeSettings.EngineKind.MEMORY
                        ? "memory"
                        : settings.data().toAbsolutePath());
        LOG.info("node {} may use {}", settings.name(), settings.memory());
        layers.start();
        ports.scheduler().execute(this::watchHealth);
        ports.scheduler().schedule(this::giveBackMemory, GIVE_BACK_NANOS);
        return true;
    }

    private void giveBackMemory() {
        memory.giveBack();
        if (!stopping.get()) {
            ports.scheduler().schedule(this::giveBackMemory, GIVE_BACK_NANOS);
        }
    }

    private void watchHealth() {
        boolean now = isServing(layers.replication());
        if (now != serving) {
            serving = now;
            server.setServing(now);
            LOG.info("node {} {}", settings.name(), now ? "serves requests" : "does not serve requests");
        }
        if (!stopping.get()) {
            ports.scheduler().schedule(this::watchHealth, HEALTH_NANOS);
        }
    }

    private static boolean isServing(@Nullable LocalReplication replication) {
        if (replication == null) {
            return true;
        }
        ReplicationStatus status = replication.status();
        return status.ready() && status.enlisted();
    }

    private void fail(Throwable cause) {
        LOG.error("node {} stops after a fatal error: {}", settings.name(), cause.getMessage());
        failed = true;
        ended.countDown();
    }

    /** Stops in order; false when that was begun before. */
    private boolean stop() {
        if (!stopping.compareAndSet(false, true)) {
            return false;
        }
        LOG.info("node {} stops", settings.name());
        server.leaveService();
        drain(layers.replication());
        layers.leave();
        try {
            server.stop(STREAMS_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        close();
        ports.close();
        LOG.info("node {} has stopped", settings.name());
        ended.countDown();
        return true;
    }

    /** A disk that fails at the end is one more reason to say so, and none to leave the rest open. */
    private void close() {
        try {
            layers.close();
        } catch (EngineException e) {
            LOG.error("node {} could not close its storage cleanly: {}", settings.name(), e.getMessage());
            failed = true;
        }
    }

    private void drain(@Nullable LocalReplication replication) {
        if (replication == null) {
            return;
        }
        try {
            replication.drain().toCompletableFuture().get(DRAIN_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            LOG.warn(
                    "{} requests were still running after {} ms and were cancelled",
                    replication.status().inFlight(),
                    DRAIN_MILLIS);
        } catch (ExecutionException e) {
            LOG.error("requests could not be finished", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
