package io.dotkv.storage.local;

import io.dotkv.kernel.Actor;
import io.dotkv.kernel.PartitionId;
import io.dotkv.storage.Assignment;
import io.dotkv.storage.AssignmentAck;
import io.dotkv.storage.Outcome;
import io.dotkv.storage.Refusal;
import io.dotkv.storage.engine.Engine;
import io.dotkv.storage.engine.EngineException;
import io.dotkv.storage.identity.Identity;
import io.dotkv.storage.identity.IdentityStore;
import io.dotkv.storage.replica.Replica;
import io.dotkv.storage.replica.store.StorageRecord;
import io.dotkv.storage.shard.EngineHealth;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds what a storage is assigned at present, and takes a new assignment when it is given one. With the first one of a
 * process a new life of the disk begins; one that is of another node or cluster is refused. There is no actor until a
 * boot was agreed on.
 *
 * <p>{@link #state()} from any thread; roles are taken one after the other.
 */
final class AssignedReplicas {
    private static final Logger LOG = LoggerFactory.getLogger(AssignedReplicas.class);

    private final Engine engine;
    private final IdentityStore identities;
    private final StorageSettings settings;
    private final StoragePorts environment;
    private final Shards shards;
    private final EngineHealth engineHealth;
    private final AtomicReference<@Nullable StorageState> state = new AtomicReference<>();
    private final PossibleLoss loss = new PossibleLoss();
    private boolean losesVotes;
    private boolean beganEmpty;
    private long life;
    private int lastBoot;
    private String storageId = "";
    private boolean closed;

    AssignedReplicas(
            Engine engine,
            IdentityStore identities,
            StorageSettings settings,
            StoragePorts environment,
            Shards shards,
            EngineHealth engineHealth) {
        this.engine = engine;
        this.identities = identities;
        this.settings = settings;
        this.environment = environment;
        this.shards = shards;
        this.engineHealth = engineHealth;
    }

    /** The present state, or null before the first assignment. */
    @Nullable
    StorageState state() {
        return state.get();
    }

    /**
     * Why acknowledged writes may be missing that nobody else has, as a sentence; empty when there is no reason to
     * think so.
     */
    String possibleLoss() {
        return loss.sentence();
    }

    /** Looks whether replicas have given up waiting for what nobody has. */
    void lookForLoss() {
        StorageState current = state.get();
        if (current != null) {
            loss.look(current);
        }
    }

    /** Waits for an assignment that is being taken, and takes no more. */
    synchronized void close() {
        closed = true;
    }

    /** Everything is synced and nothing will be written any more. */
    synchronized void cleanlyStopped() {
        // Without an assignment, the identity is of an earlier process, or of somebody else.
        if (state.get() != null) {
            identities.save(older(identities.load().orElseThrow()).cleanlyStopped());
        }
    }

    /**
     * The storage is a minute older: files from before, put back beside the identity of today, are recognised by that.
     */
    synchronized long age() {
        if (state.get() == null || closed) {
            return 0;
        }
        Identity older = older(identities.load().orElseThrow());
        identities.save(older);
        return older.age();
    }

    private Identity older(Identity identity) {
        long age = identity.age() + 1;
        try {
            new StorageRecord(identity.storageId(), age).write(engine);
        } catch (EngineException e) {
            engineHealth.fail(e);
            throw e;
        }
        return identity.withAge(age);
    }

    synchronized Outcome<AssignmentAck> assume(Assignment assignment) {
        StorageState before = state.get();
        if (closed) {
            return Outcome.refused(new Refusal(
                    Refusal.Reason.STOPPING, 0, "the storage of node " + assignment.node() + " is stopping"));
        }
        if (before == null) {
            return assumeFirst(assignment);
        }
        if (!isSame(before.assignment(), assignment)) {
            return Outcome.refused(before.refuse(
                    Refusal.Reason.WRONG_IDENTITY,
                    "this storage belongs to node " + before.assignment().node() + " of cluster "
                            + before.assignment().clusterId() + " and for no other"));
        }
        return before.actor() == null && assignment.boot() > 0
                ? takeBoot(before, assignment)
                : takePlacement(before, assignment);
    }

    private Outcome<AssignmentAck> takePlacement(StorageState before, Assignment assignment) {
        StorageState taken =
                assignment.placement() <= before.placement() ? before : take(assignment, before.actor(), false);
        tellReplicas(taken, assignment);
        return Outcome.done(assumed(taken));
    }

    private static void tellReplicas(StorageState state, Assignment assignment) {
        for (Replica replica : state.held()) {
            replica.others(assignment.others());
            replica.agreed(assignment.retirements(), state.actor());
        }
    }

    private Outcome<AssignmentAck> takeBoot(StorageState before, Assignment assignment) {
        Identity identity = identities.load().orElseThrow();
        // Not above what the disk says by now: that may be this very boot, saved by a write that was reported as
        // failed.
        if (assignment.boot() <= lastBoot) {
            return Outcome.refused(before.refuse(
                    Refusal.Reason.WRONG_IDENTITY,
                    "boot " + assignment.boot() + " is not above boot " + lastBoot + ", which this disk had before"));
        }
        if (!identity.knows(assignment.formerLife()) && !identity.behind() && !identities.isAccepted()) {
            loss.found(beganEmpty ? PossibleLoss.Cause.EMPTY : PossibleLoss.Cause.OLDER, engine, assignment);
            identities.save(identity.withBehind(true));
            losesVotes = true;
        }
        if (losesVotes && assignment.donors() > 0) {
            List<Replica> voting = before.held().stream()
                    .filter(replica -> replica.reading().voting())
                    .toList();
            voting.forEach(replica -> loseVote(before, replica));
            if (!voting.isEmpty()) {
                return Outcome.refused(before.refuse(
                        Refusal.Reason.NOT_VOTING, "its partitions stop voting before it takes its boot"));
            }
        }
        StorageState emptied =
                assignment.donors() == 0 || identities.isAccepted() ? before : emptyPast(before, assignment);
        if (emptied == null) {
            return Outcome.refused(before.refuse(
                    Refusal.Reason.NOT_VOTING, "outdated partitions are emptied before it takes its boot"));
        }
        identities.save(
                identity.withBehind(false).knowing(assignment.formerLife()).withBoot(assignment.boot()));
        StorageState taken = take(assignment, new Actor(assignment.nodeNumber(), assignment.boot()), false);
        tell(taken);
        return Outcome.done(assumed(taken));
    }

    /**
     * Empties the replicas that hold events of boots that were closed without them: some may be void by now, and would
     * hide values where they are seen. They come back by pulls, like those of a lost disk.
     *
     * @return the state with all replicas in order; null when outdated replicas still change: try again
     */
    private @Nullable StorageState emptyPast(StorageState before, Assignment assignment) {
        List<Replica> past = before.held().stream()
                .filter(replica -> replica.isAbandoned() || replica.holdsRetiredEvents(assignment.retirements()))
                .toList();
        if (past.isEmpty()) {
            return before;
        }
        List<Replica> inUse =
                past.stream().filter(replica -> !replica.isAbandoned()).toList();
        if (!inUse.isEmpty()) {
            inUse.forEach(replica -> abandon(before, replica));
            return null;
        }
        tellOfPast(past, assignment);
        try (Engine.Batch batch = engine.newBatch()) {
            past.forEach(replica -> Replica.clear(replica.partition(), batch));
            engine.write(batch, true);
        }
        try (Engine.Batch batch = engine.newBatch()) {
            StorageState emptied =
                    new StorageState(before.assignment(), null, reopened(before.held(), assignment, batch));
            engine.write(batch, true);
            state.set(emptied);
            shards.own(emptied.held());
            return emptied;
        }
    }

    /** What was fetched since the start is fetched once more, and nobody needs a copy of it. */
    private void tellOfPast(List<Replica> past, Assignment assignment) {
        List<Replica> own =
                past.stream().filter(replica -> !replica.isFetched()).toList();
        if (own.isEmpty()) {
            LOG.debug(
                    "{} partitions are fetched again: boots were retired while they were being fetched.", past.size());
            return;
        }
        LOG.warn(
                "{} partitions of node {} were restored from an outdated copy, or the end of their log "
                        + "was lost. They are emptied and fetched from their other replicas; {}.",
                own.size(),
                assignment.node(),
                engine.keepCopy());
    }

    private List<Replica> reopened(List<Replica> held, Assignment assignment, Engine.Batch batch) {
        return held.stream()
                .map(replica -> replica.isAbandoned() ? open(replica.partition(), assignment, true, batch) : replica)
                .toList();
    }

    private void abandon(StorageState current, Replica replica) {
        shards.submit(replica, current, new ApplyTask<>(current, replica, 100, replica::abandon, key -> {}));
    }

    private void loseVote(StorageState current, Replica replica) {
        shards.submit(
                replica,
                current,
                new ApplyTask<>(
                        current,
                        replica,
                        100,
                        () -> {
                            replica.loseVote();
                            return true;
                        },
                        key -> {}));
    }

    private static boolean isSame(Assignment before, Assignment assignment) {
        return before.clusterId().equals(assignment.clusterId())
                && before.node().equals(assignment.node())
                && before.nodeNumber() == assignment.nodeNumber();
    }

    private Outcome<AssignmentAck> assumeFirst(Assignment assignment) {
        StartupCheck.Result result = new StartupCheck(engine, identities, settings, environment).establish(assignment);
        Identity identity = result.identity();
        if (identity == null) {
            return Outcome.refused(new Refusal(Refusal.Reason.WRONG_IDENTITY, 0, result.refusal()));
        }
        beganEmpty = result.isEmpty();
        result.cause().ifPresent(cause -> loss.found(cause, engine, assignment));
        life = identity.lives().getFirst();
        lastBoot = identity.boot();
        storageId = identity.storageId();
        StorageState taken = take(assignment, null, identity.behind());
        if (identity.behind()) {
            identities.save(identity.withBehind(false).knowing(assignment.formerLife()));
        }
        return assignment.boot() > 0 ? takeBoot(taken, assignment) : Outcome.done(assumed(taken));
    }

    private void tell(StorageState taken) {
        LOG.info(
                "Storage {} serves node {} as actor {} with {} partitions, {} of them catching up before "
                        + "they vote.",
                storageId,
                taken.assignment().node(),
                taken.actor(),
                taken.held().size(),
                notVoting(taken).size());
    }

    private StorageState take(Assignment assignment, @Nullable Actor actor, boolean losesVote) {
        StorageState before = state.get();
        List<Replica> held = new ArrayList<>();
        try (Engine.Batch batch = engine.newBatch()) {
            for (PartitionId partition : assignment.held()) {
                Replica known = before == null ? null : before.replicaOf(partition);
                held.add(known != null ? known : open(partition, assignment, losesVote, batch));
            }
            engine.write(batch, true);
        }
        StorageState taken = new StorageState(assignment, actor, held);
        tellReplicas(taken, assignment);
        state.set(taken);
        shards.own(held);
        return taken;
    }

    private Replica open(PartitionId partition, Assignment assignment, boolean losesVote, Engine.Batch batch) {
        String id = Long.toHexString(environment.random().nextLong());
        Replica opened = Replica.open(
                partition,
                engine,
                new Replica.Beginning(
                        id,
                        losesVote,
                        identities.isAccepted(),
                        assignment.donors(),
                        othersToAsk(assignment),
                        settings.logRetention()),
                batch);
        if (opened.isLeftOut()) {
            loss.leftOut(partition, assignment);
        }
        return opened;
    }

    /**
     * From how many a replica that began empty in memory need only pull, whether they vote or not; 0 for none. Data on
     * disks is not given up so: a replica that votes too early would hide an acknowledged write that another one still
     * has.
     */
    private int othersToAsk(Assignment assignment) {
        return engine.name().equals("memory") ? assignment.replicas() - 1 : 0;
    }

    private AssignmentAck assumed(StorageState state) {
        return new AssignmentAck(
                state.assignment().nodeNumber(),
                Optional.ofNullable(state.actor()),
                life,
                lastBoot,
                storageId,
                notVoting(state));
    }

    private static List<PartitionId> notVoting(StorageState state) {
        return state.held().stream()
                .filter(replica -> !replica.reading().voting())
                .map(Replica::partition)
                .toList();
    }
}
