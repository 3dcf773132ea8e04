package io.dotkv.launcher.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Three nodes that formed a cluster and whose traffic to each other can be cut; that of clients never is. Each node
 * finds the others by name, and each name at an address of loopback of its own, where a {@link SilentLink} leads to the
 * other node.
 */
final class CutNetwork implements AutoCloseable {
    private static final int NODES = 3;

    private final List<RunningNode> nodes = new ArrayList<>();
    /** By who dials and who is dialled; null on the diagonal. */
    private final @Nullable SilentLink[][] links = new @Nullable SilentLink[NODES][NODES];

    /** A cluster whose every node serves. */
    CutNetwork(Path folder) {
        List<Integer> ports = IntStream.range(0, NODES)
                .mapToObj(node -> RunningNode.freePort())
                .toList();
        String seeds = IntStream.range(0, NODES)
                .mapToObj(node -> host(node) + ":" + ports.get(node))
                .collect(Collectors.joining(","));
        for (int from = 0; from < NODES; from++) {
            StringBuilder hosts = new StringBuilder("127.0.0.1 localhost\n");
            for (int to = 0; to < NODES; to++) {
                String address = from == to ? "127.0.0.1" : "127.0." + (from + 1) + "." + (to + 1);
                hosts.append(address).append(' ').append(host(to)).append('\n');
                if (from != to) {
                    links[from][to] = new SilentLink(address, ports.get(to));
                }
            }
            nodes.add(start(from, ports.get(from), seeds, folder, hosts.toString()));
        }
        nodes.forEach(RunningNode::awaitServing);
    }

    private static RunningNode start(int node, int port, String seeds, Path folder, String hosts) {
        Path file = folder.resolve("hosts" + node);
        try {
            Files.writeString(file, hosts);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String advertised = host(node) + ":" + port;
        return new RunningNode(
                        "n" + (node + 1),
                        port,
                        folder,
                        "--seeds",
                        seeds,
                        "--expect",
                        String.valueOf(NODES),
                        "--advertise",
                        advertised)
                .startWithHosts(file);
    }

    private static String host(int node) {
        return "n" + (node + 1) + ".test";
    }

    RunningNode node(int number) {
        return nodes.get(number - 1);
    }

    /** What the node sends reaches no other any more. */
    void cutFrom(int number) {
        for (int other = 0; other < NODES; other++) {
            if (other != number - 1) {
                links[number - 1][other].silenceThere();
                links[other][number - 1].silenceBack();
            }
        }
    }

    /** What others send does not reach the node any more. */
    void cutTo(int number) {
        for (int other = 0; other < NODES; other++) {
            if (other != number - 1) {
                links[number - 1][other].silenceBack();
                links[other][number - 1].silenceThere();
            }
        }
    }

    void heal() {
        forEachLink(SilentLink::heal);
    }

    private void forEachLink(Consumer<SilentLink> visitor) {
        for (SilentLink[] ofOne : links) {
            for (SilentLink link : ofOne) {
                if (link != null) {
                    visitor.accept(link);
                }
            }
        }
    }

    @Override
    public void close() {
        nodes.forEach(RunningNode::close);
        forEachLink(SilentLink::close);
    }
}
