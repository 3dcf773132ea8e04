package io.dotkv.launcher.acceptance;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs the program under test as a process of its own. */
final class Program {
    private Program() {}

    /** Starts it with all that it prints going to one file. */
    static Process start(Path log, String... arguments) {
        return start(List.of(), log, log, arguments);
    }

    /** Starts it so that it may open only so many files at a time. */
    static Process startWithFiles(int files, Path log, String... arguments) {
        return start(List.of("bash", "-c", "ulimit -n " + files + " && exec \"$@\"", "bash"), log, log, arguments);
    }

    /**
     * Starts a command as a shell would in the foreground: SIGINT stops it, also where the tests themselves ignore
     * SIGINT.
     */
    static Process startInForeground(Path output, Path errors, String... arguments) {
        List<String> taking = List.of("env", "--default-signal=INT");
        return start(canRun(taking) ? taking : List.of(), output, errors, arguments);
    }

    private static boolean canRun(List<String> launcher) {
        List<String> command = new ArrayList<>(launcher);
        command.add("true");
        try {
            return new ProcessBuilder(command).start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Sends a signal, such as INT. */
    static void signal(Process process, String signal) {
        try {
            waitFor(new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until a process that is told to end has ended; its exit code. */
    static int waitFor(Process ending) {
        try {
            if (!ending.waitFor(30, TimeUnit.SECONDS)) {
                ending.destroyForcibly();
                throw new IllegalStateException("process " + ending.pid() + " does not end");
            }
            return ending.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Starts it so that it finds the addresses of names in that file, and only there. */
    static Process startWithHosts(Path hosts, Path log, String... arguments) {
        return start(List.of("env", "JDK_JAVA_OPTIONS=-Djdk.net.hosts.file=" + hosts), log, log, arguments);
    }

    /** As the start script gives it: three eighths of the memory, if the arguments say how much that is. */
    private static int heapMib(String... arguments) {
        int at = List.of(arguments).indexOf("--memory-mib");
        return at < 0 ? 256 : Integer.parseInt(arguments[at + 1]) * 3 / 8;
    }

    private static Process start(List<String> launcher, Path output, Path errors, String... arguments) {
        List<String> command = new ArrayList<>(launcher);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Xmx" + heapMib(arguments) + "m",
                "-XX:MaxDirectMemorySize=" + heapMib(arguments) / 3 + "m",
                "-XX:TrimNativeHeapInterval=10000",
                "-XX:+UseSerialGC",
                "-Dlogback.configurationFile=logback.xml",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "io.dotkv.launcher.Dotkv"));
        command.addAll(List.of(arguments));
        try {
            ProcessBuilder process = new ProcessBuilder(command);
            process.environment().put("MALLOC_ARENA_MAX", "2");
            process.environment().put("MALLOC_MMAP_THRESHOLD_", "262144");
            return process.redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
                    .redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile()))
                    .redirectInput(new File("/dev/null"))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs a command to its end; its exit code. */
    static int run(Path output, Path errors, String... arguments) {
        Process process = start(List.of(), output, errors, arguments);
        try {
            if (!process.waitFor(5, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new IllegalStateException("did not end: " + String.join(" ", arguments));
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    static String tail(Path log) {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
        } catch (IOException e) {
            return "no log: " + e.getMessage();
        }
    }
}
