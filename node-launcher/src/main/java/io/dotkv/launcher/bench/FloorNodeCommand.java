package io.dotkv.launcher.bench;

import io.dotkv.launcher.child.ParentWatch;
import io.dotkv.launcher.client.Endpoint;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code dotkv bench-floor-node}, which {@code dotkv bench --floor} starts; of no use to people. */
@Command(name = "bench-floor-node", hidden = true, description = "A node that only forwards messages.")
public final class FloorNodeCommand implements Callable<Integer> {
    @Option(names = "--listen", required = true, description = "Where to listen.")
    private String listen = "";

    @Option(names = "--peers", required = true, description = "The addresses of the two other nodes.")
    private String peers = "";

    @Option(names = "--value-size", required = true, description = "Size of each value in bytes.")
    private int valueBytes;

    @Option(names = "--parent-pid", required = true, description = "Exit when this process ends.")
    private long parentPid;

    @Override
    public Integer call() throws IOException, InterruptedException {
        try (FloorNode node = new FloorNode(Endpoint.parse(listen), Endpoint.parseAll(peers), valueBytes)) {
            node.start();
            ParentWatch.onGone(parentPid, node::close);
            node.awaitEnd();
        }
        return 0;
    }
}
