package io.dotkv.launcher.demo;

import io.dotkv.launcher.client.Endpoint;
import java.nio.file.Path;
import java.util.List;

/**
 * One node of a demonstration.
 *
 * @param name n1, n2, …
 * @param listen where it listens
 * @param data where it stores
 */
record DemoNode(String name, Endpoint listen, Path data) {
    /** The arguments of the program that start it among these nodes, to stop when the given process goes. */
    List<String> arguments(List<DemoNode> all, long parentPid) {
        String seeds = String.join(
                ",", all.stream().map(node -> node.listen.toString()).toList());
        return List.of(
                "node",
                "--name",
                name,
                "--listen",
                listen.toString(),
                "--data",
                data.toString(),
                "--seeds",
                seeds,
                "--expect",
                Integer.toString(all.size()),
                "--parent-pid",
                Long.toString(parentPid));
    }

    /** Where people reach it. */
    Endpoint localhost() {
        return new Endpoint("localhost", listen.port());
    }
}
