package io.dotkv.simulation;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.ports.RandomSource;
import io.dotkv.kernel.simulated.SimulatedTime.SimulatedProcess;
import io.dotkv.replication.Consistency;
import io.dotkv.replication.Operation;
import io.dotkv.replication.ReadResult;
import io.dotkv.replication.WriteResult;
import io.dotkv.simulation.history.TraceText;
import io.dotkv.simulation.machine.Host;
import io.dotkv.simulation.machine.NodeProcess;
import io.dotkv.simulation.machine.SimulatedClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A person who puts values of one key, each after the last was acknowledged, and looks at the key after each. It keeps
 * to a node for a while and then goes to another, or when a node does not serve it. A put whose outcome is unknown may
 * be carried out late, beside the next one; so it goes on with another key.
 */
final class LoneWriter {
    private static final long TIMEOUT_NANOS = 3 * World.SECOND;

    private final World world;
    private final RandomSource random;
    private final NodeProcess endpoint;
    private final List<String> siblings = new ArrayList<>();
    private int node;
    private int number;
    private int key;
    private long acknowledged;

    LoneWriter(World world) {
        this.world = world;
        this.random = world.random().fork();
        Host host = world.network().addHost("writer");
        SimulatedProcess process = world.time().process();
        SimulatedClock clock = new SimulatedClock(world.time(), random.nextInt(1_000_000), 0);
        this.endpoint = new NodeProcess(host, process, clock, clock.measuring(process));
    }

    void begin() {
        endpoint.in(World.MILLI, this::put);
    }

    /** What was shown with more than one value. */
    List<String> siblings() {
        return List.copyOf(siblings);
    }

    long acknowledged() {
        return acknowledged;
    }

    private String address() {
        return world.nodes().get(node).host().address();
    }

    private Key key() {
        return Key.of("lone" + key);
    }

    private void put() {
        number++;
        attempt();
    }

    private void attempt() {
        String value = "v" + number;
        world.network()
                .call(
                        endpoint,
                        address(),
                        "put " + TraceText.of(key()) + " " + value,
                        TIMEOUT_NANOS + TIMEOUT_NANOS / 4,
                        false,
                        there -> there.replication()
                                .write(new Operation.Write(
                                        key(),
                                        Optional.of(Bytes.utf8(value)),
                                        Optional.empty(),
                                        Consistency.QUORUM,
                                        "lone-" + number,
                                        there.clock().monotonicNanos() + TIMEOUT_NANOS)))
                .whenComplete(this::ended);
    }

    private void ended(@Nullable WriteResult result, @Nullable Throwable failure) {
        switch (result) {
            case WriteResult.Applied applied -> {
                acknowledged++;
                endpoint.in(World.MILLI, this::look);
            }
            case WriteResult.NotApplied notApplied -> goOn(this::attempt);
            case WriteResult.Unknown unknown -> givenUp();
            case null -> givenUp();
        }
    }

    private void givenUp() {
        key++;
        goOn(this::put);
    }

    private void goOn(Runnable next) {
        node = (node + 1) % world.nodes().size();
        endpoint.in((20 + random.nextInt(100)) * World.MILLI, next);
    }

    private void look() {
        Key key = key();
        world.network()
                .call(
                        endpoint,
                        address(),
                        "get " + TraceText.of(key),
                        TIMEOUT_NANOS,
                        false,
                        there -> there.replication()
                                .read(new Operation.Read(
                                        key, Consistency.QUORUM, there.clock().monotonicNanos() + TIMEOUT_NANOS)))
                .whenComplete((result, failure) -> {
                    if (result instanceof ReadResult.Answered answered
                            && answered.values().size() > 1) {
                        siblings.add("put " + number + " through "
                                + world.nodes().get(node).id() + " at "
                                + world.time().monotonicNanos() / World.MILLI
                                + " ms left " + TraceText.of(answered.values()));
                    }
                    if (random.nextInt(8) == 0) {
                        node = random.nextInt(world.nodes().size());
                    }
                    endpoint.in((20 + random.nextInt(60)) * World.MILLI, this::put);
                });
    }
}
