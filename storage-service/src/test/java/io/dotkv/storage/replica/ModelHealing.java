package io.dotkv.storage.replica;

import static io.dotkv.storage.replica.GhostHistory.check;

import io.dotkv.kernel.Actor;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.Row;
import io.dotkv.kernel.ports.RandomSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The faults have ended: everybody pulls from everybody until nothing is missing. Then all clocks are equal, all rows
 * too, every acknowledged event is there, the state is what the surviving events say, nothing is left of deleted keys,
 * and everybody votes.
 *
 * <p>An event may have been lost for good, with every replica that had it. When its boot is closed it is void. Of its
 * key it only has to be so that all replicas show the same.
 */
final class ModelHealing {
    /**
     * More than the turns for which a replica waits for the names of events before it promises to close their boots.
     */
    private static final int ROUNDS = 200;

    private final RandomSource random;
    private final Fault fault;
    private final GhostHistory history;
    private final Invariants invariants;
    private final List<Host> hosts;
    private final ModelPulls pulls;
    private final ModelClosings closings;

    ModelHealing(
            RandomSource random,
            Fault fault,
            GhostHistory history,
            Invariants invariants,
            List<Host> hosts,
            ModelPulls pulls,
            ModelClosings closings) {
        this.random = random;
        this.fault = fault;
        this.history = history;
        this.invariants = invariants;
        this.hosts = hosts;
        this.pulls = pulls;
        this.closings = closings;
    }

    /**
     * @param deliverEverything that is still under way
     * @param goOn what clients do when all former boots are closed; nothing is lost then
     */
    void run(Runnable deliverEverything, Runnable goOn) {
        hosts.forEach(host -> host.holdBack(false));
        if (random.nextInt(2) == 0) {
            deliverEverything.run();
        }
        for (int round = 0; round < 3; round++) {
            pullAll();
        }
        closeAll();
        atRest();
        goOn.run();
        pullAll();
        pullAll();
        if (fault == Fault.NONE) {
            settleDuplicates();
        }
        atRest();
        if (fault == Fault.NONE) {
            hosts.forEach(this::checkRestart);
        }
    }

    private void settleDuplicates() {
        for (int round = 0; round < 4; round++) {
            hosts.forEach(closings::settleDuplicates);
            pullAll();
            pullAll();
        }
    }

    private void atRest() {
        for (Host host : hosts) {
            // One round may be under way; the next sees everything.
            host.peer.strip().strip();
            host.write();
            invariants.check(host);
        }
        checkEqual();
    }

    private void pullAll() {
        for (Host asking : hosts) {
            for (Host asked : hosts) {
                if (asking != asked) {
                    pulls.pullAtOnce(asking, asked);
                }
            }
        }
    }

    /** Closes all former boots, which ends when nothing goes wrong. */
    private void closeAll() {
        for (Host host : hosts) {
            if (closings.isEmptied(host.peer.replica)) {
                host.peer.restartEmpty();
            }
        }
        for (int round = 0; round < ROUNDS && !areAllClosed(); round++) {
            for (int step = 0; step < 20 * hosts.size(); step++) {
                closings.close();
            }
            for (Host host : hosts) {
                closings.tell(host, closings.newest());
                host.peer.strip();
            }
            pullAll();
        }
        check(
                areAllClosed(),
                "F",
                () -> "former boots are not closed: " + hosts.getFirst().peer.clock());
        pullAll();
    }

    private boolean areAllClosed() {
        for (Host host : hosts) {
            Actor actor = host.peer.actor();
            boolean isClosed = actor.boot() == 1
                    || hosts.stream().allMatch(other -> other.peer.clock().floorOf(actor.node()) == actor.boot());
            if (!isClosed || !closings.isDone(actor)) {
                return false;
            }
        }
        return true;
    }

    private void checkEqual() {
        Host first = hosts.getFirst();
        DotSet clock = first.peer.clock();
        Set<Key> uncertain = new HashSet<>();
        for (GhostHistory.Event event : history.events()) {
            if (!clock.contains(event.dot) || event.isVoid()) {
                check(!event.isAcknowledged(), "F", () -> event + " was acknowledged and is nowhere");
                uncertain.add(event.key);
            }
        }
        for (Host host : hosts) {
            check(host.peer.votes(), "F", () -> host.peer.node() + " does not vote again");
            check(host.peer.clock().equals(clock), "F", () -> "clocks differ: " + clock + ", " + host.peer.clock());
            Map<Key, Row> rows = host.rows();
            for (Map.Entry<Key, Row> entry : rows.entrySet()) {
                Row row = entry.getValue();
                check(row.context().minus(clock.base()).equals(row.context()), "I7", () -> "not stripped: " + row);
                check(row.context().isEmpty(), "F", () -> "a residual is left: " + row);
            }
            check(rows.equals(first.rows()), "F", () -> "rows differ: " + rows + ", " + first.rows());
            rows.keySet().forEach(key -> compare(host, key, uncertain));
        }
    }

    private void compare(Host host, Key key, Set<Key> uncertain) {
        // What a lost event had replaced may have been seen to be gone, and is gone then.
        if (!uncertain.contains(key)) {
            List<Dot> shown = Host.dotsOf(host.peer.row(key).leaves());
            List<Dot> expected = history.puts(key, dot -> !history.isOverwritten(dot)).stream()
                    .sorted()
                    .toList();
            check(shown.equals(expected), "F", () -> "key " + key + " shows " + shown + " and not " + expected);
        }
    }

    private void checkRestart(Host host) {
        DotSet clock = host.peer.clock();
        Map<Key, Row> rows = host.rows();
        host.peer.restart();
        check(host.peer.clock().equals(clock), "F", () -> "the clock did not outlive a restart: " + clock);
        check(host.rows().equals(rows), "F", () -> "the rows did not outlive a restart: " + rows);
    }
}
