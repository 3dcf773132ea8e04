package io.dotkv.simulation;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.ports.RandomSource;
import io.dotkv.kernel.simulated.SimulatedTime.SimulatedProcess;
import io.dotkv.replication.Consistency;
import io.dotkv.replication.ContextToken;
import io.dotkv.replication.Operation;
import io.dotkv.replication.ReadResult;
import io.dotkv.replication.ScanResult;
import io.dotkv.simulation.history.ClientRead;
import io.dotkv.simulation.history.TraceText;
import io.dotkv.simulation.machine.Host;
import io.dotkv.simulation.machine.NodeProcess;
import io.dotkv.simulation.machine.SimulatedClock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A client that puts, gets, deletes and scans, with and without contexts, changes data types, at all levels, one
 * request after the other and each through any node. Some of its reads are given the context of its last answer about
 * the key, and some are monotonic.
 */
final class SimulatedClient {
    private final String name;
    private final World world;
    private final RandomSource random;
    private final TypedClient typed;
    private final NodeProcess endpoint;
    private final Map<Key, ContextToken> contexts = new TreeMap<>();
    private boolean over;
    private boolean busy;
    private final Map<Key, Session> sessions = new TreeMap<>();
    private int requests;
    private int reads;
    private long acknowledged;
    private long answered;

    /** A context with the events that its answer showed or made. */
    private record Session(ContextToken context, List<Dot> seen) {}

    SimulatedClient(String name, World world) {
        this.name = name;
        this.world = world;
        this.random = world.random().fork();
        this.typed = new TypedClient(this);
        Host host = world.network().addHost(name);
        SimulatedProcess process = world.time().process();
        SimulatedClock clock = new SimulatedClock(world.time(), random.nextInt(1_000_000), 0);
        this.endpoint = new NodeProcess(host, process, clock, clock.measuring(process));
    }

    String name() {
        return name;
    }

    World world() {
        return world;
    }

    RandomSource random() {
        return random;
    }

    NodeProcess endpoint() {
        return endpoint;
    }

    void begin() {
        think();
    }

    /** Begins no further request. */
    void end() {
        over = true;
    }

    /** Whether it begins no further request. */
    boolean isOver() {
        return over;
    }

    /** Whether no request is under way. */
    boolean isIdle() {
        return !busy;
    }

    long acknowledged() {
        return acknowledged;
    }

    long answered() {
        return answered;
    }

    /** Begins the next request after a while. */
    void think() {
        busy = false;
        long nanos = Long.remainderUnsigned(random.nextLong(), 2 * world.shape().thinkNanos() + 1);
        endpoint.in(nanos, this::act);
    }

    private void act() {
        if (over) {
            return;
        }
        busy = true;
        if (typed.isNext()) {
            typed.act();
            return;
        }
        int choice = random.nextInt(100);
        Key key = Key.of("k" + random.nextInt(world.shape().keys()));
        if (choice < 35) {
            read(key);
        } else if (choice < 38) {
            scan();
        } else {
            boolean isDelete = choice >= 88;
            boolean withContext = random.nextInt(2) == 0;
            String id = nextId();
            Operation.Write.Body body = new Operation.Write.Replace(
                    isDelete ? Optional.empty() : Optional.of(Bytes.utf8("v" + id)),
                    withContext ? Optional.ofNullable(contexts.get(key)) : Optional.empty());
            new SimulatedWrite(this, id, key, body, level()).attempt();
        }
    }

    /** A request id. */
    String nextId() {
        requests++;
        return name + "-" + requests;
    }

    /** A level that is drawn. */
    Consistency level() {
        return switch (random.nextInt(10)) {
            case 0, 1, 2 -> Consistency.ONE;
            case 3 -> Consistency.TWO;
            case 4 -> Consistency.ALL;
            default -> Consistency.QUORUM;
        };
    }

    /** How many replicas must answer. */
    int required(Consistency level) {
        return level.required(Math.min(world.shape().replicas(), world.shape().nodes()));
    }

    String anyNode() {
        return world.nodes().get(random.nextInt(world.nodes().size())).host().address();
    }

    long timeoutNanos() {
        return (100 + random.nextInt(random.nextInt(3) == 0 ? 300 : 3_000)) * World.MILLI;
    }

    /** How long a client waits for an answer to a request with this time. */
    static long patienceNanos(long timeoutNanos) {
        return timeoutNanos + timeoutNanos / 4;
    }

    /** A write was acknowledged. */
    void wrote(Key key, ContextToken context, Optional<Dot> dot) {
        acknowledged++;
        sessions.put(key, new Session(context, dot.stream().toList()));
        if (random.nextInt(2) == 0) {
            contexts.put(key, context);
        }
    }

    /** A read of data types was answered. */
    void sawContent() {
        answered++;
    }

    private void read(Key key) {
        Consistency level = level();
        reads++;
        boolean monotonic = reads % 4 == 1;
        Optional<Session> session = reads % 3 == 0 ? Optional.ofNullable(sessions.get(key)) : Optional.empty();
        long beganNanos = world.time().monotonicNanos();
        long timeoutNanos = timeoutNanos();
        world.network()
                .call(
                        endpoint,
                        anyNode(),
                        "get " + TraceText.of(key) + " at " + level + (monotonic ? " monotonic" : "")
                                + (session.isPresent() ? " with a context" : ""),
                        patienceNanos(timeoutNanos),
                        false,
                        there -> there.replication()
                                .read(new Operation.Read(
                                        key,
                                        level,
                                        session.map(Session::context),
                                        monotonic,
                                        there.clock().monotonicNanos() + timeoutNanos)))
                .whenComplete((result, failure) -> {
                    if (result
                            instanceof
                            ReadResult.Answered(List<Leaf> values, var types, ContextToken context, var by, var left)) {
                        saw(
                                key,
                                level,
                                beganNanos,
                                session.map(Session::seen).orElse(List.of()),
                                monotonic,
                                values,
                                context);
                    } else {
                        world.trace().event(name, "get " + TraceText.of(key) + " fails");
                    }
                    think();
                });
    }

    private void saw(
            Key key,
            Consistency level,
            long beganNanos,
            List<Dot> session,
            boolean monotonic,
            List<Leaf> values,
            ContextToken context) {
        answered++;
        contexts.put(key, context);
        sessions.put(key, new Session(context, values.stream().map(Leaf::dot).toList()));
        world.trace().event(name, "got " + TraceText.of(key) + " at " + level + ": " + TraceText.of(values));
        world.read(new ClientRead(
                name, key, required(level), beganNanos, world.time().monotonicNanos(), session, monotonic, values));
    }

    private void scan() {
        Consistency level = level();
        long beganNanos = world.time().monotonicNanos();
        long timeoutNanos = timeoutNanos();
        int size = 1 + random.nextInt(30);
        world.network()
                .call(
                        endpoint,
                        anyNode(),
                        "scan at " + level,
                        patienceNanos(timeoutNanos),
                        false,
                        there -> there.replication()
                                .scan(new Operation.Scan(
                                        Bytes.EMPTY,
                                        Optional.empty(),
                                        size,
                                        level,
                                        there.clock().monotonicNanos() + timeoutNanos)))
                .whenComplete((result, failure) -> {
                    if (result instanceof ScanResult.Scanned scanned) {
                        scanned(scanned, level, beganNanos);
                    }
                    think();
                });
    }

    private void scanned(ScanResult.Scanned scanned, Consistency level, long beganNanos) {
        Map<Key, ScanResult.Entry> entries = new TreeMap<>();
        scanned.entries().forEach(entry -> entries.put(entry.key(), entry));
        entries.forEach((key, entry) -> saw(key, level, beganNanos, List.of(), false, entry.values(), entry.context()));
        if (scanned.next().isEmpty()) {
            for (Key key : world.history().keys()) {
                if (!entries.containsKey(key)) {
                    world.read(new ClientRead(
                            name,
                            key,
                            required(level),
                            beganNanos,
                            world.time().monotonicNanos(),
                            List.of(),
                            false,
                            List.of()));
                }
            }
        }
    }
}
