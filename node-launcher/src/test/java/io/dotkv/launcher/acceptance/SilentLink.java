package io.dotkv.launcher.acceptance;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The way of one node to another: stands at an address of loopback for it, and can fall silent like a network that is
 * cut, for what goes there, for what comes back, or both. Then nothing is passed on, nothing is closed, and tries to
 * connect get no answer.
 *
 * <p>Connections that a cut has met stay silent after it has healed, as those of TCP do for about as long as the cut
 * lasted; new ones work.
 */
final class SilentLink implements AutoCloseable {
    /** Linux keeps one more than that; to all others it gives no answer. */
    private static final int BACKLOG = 1;

    private final int port;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final ServerSocket server;
    private boolean silentThere;
    private boolean silentBack;

    /** Two sockets, and for which way a cut has met them. */
    private static final class Connection implements AutoCloseable {
        private final Socket client;
        private final Socket target;
        private boolean metThere;
        private boolean metBack;

        private Connection(Socket client, Socket target) {
            this.client = client;
            this.target = target;
        }

        @Override
        public void close() throws IOException {
            client.close();
            target.close();
        }
    }

    /** From that address and port to the same port of {@code 127.0.0.1}. */
    SilentLink(String address, int port) {
        this.port = port;
        try {
            InetAddress from = InetAddress.ofLiteral(address);
            server = new ServerSocket(port, BACKLOG, from);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofPlatform().daemon().start(this::accept);
    }

    /** Nothing arrives any more. */
    synchronized void silenceThere() {
        silentThere = true;
    }

    /** Nothing comes back any more. */
    synchronized void silenceBack() {
        silentBack = true;
    }

    /** What connects from now on works. */
    synchronized void heal() {
        for (Connection connection : connections) {
            connection.metThere |= silentThere;
            connection.metBack |= silentBack;
        }
        silentThere = false;
        silentBack = false;
        notifyAll();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                awaitHealed();
                Socket client = server.accept();
                awaitHealed();
                open(client);
            } catch (IOException e) {
                // The link is closed, or the node is down: the client will try again.
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private synchronized void awaitHealed() throws InterruptedException {
        while ((silentThere || silentBack) && !server.isClosed()) {
            wait();
        }
    }

    private void open(Socket client) throws IOException {
        Socket target;
        try {
            target = new Socket(InetAddress.getLoopbackAddress(), port);
        } catch (IOException e) {
            client.close();
            throw e;
        }
        Connection connection = new Connection(client, target);
        connections.add(connection);
        Thread.ofVirtual().start(() -> pump(connection, true));
        Thread.ofVirtual().start(() -> pump(connection, false));
    }

    private void pump(Connection connection, boolean there) {
        byte[] buffer = new byte[64 << 10];
        try (connection) {
            InputStream in = (there ? connection.client : connection.target).getInputStream();
            OutputStream out = (there ? connection.target : connection.client).getOutputStream();
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                if (passes(connection, there)) {
                    out.write(buffer, 0, count);
                }
            }
            // The end of a connection is not passed on either while nothing is.
            while (!passes(connection, there) && !server.isClosed()) {
                Until.pause(Duration.ofMillis(50));
            }
        } catch (IOException e) {
            // One of both is gone, and the other with it.
        } finally {
            connections.remove(connection);
        }
    }

    private synchronized boolean passes(Connection connection, boolean there) {
        return there ? !silentThere && !connection.metThere : !silentBack && !connection.metBack;
    }

    @Override
    public void close() {
        try {
            server.close();
            heal();
            for (Connection connection : connections) {
                connection.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
