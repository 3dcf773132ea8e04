package io.dotkv.simulation;

import io.dotkv.kernel.Dot;
import io.dotkv.kernel.Key;
import io.dotkv.replication.Consistency;
import io.dotkv.replication.Operation;
import io.dotkv.replication.WriteResult;
import io.dotkv.simulation.history.ClientWrite;
import io.dotkv.simulation.history.TraceText;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One write of a client with all its tries, each through any node and all under one request id: one that is not known
 * to be applied is often tried again.
 */
final class SimulatedWrite {
    private static final int MOST_TRIES = 4;
    private static final int MOST_TRIES_OF_UPDATE = 8;

    private final SimulatedClient client;
    private final String id;
    private final Key key;
    private final Operation.Write.Body body;
    private final Consistency level;
    private int tries;
    private boolean surelyNotApplied = true;

    SimulatedWrite(SimulatedClient client, String id, Key key, Operation.Write.Body body, Consistency level) {
        this.client = client;
        this.id = id;
        this.key = key;
        this.body = body;
        this.level = level;
    }

    void attempt() {
        tries++;
        if (tries > 1) {
            client.world().retries().made(id);
        }
        long timeoutNanos = client.timeoutNanos();
        String what = TraceText.of(key, body) + " at " + level + " as " + id;
        client.world()
                .network()
                .call(
                        client.endpoint(),
                        client.anyNode(),
                        what,
                        SimulatedClient.patienceNanos(timeoutNanos),
                        false,
                        there -> there.replication()
                                .write(new Operation.Write(
                                        key, body, level, id, there.clock().monotonicNanos() + timeoutNanos)))
                .whenComplete(this::ended);
    }

    private void ended(@Nullable WriteResult result, @Nullable Throwable failure) {
        switch (result) {
            case WriteResult.Applied applied -> {
                client.wrote(key, applied.context(), applied.dot());
                finish(ClientWrite.Ending.APPLIED, applied.dot());
            }
            case WriteResult.NotApplied notApplied -> again();
            case WriteResult.Unknown unknown -> {
                surelyNotApplied = false;
                again();
            }
            case null -> {
                surelyNotApplied = false;
                again();
            }
        }
    }

    private void again() {
        if (!client.isOver() && isTriedAgain()) {
            client.endpoint().in(client.random().nextInt(500) * World.MILLI, this::attempt);
        } else {
            finish(surelyNotApplied ? ClientWrite.Ending.NOT_APPLIED : ClientWrite.Ending.UNKNOWN, Optional.empty());
        }
    }

    /** An update is given up late, so that most of those that were tried again are acknowledged in the end. */
    private boolean isTriedAgain() {
        return body instanceof Operation.Write.Typed
                ? tries < MOST_TRIES_OF_UPDATE
                : tries < MOST_TRIES && client.random().nextInt(3) > 0;
    }

    private void finish(ClientWrite.Ending ending, Optional<Dot> dot) {
        World world = client.world();
        world.trace()
                .event(
                        client.name(),
                        "write " + id + " ends " + ending + " "
                                + dot.map(Dot::toString).orElse(""));
        world.wrote(new ClientWrite(
                id, key, body, client.required(level), world.time().monotonicNanos(), ending, dot));
        client.think();
    }
}
