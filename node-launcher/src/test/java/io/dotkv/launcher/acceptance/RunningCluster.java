package io.dotkv.launcher.acceptance;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Three nodes that formed a cluster. */
final class RunningCluster implements AutoCloseable {
    private final List<RunningNode> nodes = new ArrayList<>();

    /** A cluster whose every node serves. */
    RunningCluster(Path folder, String... options) {
        List<Integer> ports = List.of(RunningNode.freePort(), RunningNode.freePort(), RunningNode.freePort());
        String seeds = ports.stream().map(port -> "localhost:" + port).collect(Collectors.joining(","));
        for (int index = 0; index < ports.size(); index++) {
            List<String> all = new ArrayList<>(List.of("--seeds", seeds, "--expect", "3"));
            all.addAll(List.of(options));
            nodes.add(new RunningNode("n" + (index + 1), ports.get(index), folder, all.toArray(new String[0])).start());
        }
        nodes.forEach(RunningNode::awaitServing);
    }

    RunningNode node(int number) {
        return nodes.get(number - 1);
    }

    List<RunningNode> nodes() {
        return nodes;
    }

    @Override
    public void close() {
        nodes.forEach(RunningNode::close);
    }
}
