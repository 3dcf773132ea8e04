package io.dotkv.storage.replica;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Delta;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.Row;
import io.dotkv.kernel.VersionVector;
import io.dotkv.kernel.ports.RandomSource;
import io.dotkv.storage.StampedWrite;
import io.dotkv.storage.WriteId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A random run of one partition on three to five replicas, with everything that the world may do to them: messages
 * lost, late, doubled and out of order, processes killed, power lost before the sync, disks lost, logs pruned to nearly
 * nothing. A history that forgets nothing says after every step what must hold; when the faults have ended, all
 * replicas must become equal.
 *
 * <p>Each run draws its own mix of events, so that some runs are nearly all crashes and others nearly all pulls.
 *
 * <p>As many replicas may have lost writes at a time as a quorum can spare: beyond that nobody promises anything.
 */
final class ReplicaModel {
    private static final List<Key> KEYS = List.of(Key.of("a"), Key.of("b"), Key.of("c"), Key.of("d"));

    private final RandomSource random;
    private final Fault fault;
    private final GhostHistory history;
    private final Invariants invariants;
    private final ModelPulls pulls;
    private final ModelClosings closings;
    private final ModelCrashes crashes;
    private final List<Host> hosts = new ArrayList<>();
    private final List<Letter> network = new ArrayList<>();
    private final List<Seen> clients = new ArrayList<>();
    private final int quorum;
    private final long retention;
    private final int keys;
    private final Mix mix;
    private final @Nullable CrashPoint crashPoint;
    private boolean isAsPlanned;
    /** Whether data types are updated, too. */
    private final boolean updates;

    private final Optional<ModelRetries> retries;

    /** A delta on its way. */
    private record Letter(Host to, Delta delta, @Nullable WriteId name) {
        void deliver() {
            if (name == null) {
                to.receiveWrite(delta);
            } else {
                to.receiveWrite(delta, name);
            }
        }
    }

    /** What a client holds after a read. */
    private record Seen(Key key, DotSet context) {}

    ReplicaModel(RandomSource random, Fault fault) {
        this(random, fault, null);
    }

    /** @param crashPoint where a process ends besides; null for nowhere */
    ReplicaModel(RandomSource random, Fault fault, @Nullable CrashPoint crashPoint) {
        this.random = random;
        this.crashPoint = crashPoint;
        this.fault = fault;
        int replicas = 3 + random.nextInt(3);
        this.quorum = replicas / 2 + 1;
        int donors = fault == Fault.ONE_DONOR_IS_ENOUGH ? 1 : replicas - quorum + 1;
        boolean isPeriodic = random.nextInt(2) == 0;
        boolean periodic = crashPoint == null ? isPeriodic : crashPoint.periodic();
        long[] retentions = {1, 2, 5, 1000};
        this.retention = retentions[random.nextInt(retentions.length)];
        this.keys = 1 + random.nextInt(KEYS.size());
        this.history = new GhostHistory(quorum);
        this.invariants = new Invariants(history);
        this.pulls = new ModelPulls(random, fault);
        for (int node = 1; node <= replicas; node++) {
            Peer peer =
                    new Peer(node, donors, retention).syncing(!periodic && fault != Fault.CONFIRMED_BEFORE_THE_SYNC);
            if (crashPoint != null) {
                peer.endsAt(crashPoint);
            }
            hosts.add(new Host(peer, history, fault));
        }
        this.closings = new ModelClosings(random, fault, history, hosts);
        this.crashes = new ModelCrashes(random, fault, history, hosts, closings, periodic, quorum - 1);
        this.mix = new Mix(random);
        this.updates = fault == Fault.NONE && random.nextInt(2) == 0;
        this.retries = fault == Fault.NONE && crashPoint == null && random.nextInt(2) == 0
                ? Optional.of(new ModelRetries(random, history))
                : Optional.empty();
    }

    GhostHistory history() {
        return history;
    }

    int floorsRaised() {
        return closings.raised();
    }

    int crashCount() {
        return crashes.count();
    }

    void run(int steps) {
        for (int step = 0; step < steps; step++) {
            boolean died = stepOrDie();
            checkQuorums(died || step % 16 == 0);
        }
        if (crashPoint != null) {
            crashPoint.faultsEnded();
        }
        new ModelHealing(random, fault, history, invariants, hosts, pulls, closings)
                .run(this::deliverEverything, this::goOn);
        checkQuorums(true);
        retries.ifPresent(tried -> tried.check(hosts, crashes.hasLost() || retention < 1000 || crashes.count() > 0));
    }

    private void deliverEverything() {
        while (!network.isEmpty()) {
            deliver();
        }
    }

    private void goOn() {
        for (int step = 0; step < 2 * hosts.size(); step++) {
            read();
            Host host = any();
            mutate(host);
            invariants.check(host);
            if (random.nextInt(3) == 0) {
                deliverEverything();
            }
        }
    }

    /** Whether the crash point has come, and the process of that node was allowed to end so. */
    boolean isCrashAsPlanned() {
        return isAsPlanned;
    }

    private boolean stepOrDie() {
        try {
            step();
            return false;
        } catch (CrashPoint.Died died) {
            CrashPoint point = Objects.requireNonNull(crashPoint);
            Host host = hosts.get(point.node() - 1);
            isAsPlanned = crashes.crash(host, point);
            hosts.forEach(invariants::check);
            return true;
        }
    }

    private void step() {
        Host host = any();
        switch (mix.draw()) {
            case MUTATE -> mutate(host);
            case DELIVER -> deliver();
            case LOSE -> lose();
            case READ -> read();
            case REPAIR -> repair(host);
            case ASK -> pulls.begin(host, any());
            case PULL -> pulls.proceed().ifPresent(invariants::check);
            case HOLD_BACK -> host.holdBack(random.nextInt(2) == 0);
            case WRITE -> host.write();
            case SYNC -> host.peer.engine.sync();
            case STRIP -> {
                host.peer.replica.strip(1 + random.nextInt(3));
                if (retries.isPresent()) {
                    host.write();
                    closings.settleDuplicates(host);
                }
            }
            case CHECKPOINT -> host.peer.replica.checkpoint();
            case REMEMBER -> host.remember();
            case CLOSE -> closings.close();
            case TELL -> closings.tell(host);
            case CRASH -> crashes.crash(host);
        }
        invariants.check(host);
    }

    private Host any() {
        return hosts.get(random.nextInt(hosts.size()));
    }

    private Key anyKey() {
        return KEYS.get(random.nextInt(keys));
    }

    private void mutate(Host host) {
        Peer peer = host.peer;
        if (!peer.votes()) {
            return;
        }
        if (retries.isPresent() && random.nextInt(2) == 0) {
            retries.get().writeOrRetry(host, this::send);
            return;
        }
        if (updates && random.nextInt(2) == 0) {
            Key updated = anyKey();
            send(host, new ModelUpdates(random, history).update(host, updated));
            return;
        }
        Optional<Seen> seen = clients.isEmpty() || random.nextInt(2) == 0
                ? Optional.empty()
                : Optional.of(clients.get(random.nextInt(clients.size())));
        Key key = seen.map(Seen::key).orElseGet(this::anyKey);
        Optional<DotSet> context = seen.map(Seen::context);
        if (context.isPresent() && peer.replica.isFromNowhere(context.get(), peer.actor())) {
            return;
        }
        boolean deletes = random.nextInt(3) == 0;
        DotSet spared = deletes ? DotSet.EMPTY : ModelUpdates.typed(peer.present(key));
        List<Dot> replaced = context.isPresent()
                ? history.puts(key, context.get()::contains)
                : history.puts(key, dot -> peer.replica.has(dot) && !spared.contains(dot));
        if (deletes && fault == Fault.DELETES_TAKE_NO_DOT) {
            Delta removal =
                    new Delta(key, List.of(), context.orElse(peer.row(key).context()), List.of());
            host.receive(removal);
            send(host, removal);
            return;
        }
        if (context.isEmpty() && fault == Fault.PUT_REPLACES_ONLY_WHAT_SHOWS) {
            Row row = peer.stored(key);
            context = Optional.of(row.context().union(row.dots()));
        }
        Bytes payload = deletes ? null : Bytes.utf8("v" + history.events().size());
        StampedWrite stamped = peer.mutate(key, payload, context);
        history.issued(stamped.delta(), replaced);
        host.applied(stamped.delta().events());
        send(host, stamped.delta());
    }

    private void send(Host from, Delta delta) {
        send(from, delta, null);
    }

    private void send(Host from, Delta delta, @Nullable WriteId name) {
        for (Host to : hosts) {
            if (to != from) {
                network.add(new Letter(to, delta, name));
            }
        }
    }

    private void deliver() {
        if (network.isEmpty()) {
            return;
        }
        int index = random.nextInt(network.size());
        Letter letter = network.get(index);
        if (random.nextInt(6) > 0) {
            network.remove(index);
        }
        letter.deliver();
        invariants.check(letter.to);
    }

    private void lose() {
        for (int lost = random.nextInt(4); lost > 0 && !network.isEmpty(); lost--) {
            network.remove(random.nextInt(network.size()));
        }
    }

    /** A client reads a replica or two and keeps the context. */
    private void read() {
        List<Host> voters = voters();
        if (!voters.isEmpty()) {
            Key key = anyKey();
            Row row = voters.get(random.nextInt(voters.size()))
                    .export(key)
                    .join(voters.get(random.nextInt(voters.size())).export(key));
            DotSet seen =
                    new VersionVector(row.context()).sparingTypes(row.leaves()).dots();
            history.handedOut(key, seen);
            clients.add(new Seen(key, seen));
            if (clients.size() > 8) {
                clients.removeFirst();
            }
        }
    }

    /** The joined row of two replicas is sent to a third, as after a read that found them different. */
    private void repair(Host to) {
        List<Host> voters = voters();
        if (!voters.isEmpty()) {
            Key key = anyKey();
            Row row = voters.get(random.nextInt(voters.size()))
                    .export(key)
                    .join(voters.get(random.nextInt(voters.size())).export(key));
            history.handedOut(key, row.context());
            to.receive(new Delta(key, row.leaves(), row.context(), Host.dotsOf(row.leaves())));
        }
    }

    private List<Host> voters() {
        return hosts.stream().filter(host -> host.peer.votes()).toList();
    }

    /** Checks one quorum of voters, or all of them. */
    private void checkQuorums(boolean all) {
        List<Host> voters = new ArrayList<>(voters());
        int reads = hosts.size() - quorum + 1;
        if (all) {
            everyChoice(voters, reads, 0, new ArrayList<>());
        } else if (voters.size() >= reads) {
            while (voters.size() > reads) {
                voters.remove(random.nextInt(voters.size()));
            }
            invariants.checkQuorum(voters);
        }
    }

    private void everyChoice(List<Host> from, int size, int next, List<Host> chosen) {
        if (chosen.size() == size) {
            invariants.checkQuorum(chosen);
            return;
        }
        for (int index = next; index < from.size(); index++) {
            chosen.add(from.get(index));
            everyChoice(from, size, index + 1, chosen);
            chosen.removeLast();
        }
    }
}
