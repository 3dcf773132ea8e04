package io.dotkv.storage.replica;

import io.dotkv.kernel.Actor;
import io.dotkv.kernel.Delta;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.Retirement;
import io.dotkv.kernel.Retirements;
import io.dotkv.kernel.Row;
import io.dotkv.kernel.ports.RandomSource;
import io.dotkv.storage.PartitionClock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Closes former boots: an agreement that nobody doubts, which the hosts hear of at different times; whoever closes asks
 * one host after the other, so that its answers are of different moments.
 */
final class ModelClosings {
    private final RandomSource random;
    private final Fault fault;
    private final GhostHistory history;
    private final List<Host> hosts;
    private final Map<Integer, Node> nodes = new TreeMap<>();
    private final List<Retirements> versions = new ArrayList<>(List.of(Retirements.NONE));
    private long attempts;
    private int raised;

    /** What is agreed on about one node, and what was answered to the question that is under way. */
    private static final class Node {
        private int floor = 1;
        private Optional<Retirement.Attempt> attempt = Optional.empty();
        private final Map<Integer, PartitionClock> answers = new HashMap<>();
        private int asked;
    }

    ModelClosings(RandomSource random, Fault fault, GhostHistory history, List<Host> hosts) {
        this.random = random;
        this.fault = fault;
        this.history = history;
        this.hosts = hosts;
        hosts.forEach(host -> nodes.put(host.peer.node(), new Node()));
    }

    private Node nodeOf(int number) {
        return Objects.requireNonNull(nodes.get(number));
    }

    private static DotSet endOf(Retirement.Attempt attempt) {
        return attempt.ends().getOrDefault(Peer.PARTITION, DotSet.EMPTY);
    }

    /** Whether all boots before the actor's are closed, by agreement. */
    boolean isDone(Actor actor) {
        return nodeOf(actor.node()).floor == actor.boot();
    }

    /** How many floors were raised. */
    int raised() {
        return raised;
    }

    Retirements newest() {
        return versions.getLast();
    }

    /**
     * Asks one more host about the former boots of some node, and takes the step that follows when all have answered.
     */
    void close() {
        Host closed = hosts.get(random.nextInt(hosts.size()));
        Node node = nodeOf(closed.peer.node());
        int below = node.attempt
                .map(Retirement.Attempt::below)
                .orElse(closed.peer.actor().boot());
        if (node.floor >= below) {
            return;
        }
        if (node.asked != below) {
            node.answers.clear();
            node.asked = below;
        }
        Host asked = hosts.get(random.nextInt(hosts.size()));
        node.answers.put(asked.peer.node(), asked.peer.asking());
        int needed = fault == Fault.CLOSED_AFTER_ONE_ANSWER ? 1 : hosts.size();
        if (node.answers.size() >= needed) {
            List<PartitionClock> answers = List.copyOf(node.answers.values());
            node.answers.clear();
            next(new Actor(closed.peer.node(), below), node, answers);
        }
    }

    private void next(Actor first, Node node, List<PartitionClock> answers) {
        if (node.attempt.isEmpty()) {
            DotSet end = answers.getFirst().clock().before(first);
            if (answers.stream().allMatch(answer -> answer.clock().before(first).equals(end))) {
                boolean isCommitted = fault == Fault.CLOSED_WITHOUT_A_PROMISE || fault == Fault.CLOSED_AFTER_ONE_ANSWER;
                agree(first, node, end, ++attempts, isCommitted);
            }
            return;
        }
        Retirement.Attempt attempt = node.attempt.get();
        DotSet end = endOf(attempt);
        PartitionClock.Promise promise = new PartitionClock.Promise(first, attempt.id());
        if (attempt.committed()) {
            if (answers.stream().allMatch(answer -> answer.clock().floorOf(first.node()) >= first.boot())) {
                node.floor = first.boot();
                node.attempt = Optional.empty();
                raised++;
                publish();
                if (fault == Fault.CLOSED_BOOTS_LEAVE_NO_FLOOR) {
                    hosts.forEach(Host::forgetFloors);
                }
            }
        } else if (answers.stream()
                .anyMatch(answer -> !end.containsAll(answer.clock().before(first)))) {
            node.attempt = Optional.empty();
            publish();
        } else if (answers.stream().allMatch(answer -> answer.promises().contains(promise))) {
            agree(first, node, end, attempt.id(), true);
        }
    }

    private void agree(Actor first, Node node, DotSet end, long attempt, boolean isCommitted) {
        node.attempt = Optional.of(
                new Retirement.Attempt(attempt, first.boot(), isCommitted, new TreeMap<>(Map.of(Peer.PARTITION, end))));
        if (isCommitted) {
            history.closed(first, end);
        }
        publish();
    }

    private void publish() {
        List<Retirement> all = new ArrayList<>();
        nodes.forEach((number, node) -> {
            if (node.floor > 1 || node.attempt.isPresent()) {
                all.add(new Retirement(number, node.floor, node.attempt));
            }
        });
        versions.add(new Retirements(versions.size(), all));
    }

    /** A host hears of what is agreed on, mostly the newest, and acts on it. */
    void tell(Host host) {
        int back = random.nextInt(8) == 0 ? random.nextInt(Math.min(4, versions.size())) : 0;
        tell(host, versions.get(versions.size() - 1 - back));
    }

    /** A host hears of the newest, and does what is to be done about writes with several tries. */
    void settleDuplicates(Host host) {
        tell(host, newest());
        long issued = host.peer.clock().highest(host.peer.actor());
        host.peer.replica.others(hosts.size() - 1);
        host.peer.settleDuplicates();
        try {
            host.peer.write();
        } finally {
            touched(host, issued);
        }
    }

    void tell(Host host, Retirements agreed) {
        if (fault == Fault.VOID_EFFECTS_ARE_NOT_TOUCHED) {
            forgetVoidEffects(host, agreed);
        }
        host.peer.replica.agreed(agreed, host.peer.actor());
        long before = host.peer.clock().highest(host.peer.actor());
        host.write();
        long issued = Math.max(before, host.peer.clock().highest(host.peer.actor()));
        host.peer.replica.retire();
        try {
            host.peer.write();
        } finally {
            touched(host, issued);
        }
    }

    /** The events that a host has issued by itself, for rows that showed what void events had done. */
    private void touched(Host host, long before) {
        Peer peer = host.peer;
        long written = Host.STORE.clock(peer.engine).highest(peer.actor());
        DotSet all = DotSet.upTo(peer.actor(), written);
        DotSet news = all.minus(DotSet.upTo(peer.actor(), before));
        if (!news.isEmpty()) {
            Host.STORE.logRecords(
                    peer.engine, news, (dot, key) -> history.touched(written(peer, key, dot), replacedBy(peer, key)));
        }
    }

    private static Delta written(Peer peer, Key key, Dot dot) {
        List<Leaf> leaves = peer.row(key).leaves().stream()
                .filter(leaf -> leaf.dot().equals(dot))
                .toList();
        return new Delta(key, leaves, DotSet.of(dot), List.of(dot));
    }

    private List<Dot> replacedBy(Peer peer, Key key) {
        Row row = peer.row(key);
        List<Dot> shown = Host.dotsOf(row.leaves());
        return history.puts(key, dot -> row.context().contains(dot) && !shown.contains(dot));
    }

    /** Takes the names of void events out of the residuals, so that their effects stay without one. */
    private void forgetVoidEffects(Host host, Retirements agreed) {
        for (Retirement retirement : agreed.nodes()) {
            retirement.attempt().filter(Retirement.Attempt::committed).ifPresent(attempt -> {
                Actor first = new Actor(retirement.node(), attempt.below());
                DotSet end = endOf(attempt);
                host.rewriteResiduals(
                        context -> context.minus(context.before(first).minus(end)));
            });
        }
    }

    /** A disk that is of the past is emptied when its node comes back. */
    boolean isEmptied(Replica found) {
        return fault != Fault.PAST_IS_TAKEN_AS_IT_IS && found.holdsRetiredEvents(newest());
    }
}
