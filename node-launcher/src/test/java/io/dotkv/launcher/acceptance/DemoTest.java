package io.dotkv.launcher.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demonstration as a person runs it: by the start script, in a process of its own. */
@Tag("acceptance")
final class DemoTest {
    private static final Duration SOON = Duration.ofMinutes(2);

    @TempDir
    private Path folder;

    private Path script;
    private Path said;
    private int port;
    private final List<Process> started = new ArrayList<>();

    @BeforeEach
    void writeAStartScript() throws IOException {
        script = folder.resolve("home/bin/dotkv");
        said = folder.resolve("demo.out");
        port = threeFreePorts();
        Files.createDirectories(script.getParent());
        Files.writeString(script, """
                #!/usr/bin/env bash
                export CLASSPATH='%s'
                exec '%s/bin/java' --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -Xmx256m \
                -XX:+UseSerialGC -Dlogback.configurationFile=logback.xml -Djava.io.tmpdir='%s' -Ddotkv.home='%s' -Ddotkv.self='%s' \
                io.dotkv.launcher.Dotkv "$@"
                """.formatted(
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        System.getProperty("java.home"),
                        Files.createDirectories(folder.resolve("tmp")),
                        folder.resolve("home"),
                        script));
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    }

    @AfterEach
    void killEverything() {
        for (Process process : started) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static int threeFreePorts() throws IOException {
        SplittableRandom random = new SplittableRandom();
        while (true) {
            int first = random.nextInt(15_000, 30_000);
            if (IntStream.range(first, first + 3).allMatch(DemoTest::isFree)) {
                return first;
            }
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }

    private Process start(List<String> command, Path output) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
                .start();
        started.add(process);
        return process;
    }

    private Process startDemo(String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(script.toString(), "demo", "--port", Integer.toString(port)));
        command.addAll(List.of(options));
        Process demo = start(command, said);
        Until.isTrue(SOON, "the demonstration serves", () -> hasSaid("Ctrl-C stops all of them."));
        return demo;
    }

    private boolean hasSaid(String text) {
        return lines().stream().anyMatch(line -> line.contains(text));
    }

    private List<String> lines() {
        try {
            return Files.readAllLines(said);
        } catch (IOException notYet) {
            return List.of();
        }
    }

    private static void awaitGone(String what, List<ProcessHandle> processes) {
        Until.isTrue(SOON, what, () -> processes.stream().noneMatch(ProcessHandle::isAlive));
    }

    private int run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(script.toString()));
        command.addAll(List.of(arguments));
        return start(command, folder.resolve("commands.out")).waitFor();
    }

    private String endpoint(int number) {
        return "localhost:" + (port + number - 1);
    }

    @Test
    void aNodeIsKilledStartedAgainByThePrintedCommandAndStoppedWithTheRest() throws Exception {
        Process demo = startDemo("--data", folder.resolve("data").toString());
        assertThat(run("put", "k", "v", "--endpoint", endpoint(1))).isZero();
        String kill = lines().stream()
                .filter(line -> line.contains("kill -9 "))
                .findFirst()
                .orElseThrow();
        long victim = Long.parseLong(kill.strip().split(" +", -1)[2]);
        ProcessHandle.of(victim).orElseThrow().destroyForcibly();
        Until.isTrue(
                SOON, "the end of n2 is reported", () -> hasSaid("n2 (process " + victim + ") was ended by signal 9"));
        assertThat(run("get", "k", "--endpoint", endpoint(3))).isZero();

        String restart = lines().getLast().strip();
        assertThat(restart).startsWith(script.toString());
        Process again = start(Arrays.asList(restart.split(" ", -1)), folder.resolve("n2-again.log"));
        Until.isTrue(SOON, "the return of n2 is reported", () -> hasSaid("n2 serves again."));
        assertThat(run("cluster", "status", "--endpoint", endpoint(2))).isZero();

        List<ProcessHandle> nodes = new ArrayList<>(demo.descendants().toList());
        assertThat(nodes).hasSize(2);
        nodes.add(again.toHandle());
        demo.destroy();
        assertThat(demo.waitFor()).isZero();
        assertThat(nodes).as("the demonstration waits for all of them").noneMatch(ProcessHandle::isAlive);
        assertThat(folder.resolve("data/n1")).isDirectory();
    }

    @Test
    void theNodesGoWhenTheDemonstrationIsKilledAndATemporaryFolderGoesWithItWhenItIsStopped() throws Exception {
        Process demo = startDemo();
        List<ProcessHandle> nodes = demo.descendants().toList();
        assertThat(nodes).hasSize(3);
        demo.destroyForcibly();
        awaitGone("all nodes stop when the demonstration is killed", nodes);

        Files.delete(said);
        Process second = startDemo();
        String data = lines().getFirst().replaceAll(".*data in ([^,]*),.*", "$1");
        assertThat(Path.of(data)).isDirectory();
        List<ProcessHandle> others = second.descendants().toList();
        others.getFirst().destroyForcibly();
        Until.isTrue(SOON, "the end of a node is reported", () -> hasSaid("Start it again with:"));
        Process again = start(Arrays.asList(lines().getLast().strip().split(" ", -1)), folder.resolve("again.log"));
        Until.isTrue(SOON, "its return is reported", () -> hasSaid("serves again."));
        second.destroy();
        second.waitFor();
        assertThat(again.isAlive())
                .as("also a node that was started by hand is waited for")
                .isFalse();
        assertThat(Path.of(data)).doesNotExist();
    }

    @Test
    void aTakenPortIsSaid() throws Exception {
        try (ServerSocket taken = new ServerSocket(port + 1, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            Process demo = start(List.of(script.toString(), "demo", "--port", Integer.toString(port)), said);
            assertThat(demo.waitFor()).isEqualTo(4);
            assertThat(hasSaid("port " + taken.getLocalPort() + " of 127.0.0.1 is in use"))
                    .isTrue();
        }
    }

    @Test
    void aClusterIsComparedWithTheFloor() throws Exception {
        startDemo();
        assertThat(run(
                        "bench",
                        "--endpoint",
                        endpoint(1) + "," + endpoint(2) + "," + endpoint(3),
                        "--floor",
                        "--workload",
                        "mix50",
                        "--key-count",
                        "200",
                        "--warmup",
                        "0",
                        "--operations",
                        "2000",
                        "--in-flight",
                        "16",
                        "--output",
                        "json"))
                .isZero();
        assertThat(Files.readString(folder.resolve("commands.out")))
                .contains("\"failures\":0", "\"ratioToFloor\":", "\"nodesCpuMicrosPerOperation\":");
    }
}
