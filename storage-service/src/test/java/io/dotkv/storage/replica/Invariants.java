package io.dotkv.storage.replica;

import io.dotkv.kernel.Actor;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.Row;
import io.dotkv.storage.engine.Cursor;
import io.dotkv.storage.replica.store.EngineKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What must hold after every step, under the names that the argument for the protocol gives them.
 *
 * <pre>
 * I1a  a put in the clock shows in its row, or an event has replaced it
 * I1b  what an event in the clock has replaced does not show
 * I1c  what an event in the clock has replaced is covered by the row as it is exported
 * I2   the leaves of rows are in the clock
 * I3   an event in the clock is in the log, or known to have left it
 * I4   no event is covered by a context that was handed out before it was issued
 * I5   no dot is issued twice
 * I6   the own events in the clock have no gaps, and nobody knows of more than were issued
 * I7   a row is stored exactly when it has a leaf or a residual context, and marked exactly when it has a residual
 * Q3   every quorum shows a try of each acknowledged put that may have been tried again, unless another write has replaced one
 * Q1   every quorum of voters shows each acknowledged event: itself or what replaced it, and nothing that it replaced
 * </pre>
 */
final class Invariants {
    private final GhostHistory history;

    Invariants(GhostHistory history) {
        this.history = history;
    }

    /** I1 to I7 at one replica. */
    void check(Host host) {
        Map<Key, Row> rows = host.rows();
        DotSet clock = host.peer.clock();
        checkEvents(rows, clock);
        checkRows(host, rows, clock);
        checkLog(host, clock);
        checkOwn(host, clock);
    }

    private void checkEvents(Map<Key, Row> rows, DotSet clock) {
        DotSet base = clock.base();
        for (GhostHistory.Event event : history.events()) {
            if (!clock.contains(event.dot) || event.isVoid()) {
                continue;
            }
            Row row = rows.getOrDefault(event.key, Row.EMPTY);
            GhostHistory.check(
                    !event.put || shows(row, event.dot) || history.isOverwritten(event.dot),
                    "I1a",
                    () -> event + " is in the clock " + clock + " and shows in no row");
            for (Dot dead : event.replaced) {
                GhostHistory.check(
                        !shows(row, dead), "I1b", () -> event + " is in the clock, and " + dead + " still shows");
                GhostHistory.check(
                        row.context().contains(dead) || base.contains(dead),
                        "I1c",
                        () -> event + " is in the clock " + clock + ", and the death of " + dead + " is forgotten");
            }
        }
    }

    private static boolean shows(Row row, Dot dot) {
        return row.leaves().stream().anyMatch(leaf -> leaf.dot().equals(dot));
    }

    private static void checkRows(Host host, Map<Key, Row> rows, DotSet clock) {
        List<Key> residual = new ArrayList<>();
        rows.forEach((key, row) -> {
            GhostHistory.check(clock.containsAll(row.dots()), "I2", () -> row.leaves() + " are not all in " + clock);
            GhostHistory.check(!row.isEmpty(), "I7", () -> "an empty row is stored");
            if (!row.context().isEmpty()) {
                residual.add(key);
            }
        });
        GhostHistory.check(
                residual.equals(Host.STORE.residuals(host.peer.engine, Bytes.EMPTY, Integer.MAX_VALUE)),
                "I7",
                () -> "the marks are not those of the rows with a residual: " + residual);
    }

    private static void checkLog(Host host, DotSet clock) {
        DotSet logged = Host.STORE.pruned(host.peer.engine).union(clock.wholeBoots());
        EngineKeys keys = Host.STORE.keys();
        try (Cursor log = host.peer.engine.scan(keys.logsStart(), keys.logsEnd())) {
            while (log.next()) {
                logged = logged.with(EngineKeys.dotOf(log.key()));
            }
        }
        DotSet known = logged;
        GhostHistory.check(
                known.containsAll(clock),
                "I3",
                () -> clock.minus(known) + " are neither in the log nor known to have left");
    }

    private void checkOwn(Host host, DotSet clock) {
        long[] own = clock.runsOf(host.peer.actor());
        GhostHistory.check(
                own.length == 0 || (own.length == 2 && own[0] == 1), "I6", () -> "own events lack some: " + clock);
        for (Actor actor : clock.actors()) {
            GhostHistory.check(
                    clock.highest(actor) <= history.highest(actor),
                    "I6",
                    () -> actor + " issued fewer than in " + clock);
        }
    }

    /** Q1 of one quorum of voters. */
    void checkQuorum(List<Host> quorum) {
        checkTries(quorum);
        Map<Key, Row> read = new TreeMap<>();
        for (GhostHistory.Event event : history.events()) {
            if (!event.isAcknowledged()) {
                continue;
            }
            Row row = read.computeIfAbsent(
                    event.key,
                    key -> quorum.stream().map(host -> host.export(key)).reduce(Row.EMPTY, Row::join));
            GhostHistory.check(
                    row.context().contains(event.dot),
                    "Q1",
                    () -> event + " is acknowledged and unknown to " + names(quorum));
            GhostHistory.check(
                    !event.put || shows(row, event.dot) || history.isOverwritten(event.dot),
                    "Q1",
                    () -> event + " is acknowledged and does not show at " + names(quorum));
            for (Dot dead : event.replaced) {
                GhostHistory.check(
                        !shows(row, dead),
                        "Q1",
                        () -> event + " is acknowledged and " + dead + " shows at " + names(quorum));
            }
        }
    }

    /** Q3 of one quorum of voters. */
    void checkTries(List<Host> quorum) {
        history.requests().forEach((request, tries) -> {
            if (tries.stream().noneMatch(GhostHistory.Event::isAcknowledged)
                    || !tries.getFirst().put
                    || !tries.getFirst().path.isEmpty()
                    || history.isSuperseded(request)) {
                return;
            }
            Row row = quorum.stream()
                    .map(host -> host.export(tries.getFirst().key))
                    .reduce(Row.EMPTY, Row::join);
            GhostHistory.check(
                    tries.stream().anyMatch(event -> shows(row, event.dot)),
                    "Q3",
                    () -> "write " + request + " is acknowledged as one of " + tries + ", and " + names(quorum)
                            + " show " + row);
        });
    }

    private static List<Integer> names(List<Host> hosts) {
        return hosts.stream().map(host -> host.peer.node()).toList();
    }
}
