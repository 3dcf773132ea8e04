package io.dotkv.launcher.child;

import java.util.Optional;

/** Notices that a process has gone, by looking at it every half second. */
public final class ParentWatch {
    private static final long LOOK_MILLIS = 500;

    private ParentWatch() {}

    /** Runs the task once, on a thread of its own, when the process of that number has gone. */
    public static void onGone(long pid, Runnable task) {
        Thread.ofPlatform().daemon().name("parent-watch").start(() -> {
            Optional<ProcessHandle> parent = ProcessHandle.of(pid);
            try {
                while (parent.map(ProcessHandle::isAlive).orElse(false)) {
                    Thread.sleep(LOOK_MILLIS);
                }
                task.run();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        });
    }
}
