package io.dotkv.launcher.node;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends this process in order when another has ended, so that children do not outlive whoever started them. */
final class ParentWatch {
    private static final Logger LOG = LoggerFactory.getLogger(ParentWatch.class);

    private ParentWatch() {}

    static void start(long pid) {
        ProcessHandle parent = ProcessHandle.of(pid).orElse(null);
        if (parent == null) {
            stop(pid);
            return;
        }
        var _ = parent.onExit().thenRun(() -> stop(pid));
    }

    private static void stop(long pid) {
        LOG.info("process {} has ended, and this node with it", pid);
        Thread.ofPlatform().start(() -> System.exit(0));
    }
}
