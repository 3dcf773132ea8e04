package io.dotkv.simulation.machine;

import io.dotkv.cluster.ClusterView;
import io.dotkv.cluster.register.state.AcceptorId;
import io.dotkv.cluster.register.state.DepartedMember;
import io.dotkv.kernel.Actor;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.ports.RandomSource;
import io.dotkv.kernel.simulated.SimulatedTime.SimulatedProcess;
import io.dotkv.replication.local.LocalReplication;
import io.dotkv.storage.Outcome;
import io.dotkv.storage.PartitionClock;
import io.dotkv.storage.Storage;
import io.dotkv.storage.engine.EngineException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One node: a machine with a disk and a clock, on which one process after the other runs all layers. Ends and starts
 * are called from outside of its processes, or by the disk at a write.
 */
public final class SimulatedNode {
    private static final long DRAIN_NANOS = 5_000_000_000L;
    /** In which a node that is a member no more has met another, which has told it so. */
    private static final long REFUSED_WITHIN_NANOS = 10 * SimulationContext.SECOND;

    private final NodeId id;
    private final Host host;
    private final SimulationContext context;
    private final RandomSource random;
    private final SimulatedDisk disk;
    private final SimulatedClock clock;
    private @Nullable NodeLife life;
    private boolean stopping;
    private boolean withheld;
    private String instance = "";

    public SimulatedNode(
            NodeId id, SimulationContext context, SimulatedDisk disk, SimulatedClock clock, RandomSource random) {
        this.id = id;
        this.context = context;
        this.host = context.network().addHost(id.name());
        this.disk = disk;
        this.clock = clock;
        this.random = random;
    }

    public NodeId id() {
        return id;
    }

    public Host host() {
        return host;
    }

    public SimulatedDisk disk() {
        return disk;
    }

    public SimulatedClock clock() {
        return clock;
    }

    RandomSource random() {
        return random;
    }

    public boolean isUp() {
        return life != null;
    }

    /** Whether it is on its way to a graceful end. */
    boolean isStopping() {
        return stopping;
    }

    /**
     * Whether it runs, all its replicas vote, and its boot is agreed on, so that nothing is found out any more about
     * its disk.
     */
    public boolean isWhole() {
        return life != null
                && life.hasActor()
                && storage().clocks(Set.of()).toCompletableFuture().getNow(Outcome.unknown("it takes long"))
                        instanceof Outcome.Done<List<PartitionClock>>(List<PartitionClock> clocks)
                && clocks.stream().allMatch(PartitionClock::voting);
    }

    /** Its data is of this instance now. */
    void isInstance(String seen) {
        instance = seen;
    }

    /** Its storage issues dots as this actor from now on. */
    void worksAs(Actor actor) {
        living().worksAs(actor);
    }

    /** That the life which its disk had last is a member no more, if it is so. */
    public Optional<DepartedMember> departure() {
        return context.departures().of(instance);
    }

    /** Whether it has been a member, and is one still as far as is known. */
    public boolean isMember() {
        return !instance.isEmpty() && departure().isEmpty();
    }

    /** Whether it runs as that acceptor. */
    public boolean isAcceptor(AcceptorId acceptor) {
        return isUp() && isMember() && acceptor.instance().equals(instance);
    }

    /**
     * Why it is not as it should be at rest, if it is not: a member works, and whoever is one no more stops when it
     * starts.
     */
    public Optional<String> trouble() {
        if (departure().isPresent()) {
            return Optional.ofNullable(life)
                    .filter(running -> running.ageNanos() > REFUSED_WITHIN_NANOS)
                    .map(running -> id + " is a member no more, and goes on");
        }
        if (life == null || !life.replication().status().ready()) {
            return Optional.of(id + " does not run, or is not ready");
        }
        boolean knowsAll = view().flatMap(ClusterView::agreement)
                .filter(agreement -> agreement.state().departures().size()
                        == context.departures().count())
                .isPresent();
        if (!knowsAll) {
            return Optional.of(id + " does not know of all departures");
        }
        return life.hasActor()
                ? Optional.empty()
                : Optional.of(id + " with instance " + instance + " has no boot; it knows "
                        + view().flatMap(ClusterView::agreement));
    }

    private NodeLife living() {
        if (life == null) {
            throw new IllegalStateException(id + " is down");
        }
        return life;
    }

    /** The storage that it offers. */
    public Storage storage() {
        return living().storage();
    }

    public LocalReplication replication() {
        return living().replication();
    }

    public NodeProcess endpoint() {
        return living().endpoint();
    }

    /** The newest view that it has shown. */
    public Optional<ClusterView> view() {
        return Optional.ofNullable(life).flatMap(NodeLife::view);
    }

    /** Begins a process on what the disk has; a process that cannot begin is tried again later. */
    public void start() {
        if (life != null || withheld) {
            return;
        }
        SimulatedProcess process = context.time().process();
        NodeProcess endpoint =
                new NodeProcess(host, process, clock, context.fittings().scheduler(id, clock.measuring(process)));
        try {
            MountedDisk mounted = disk.mount(endpoint, () -> end("died at a write"));
            NodeLife begun = new NodeLife(this, context, endpoint, mounted, failure -> failed(endpoint, failure));
            life = begun;
            host.run(endpoint);
            context.trace().event(id.name(), "starts");
            begun.begin();
        } catch (IOException | EngineException e) {
            endpoint.die();
            context.trace().event(id.name(), "cannot start: " + e.getMessage());
            context.restartLater(this);
        }
    }

    /** Nobody starts it until it is {@linkplain #release released}. */
    public void withhold() {
        withheld = true;
    }

    /** It is started, and may be from now on. */
    public void release() {
        withheld = false;
        start();
    }

    /** The process has found out that it cannot go on. */
    private void failed(NodeProcess endpoint, Throwable failure) {
        if (!(failure instanceof DiskFault)) {
            context.defect(id + " failed by a defect: " + failure);
        }
        endpoint.in(random.nextInt(200) * SimulationContext.MILLI, () -> end("failed: " + failure.getMessage()));
    }

    /** Ends the process at once, as a signal does that cannot be caught. */
    public void kill() {
        if (life != null) {
            end("is killed");
        }
    }

    /** Ends the process; it is started again later. */
    private void end(String how) {
        NodeLife ending = life;
        if (ending == null) {
            return;
        }
        context.trace().event(id.name(), how);
        life = null;
        stopping = false;
        host.run(null);
        ending.endpoint().die();
        context.network().ended(ending.endpoint());
        context.restartLater(this);
    }

    /** Ends the process as an operator does: what was taken is finished, the others are told, the storage is closed. */
    public void stop() {
        NodeLife ending = life;
        if (ending == null || stopping) {
            return;
        }
        stopping = true;
        context.trace().event(id.name(), "is told to stop");
        boolean[] left = {false};
        Runnable leave = () -> {
            if (!left[0]) {
                left[0] = true;
                ending.cluster().leave().whenComplete((done, failure) -> close(ending));
            }
        };
        ending.endpoint().scheduler().schedule(leave, DRAIN_NANOS);
        ending.endpoint()
                .scheduler()
                .execute(() -> ending.replication().drain().whenComplete((done, failure) -> leave.run()));
    }

    private void close(NodeLife ending) {
        if (!ending.endpoint().isAlive()) {
            return;
        }
        ending.close();
        end("has stopped");
    }
}
