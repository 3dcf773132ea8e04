package io.dotkv.storage.replica;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Delta;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.encoding.MalformedException;
import io.dotkv.kernel.ports.RandomSource;
import io.dotkv.kernel.types.Content;
import io.dotkv.kernel.types.DataType;
import io.dotkv.kernel.types.Place;
import io.dotkv.kernel.types.Step;
import io.dotkv.kernel.types.TypeChange;
import io.dotkv.storage.WriteId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Writes that are tried again under their names, at whatever replica: puts and deletes of one key, and additions to a
 * counter, which in the end has to have each of them once.
 */
final class ModelRetries {
    private static final Key VALUE = Key.of("tried again");
    private static final Key COUNT = Key.of("counted once");
    private static final Step ADD = new Step(new Place(List.of(), DataType.COUNTER), new TypeChange.Increase(1));

    private final RandomSource random;
    private final GhostHistory history;
    private final List<Write> writes = new ArrayList<>();

    /** A write: an addition, or a put of a value, or a deletion. */
    private record Write(Key key, String id, Optional<Bytes> value) {
        WriteId name() {
            return Objects.requireNonNull(WriteId.of(id, key));
        }
    }

    /** Sends a delta to all others. */
    interface Sender {
        void send(Host from, Delta delta, WriteId name);
    }

    ModelRetries(RandomSource random, GhostHistory history) {
        this.random = random;
        this.history = history;
    }

    /** A client writes, or tries one of its last writes again, through this replica. */
    void writeOrRetry(Host host, Sender sender) {
        boolean isRetry = !writes.isEmpty() && random.nextInt(3) > 0;
        Write write = isRetry ? writes.get(writes.size() - 1 - random.nextInt(Math.min(4, writes.size()))) : next();
        List<Dot> known = host.peer.replica.known(write.name());
        if (known.isEmpty()) {
            Delta delta = write.key.equals(COUNT) ? add(host, write) : put(host, write);
            host.applied(delta.events());
            sender.send(host, delta, write.name());
        } else {
            Delta again = Peer.damageFree(() -> host.peer.replica.repeat(known, write.key))
                    .delta();
            host.applied(known);
            host.write();
            sender.send(host, again, write.name());
        }
    }

    private Write next() {
        int number = writes.size();
        Key key = random.nextInt(2) == 0 ? COUNT : VALUE;
        Optional<Bytes> value = random.nextInt(3) == 0 ? Optional.empty() : Optional.of(Bytes.utf8("v" + number));
        writes.add(new Write(key, "request " + number, value));
        return writes.getLast();
    }

    private Delta put(Host host, Write write) {
        Peer peer = host.peer;
        List<Dot> replaced = history.puts(write.key, peer.replica::has);
        Delta delta = peer.mutate(write.key, write.value.orElse(null), Optional.empty(), write.name())
                .delta();
        history.issued(delta, replaced, write.id);
        return delta;
    }

    private Delta add(Host host, Write write) {
        Peer peer = host.peer;
        List<Dot> replaced = history.putEvents(
                write.key, event -> event.dot.actor().equals(peer.actor()) && peer.replica.has(event.dot));
        Delta delta = peer.update(write.key, ADD, write.name()).delta();
        history.issued(delta, replaced, write.id);
        return delta;
    }

    /**
     * Whether every addition that is anywhere counts once. Where a replica has lost its writes, nobody may be left who
     * could give back what a second try added; but none counts less than once.
     */
    void check(List<Host> hosts, boolean hasLost) {
        Host first = hosts.getFirst();
        DotSet clock = first.peer.clock();
        long expected = history.requests().values().stream()
                .filter(tries -> tries.getFirst().key.equals(COUNT))
                .filter(tries -> tries.stream().anyMatch(event -> !event.isVoid() && clock.contains(event.dot)))
                .count();
        long counted = count(first);
        GhostHistory.check(
                counted == expected || (hasLost && counted > expected),
                "F",
                () -> expected + " additions were made, and " + counted + " are counted");
    }

    private static long count(Host host) {
        try {
            return Content.of(host.export(COUNT).leaves()).counter().orElse(0);
        } catch (MalformedException e) {
            throw new AssertionError(e);
        }
    }
}
