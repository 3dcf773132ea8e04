package io.dotkv.launcher.child;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Notices that a process has gone, so that children do not outlive whoever started them. */
public final class ParentWatch {
    private ParentWatch() {}

    /** Runs the task once, on another thread, when the process of that number has gone, which it may have already. */
    public static void onGone(long pid, Runnable task) {
        Optional<ProcessHandle> parent = ProcessHandle.of(pid);
        if (parent.isEmpty()) {
            var _ = CompletableFuture.runAsync(task);
        } else {
            var _ = parent.get().onExit().thenRunAsync(task);
        }
    }
}
