package io.dotkv.simulation.machine;

import io.dotkv.cluster.Cluster;
import io.dotkv.cluster.ClusterPeer;
import io.dotkv.gossip.LocalGossip;
import io.dotkv.kernel.ports.Clock;
import io.dotkv.kernel.ports.Scheduler;
import io.dotkv.kernel.simulated.SimulatedTime.SimulatedProcess;
import io.dotkv.replication.Replication;
import io.dotkv.replication.ReplicationAdmin;
import io.dotkv.storage.Storage;
import org.jspecify.annotations.Nullable;

/**
 * One process on a host, from its start to its end: what is sent to it reaches this process and none after it, and
 * nothing that it says after its end is heard.
 */
public final class NodeProcess {
    private final Host host;
    private final SimulatedProcess process;
    private final SimulatedClock clock;
    private final Scheduler scheduler;
    private boolean alive = true;
    private long pausedUntilNanos;
    private @Nullable Services services;

    /**
     * What a node offers to others.
     *
     * @param cluster to other nodes
     * @param members to operators
     */
    public record Services(
            Storage storage,
            LocalGossip gossip,
            ClusterPeer cluster,
            Cluster members,
            Replication replication,
            ReplicationAdmin oversight,
            Clock clock) {}

    /** @param scheduler of the process, with delays by the clock */
    public NodeProcess(Host host, SimulatedProcess process, SimulatedClock clock, Scheduler scheduler) {
        this.host = host;
        this.process = process;
        this.clock = clock;
        this.scheduler = scheduler;
    }

    public Host host() {
        return host;
    }

    Clock clock() {
        return clock;
    }

    /** Runs tasks of this process, after delays by its own clock. */
    Scheduler scheduler() {
        return scheduler;
    }

    /** Runs a task of this process after so many true nanoseconds. */
    public void in(long nanos, Runnable task) {
        process.schedule(task, nanos);
    }

    /** Nothing of it runs for so many nanoseconds. */
    public void pause(long nanos) {
        process.pause(nanos);
        pausedUntilNanos = Math.max(pausedUntilNanos, clock.monotonicNanos() + nanos);
    }

    /** Whether a pause has ended in the last so many nanoseconds, or has not ended. */
    public boolean wasPausedWithin(long nanos) {
        return pausedUntilNanos > 0 && clock.monotonicNanos() - pausedUntilNanos < nanos;
    }

    boolean isAlive() {
        return alive;
    }

    void die() {
        alive = false;
        process.kill();
    }

    void serve(Services offered) {
        services = offered;
    }

    Services services() {
        if (services == null) {
            throw new IllegalStateException(host + " offers nothing");
        }
        return services;
    }

    /** Whether somebody can call. */
    boolean isServing() {
        return alive && services != null;
    }
}
