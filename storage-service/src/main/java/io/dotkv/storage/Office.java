package io.dotkv.storage;

import io.dotkv.kernel.Actor;
import io.dotkv.kernel.PartitionId;
import io.dotkv.storage.engine.Engine;
import io.dotkv.storage.identity.Identity;
import io.dotkv.storage.identity.IdentityStore;
import io.dotkv.storage.replica.Replica;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the role that a storage has at present, and takes a new one when it is told. The first one of a process takes the
 * boot; one that is of another node or cluster is refused.
 *
 * <p>{@link #role()} from any thread; roles are taken one after the other.
 */
final class Office {
    private static final Logger LOG = LoggerFactory.getLogger(Office.class);

    private final Engine engine;
    private final IdentityStore identities;
    private final StorageSettings settings;
    private final Environment environment;
    private final Shards shards;
    private final AtomicReference<@Nullable Role> role = new AtomicReference<>();
    private boolean closed;

    Office(Engine engine, IdentityStore identities, StorageSettings settings, Environment environment, Shards shards) {
        this.engine = engine;
        this.identities = identities;
        this.settings = settings;
        this.environment = environment;
        this.shards = shards;
    }

    /** The role, or null before the first was taken. */
    @Nullable
    Role role() {
        return role.get();
    }

    /** Waits for a role that is being taken, and takes no more. */
    synchronized void close() {
        closed = true;
    }

    /** Everything is synced and nothing will be written any more. */
    synchronized void cleanlyStopped() {
        // Without a role, the identity is of an earlier process, or of somebody else.
        if (role.get() != null) {
            identities.load().ifPresent(identity -> identities.save(identity.cleanlyStopped()));
        }
    }

    synchronized Outcome<Assumed> assume(Mandate mandate) {
        Role before = role.get();
        if (closed) {
            return Outcome.refused(
                    new Refusal(Refusal.Reason.STOPPING, 0, "the storage of node " + mandate.node() + " is stopping"));
        }
        if (before == null) {
            return assumeFirst(mandate);
        }
        if (!isSame(before.mandate(), mandate)) {
            return Outcome.refused(before.refuse(
                    Refusal.Reason.WRONG_IDENTITY,
                    "this storage works for node " + before.mandate().node() + " of cluster "
                            + before.mandate().clusterId() + " and for no other"));
        }
        return Outcome.done(
                assumed(mandate.placement() <= before.placement() ? before : take(mandate, before.actor(), false)));
    }

    private static boolean isSame(Mandate before, Mandate mandate) {
        return before.clusterId().equals(mandate.clusterId())
                && before.node().equals(mandate.node())
                && before.nodeNumber() == mandate.nodeNumber();
    }

    private Outcome<Assumed> assumeFirst(Mandate mandate) {
        Establishment.Result result = new Establishment(engine, identities, settings, environment).establish(mandate);
        Identity identity = result.identity();
        if (identity == null) {
            return Outcome.refused(new Refusal(Refusal.Reason.WRONG_IDENTITY, 0, result.refusal()));
        }
        Role taken = take(mandate, new Actor(mandate.nodeNumber(), identity.boot()), identity.behind());
        if (identity.behind()) {
            identities.save(identity.marked());
        }
        Assumed assumed = assumed(taken);
        LOG.info(
                "Storage {} works for node {} as actor {} with {} partitions, {} of them catching up before they vote.",
                identity.storageId(),
                mandate.node(),
                taken.actor(),
                mandate.held().size(),
                assumed.notVoting().size());
        if (identity.behind() && mandate.donors() == 0) {
            LOG.warn(
                    "Writes acknowledged before the last stop may be lost, and there is no peer that could have them.");
        }
        return Outcome.done(assumed);
    }

    private Role take(Mandate mandate, Actor actor, boolean losesVote) {
        Role before = role.get();
        List<Replica> held = new ArrayList<>();
        try (Engine.Batch batch = engine.newBatch()) {
            for (PartitionId partition : mandate.held()) {
                Replica known = before == null ? null : before.replicaOf(partition);
                held.add(known != null ? known : open(partition, mandate.donors(), losesVote, batch));
            }
            engine.write(batch, true);
        }
        Role taken = new Role(mandate, actor, held);
        role.set(taken);
        shards.own(held);
        return taken;
    }

    private Replica open(PartitionId partition, int donors, boolean losesVote, Engine.Batch batch) {
        String id = Long.toHexString(environment.random().nextLong());
        return Replica.open(
                partition, engine, new Replica.Beginning(id, losesVote, donors, settings.logRetention()), batch);
    }

    private static Assumed assumed(Role role) {
        List<PartitionId> notVoting = role.held().stream()
                .filter(replica -> !replica.reading().voting())
                .map(Replica::partition)
                .toList();
        return new Assumed(role.actor(), notVoting);
    }
}
