package io.dotkv.launcher.demo;

import io.dotkv.kernel.system.PrivateFiles;
import io.dotkv.launcher.child.Child;
import io.dotkv.launcher.child.Program;
import io.dotkv.launcher.child.Readiness;
import io.dotkv.launcher.cli.format.Console;
import io.dotkv.launcher.client.Endpoint;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A cluster of child processes on this machine: starts them, says what to try, reports what becomes of them, and stops
 * them. It starts none of them again; that is the person's to do.
 *
 * <p>Threading: {@link #start} and {@link #watch} are called from one thread, {@link #stop} from any.
 */
final class Demo {
    private static final long START_SECONDS = 120;
    private static final long STOP_SECONDS = 10;
    private static final long LOOK_MILLIS = 300;

    private final Console console;
    private final Program program;
    private final List<DemoNode> nodes;
    private final Path logs;
    private final Map<DemoNode, Child> running = new LinkedHashMap<>();
    private final List<DemoNode> gone = new ArrayList<>();
    private final Optional<ProcessHandle> parent = ProcessHandle.current().parent();
    private final CountDownLatch stopping = new CountDownLatch(1);

    Demo(Console console, Program program, List<DemoNode> nodes, Path logs) {
        this.console = console;
        this.program = program;
        this.nodes = List.copyOf(nodes);
        this.logs = logs;
    }

    /** Starts the nodes and waits until all serve; false, with the reason said, when one does not. */
    boolean start() throws IOException, InterruptedException {
        for (DemoNode node : nodes) {
            PrivateFiles.createFolders(node.data());
            launch(node);
        }
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        for (Map.Entry<DemoNode, Child> entry : snapshot().entrySet()) {
            Child child = entry.getValue();
            if (!Readiness.await(child, entry.getKey().listen(), deadline)) {
                String what = child.isAlive()
                        ? " did not serve within " + START_SECONDS + " s."
                        : " did not start: it " + child.ending() + ".";
                console.say(child.name() + what + " The end of its log, " + log(entry.getKey()) + ":");
                console.err().println(child.tail());
                return false;
            }
        }
        return true;
    }

    private synchronized void launch(DemoNode node) throws IOException {
        if (stopping.getCount() > 0) {
            List<String> arguments =
                    node.arguments(nodes, ProcessHandle.current().pid());
            running.put(node, Child.start(node.name(), log(node), program.command(arguments)));
        }
    }

    private synchronized Map<DemoNode, Child> snapshot() {
        return new LinkedHashMap<>(running);
    }

    private Path log(DemoNode node) {
        return logs.resolve(node.name() + ".log");
    }

    /** Says what runs where and what to try. */
    void introduce() {
        PrintStream out = console.out();
        List<Endpoint> endpoints = nodes.stream().map(DemoNode::localhost).toList();
        out.println();
        snapshot()
                .forEach((node, process) -> out.println("  " + node.name() + " serves on " + node.localhost()
                        + "  (process " + process.pid() + ", log " + log(node) + ")"));
        section("Try it, in another terminal:", Examples.dotkv(program.typed(), endpoints));
        section("With grpcurl:", Examples.grpcurl(endpoints));
        DemoNode victim = nodes.get(nodes.size() / 2);
        Child child = snapshot().get(victim);
        if (child != null && nodes.size() > 1) {
            section(
                    "Kill a node; the others keep serving:",
                    Examples.kill(program.typed(), endpoints, victim.name(), child.pid()));
        }
        out.println();
        out.println("Ctrl-C stops all of them.");
        out.flush();
    }

    private void section(String title, List<String> lines) {
        console.out().println();
        console.out().println(title);
        lines.forEach(line -> console.out().println("  " + line));
    }

    /** Reports nodes that end and come back, until the demonstration is stopped or its parent goes. */
    void watch() throws InterruptedException {
        while (!stopping.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
            if (parent.isPresent() && !parent.get().isAlive()) {
                return;
            }
            snapshot().forEach(this::look);
            gone.removeIf(this::isBack);
        }
    }

    private void look(DemoNode node, Child child) {
        if (child.isAlive() || stopping.getCount() == 0) {
            return;
        }
        forget(node);
        gone.add(node);
        List<String> arguments = node.arguments(nodes, ProcessHandle.current().pid());
        console.out().println();
        console.out()
                .println(node.name() + " (process " + child.pid() + ") " + child.ending() + ". Start it again with:");
        console.out().println("  " + program.typed() + " " + String.join(" ", arguments));
        console.out().flush();
    }

    private synchronized void forget(DemoNode node) {
        running.remove(node);
    }

    private boolean isBack(DemoNode node) {
        boolean back = Readiness.serves(node.listen());
        if (back) {
            console.out().println(node.name() + " serves again.");
            console.out().flush();
        }
        return back;
    }

    /**
     * Stops every child, and every node that a person started again by the printed command: asks first, kills after a
     * while. Does nothing the second time.
     */
    synchronized void stop() {
        stopping.countDown();
        running.values().forEach(Child::askToStop);
        List<ProcessHandle> byHand = Adopted.of(ProcessHandle.current().pid());
        byHand.forEach(ProcessHandle::destroy);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(STOP_SECONDS);
        running.values().forEach(child -> child.awaitStop(deadline));
        byHand.forEach(node -> Adopted.awaitStop(node, deadline));
        running.clear();
    }
}
