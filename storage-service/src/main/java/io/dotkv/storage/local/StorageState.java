package io.dotkv.storage.local;

import io.dotkv.kernel.Actor;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.PartitionId;
import io.dotkv.storage.Assignment;
import io.dotkv.storage.Partitioning;
import io.dotkv.storage.Refusal;
import io.dotkv.storage.replica.Replica;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a storage is at present: its assignment, its actor, and its replicas. Replaced as a whole; never changed. */
public final class StorageState {
    private final Assignment assignment;
    private final @Nullable Actor actor;
    private final Partitioning partitioning;
    private final @Nullable Replica[] replicas;

    StorageState(Assignment assignment, @Nullable Actor actor, List<Replica> held) {
        this.assignment = assignment;
        this.actor = actor;
        this.partitioning = new Partitioning(assignment.partitions());
        this.replicas = new Replica[assignment.partitions()];
        for (Replica replica : held) {
            replicas[replica.partition().number()] = replica;
        }
    }

    public Assignment assignment() {
        return assignment;
    }

    /** Who issues dots here; null while no boot was agreed on. */
    @Nullable
    public Actor actor() {
        return actor;
    }

    public long placement() {
        return assignment.placement();
    }

    PartitionId partitionOf(Key key) {
        return partitioning.partitionOf(key);
    }

    @Nullable
    Replica replicaOf(Key key) {
        return replicas[partitioning.partitionOf(key).number()];
    }

    @Nullable
    Replica replicaOf(PartitionId partition) {
        return partition.number() < replicas.length ? replicas[partition.number()] : null;
    }

    /** The held replicas, by partition. */
    public List<Replica> held() {
        List<Replica> held = new ArrayList<>(replicas.length);
        for (Replica replica : replicas) {
            if (replica != null) {
                held.add(replica);
            }
        }
        return held;
    }

    Refusal refuse(Refusal.Reason reason, String detail) {
        return new Refusal(reason, placement(), detail);
    }

    Refusal stale(long placement) {
        return refuse(
                Refusal.Reason.STALE_PLACEMENT,
                "the request was made under layout " + placement + ", this replica is at " + placement());
    }

    Refusal notHeld(PartitionId partition) {
        return refuse(
                Refusal.Reason.NOT_A_REPLICA,
                "node " + assignment.node() + " holds no replica of partition " + partition + " under layout "
                        + placement());
    }

    Refusal notVoting(PartitionId partition) {
        return refuse(
                Refusal.Reason.NOT_VOTING,
                "node " + assignment.node() + " may lack acknowledged writes of partition " + partition
                        + " and is still catching up");
    }

    Refusal retired() {
        return refuse(
                Refusal.Reason.RETIRED,
                "the change has an event of a former boot that is retired or being retired, and that node "
                        + assignment.node() + " has not got");
    }

    Refusal withoutBoot() {
        return refuse(
                Refusal.Reason.NO_ACTOR,
                "node " + assignment.node() + " has started and waits until the cluster has agreed on its boot");
    }

    Refusal superseded(Actor own) {
        return refuse(
                Refusal.Reason.NO_ACTOR,
                "another process has replaced this one as node " + assignment.node() + ": boot " + own.boot()
                        + " is closed");
    }

    /**
     * Whether what this storage confirms counts. Not for a disk of a node that never had a boot: if it were lost now,
     * nobody would know that it had been there.
     */
    boolean mayConfirm() {
        return actor != null || assignment.formerLife() != 0;
    }

    /**
     * Whether others may pull from a replica. Not from one that may be of the past before the boot was agreed on, and
     * with it the floors are known: what it has could be void by now.
     */
    boolean isSource(Replica replica) {
        return actor != null || replica.reading().voting();
    }

    /** Whether a change names events of this very process that it never issued. */
    boolean isFromNowhere(DotSet context, Replica replica) {
        return actor != null && replica.isFromNowhere(context, actor);
    }

    Refusal ownEventsFromNowhere() {
        return refuse(
                Refusal.Reason.NOT_UNDERSTOOD,
                "the change names events that node " + assignment.node() + " has not issued");
    }

    Refusal stopping() {
        return refuse(Refusal.Reason.STOPPING, "the storage of node " + assignment.node() + " is stopping");
    }

    Refusal expired() {
        return refuse(Refusal.Reason.EXPIRED, "the deadline had passed before the request started");
    }
}
