package io.dotkv.launcher.demo;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Processes of this machine that were told, by {@code --parent-pid}, to end with another one. */
final class Adopted {
    private Adopted() {}

    /** The processes that are to end with the one of this number. */
    static List<ProcessHandle> of(long parentPid) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .arguments()
                        .map(arguments -> names(Arrays.asList(arguments), Long.toString(parentPid)))
                        .orElse(false))
                .toList();
    }

    private static boolean names(List<String> arguments, String parentPid) {
        int option = arguments.indexOf("--parent-pid");
        return option >= 0
                && option + 1 < arguments.size()
                && arguments.get(option + 1).equals(parentPid);
    }

    /** Waits until the process has ended, and kills it when the time is over. */
    static void awaitStop(ProcessHandle process, long deadlineNanos) {
        try {
            process.onExit().get(Math.max(0, deadlineNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException late) {
            process.destroyForcibly();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}
