package io.dotkv.launcher.child;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A child process with a name; what it says goes to a log file. Threading: any thread. */
public final class Child {
    private static final int TAIL_BYTES = 4_000;
    private static final int TAIL_LINES = 20;

    private final String name;
    private final Path log;
    private final long logStart;
    private final Process process;

    private Child(String name, Path log, long logStart, Process process) {
        this.name = name;
        this.log = log;
        this.logStart = logStart;
        this.process = process;
    }

    /** Starts a process, whose log goes on after those of earlier ones. */
    public static Child start(String name, Path log, List<String> command) throws IOException {
        long logStart = Files.exists(log) ? Files.size(log) : 0;
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        return new Child(name, log, logStart, process);
    }

    /** Its name. */
    public String name() {
        return name;
    }

    /** The number of its process. */
    public long pid() {
        return process.pid();
    }

    /** Whether it runs. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** How it ended, in words. */
    public String ending() {
        int code = process.exitValue();
        return code > 128 ? "was ended by signal " + (code - 128) : "ended with exit code " + code;
    }

    /** Asks it to stop. */
    public void askToStop() {
        process.destroy();
    }

    /** Waits until it has stopped, and kills it when the time is over. */
    public void awaitStop(long deadlineNanos) {
        try {
            if (process.waitFor(Math.max(0, deadlineNanos - System.nanoTime()), TimeUnit.NANOSECONDS)) {
                return;
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }

    /** The end of what it said. */
    public String tail() {
        try {
            byte[] bytes = Files.readAllBytes(log);
            int from = Math.max((int) Math.min(logStart, bytes.length), bytes.length - TAIL_BYTES);
            List<String> lines = new String(bytes, from, bytes.length - from, StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
        } catch (IOException unreadable) {
            return "(" + log + " cannot be read: " + unreadable.getMessage() + ")";
        }
    }
}
