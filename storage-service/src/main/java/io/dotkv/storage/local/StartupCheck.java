package io.dotkv.storage.local;

import io.dotkv.storage.Assignment;
import io.dotkv.storage.engine.Engine;
import io.dotkv.storage.engine.EngineException;
import io.dotkv.storage.identity.Identity;
import io.dotkv.storage.identity.IdentityStore;
import io.dotkv.storage.replica.store.StorageRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Begins a life of a storage and finds out whether its disk is what it should be: the same, new, lost, behind by a lost
 * tail, or another's.
 *
 * <p>The life is durable before anything else happens, and with it what was found out: a start that dies before its
 * replicas are marked is not the last that knows of their loss. A storage gets its id in three steps, identity without
 * id, engine with id, identity with id, so that a crash between them is told from a lost disk; and in the same steps it
 * ages.
 */
final class StartupCheck {
    private final Engine engine;
    private final IdentityStore identities;
    private final StorageSettings settings;
    private final StoragePorts environment;

    /**
     * How it went.
     *
     * @param identity the one in force, which says whether replicas may lack acknowledged writes; null when the
     *     assignment is refused
     * @param refusal why
     * @param cause why replicas may lack acknowledged writes
     * @param isEmpty whether there was nothing on the disk
     */
    record Result(@Nullable Identity identity, String refusal, Optional<PossibleLoss.Cause> cause, boolean isEmpty) {}

    StartupCheck(Engine engine, IdentityStore identities, StorageSettings settings, StoragePorts environment) {
        this.engine = engine;
        this.identities = identities;
        this.settings = settings;
        this.environment = environment;
    }

    /**
     * Finds out, before anything is changed, whether an engine and an identity belong together.
     *
     * @throws EngineException when they do not, or one of them cannot be understood
     */
    static void check(Engine engine, IdentityStore identities) {
        Optional<Identity> identity = identities.load();
        Optional<StorageRecord> record = StorageRecord.find(engine);
        if (identity.isEmpty() && record.isPresent()) {
            throw new EngineException(
                    "the data folder has data but no identity file: the identity was lost, or the folder "
                            + "is a partial copy. Move it away; the node then fills an empty folder from its peers");
        }
        String id = identity.map(Identity::storageId).orElse("");
        if (!id.isEmpty() && record.isPresent() && !id.equals(record.get().id())) {
            throw new EngineException(
                    "the data and the identity file in the data folder belong to two different storages. "
                            + "Move the folder away; the node then fills an empty one from its peers");
        }
    }

    Result establish(Assignment assignment) {
        Optional<Identity> before = identities.load();
        Optional<StorageRecord> record = StorageRecord.find(engine);
        if (before.isPresent() && !isSame(before.get(), assignment)) {
            return refuse("this storage belongs to node " + before.get().node() + " (number "
                    + before.get().nodeNumber() + ") of cluster " + before.get().clusterId()
                    + " and was assigned to node "
                    + assignment.node() + " (number " + assignment.nodeNumber() + ") of cluster "
                    + assignment.clusterId()
                    + ". Give each node a data folder of its own");
        }
        Optional<PossibleLoss.Cause> cause =
                identities.isAccepted() ? Optional.empty() : cause(before, record, assignment);
        return new Result(
                begin(before, assignment, record, cause.isPresent()), "", cause, before.isEmpty() && record.isEmpty());
    }

    /** Why acknowledged writes may be missing. */
    private Optional<PossibleLoss.Cause> cause(
            Optional<Identity> before, Optional<StorageRecord> record, Assignment assignment) {
        if (before.isEmpty()) {
            return assignment.formerLife() == 0 ? Optional.empty() : Optional.of(PossibleLoss.Cause.EMPTY);
        }
        Identity identity = before.get();
        boolean isOtherMachineBoot = !identity.machineBoot().equals(environment.machineBoot());
        if (!identity.storageId().isEmpty() && record.isEmpty()) {
            return Optional.of(PossibleLoss.Cause.FILES_LOST);
        } else if (isYounger(record, before)) {
            return Optional.of(PossibleLoss.Cause.OLDER_FILES);
        } else if (identities.isCopy()) {
            return Optional.of(PossibleLoss.Cause.COPY);
        } else if (!identity.knows(assignment.formerLife())) {
            return Optional.of(PossibleLoss.Cause.OLDER);
        } else if (identity.mayLoseTail() && isOtherMachineBoot) {
            return Optional.of(PossibleLoss.Cause.POWER_LOST);
        }
        return identity.behind() ? Optional.of(PossibleLoss.Cause.UNFINISHED) : Optional.empty();
    }

    private static boolean isYounger(Optional<StorageRecord> record, Optional<Identity> identity) {
        return record.isPresent()
                && identity.isPresent()
                && record.get().age() < identity.get().age();
    }

    private static boolean isSame(Identity identity, Assignment assignment) {
        return identity.clusterId().equals(assignment.clusterId())
                && identity.node().equals(assignment.node().name())
                && identity.nodeNumber() == assignment.nodeNumber();
    }

    private static Result refuse(String why) {
        return new Result(null, why, Optional.empty(), false);
    }

    private Identity begin(
            Optional<Identity> before, Assignment assignment, Optional<StorageRecord> record, boolean behind) {
        List<Long> lives = new ArrayList<>();
        lives.add(newLife());
        before.ifPresent(identity -> lives.addAll(
                identity.lives().subList(0, Math.min(identity.lives().size(), Identity.MOST_LIVES - 1))));
        boolean mayLoseTail = settings.durability() == StorageSettings.Durability.PERIODIC;
        Identity begun = new Identity(
                assignment.clusterId(),
                assignment.node().name(),
                assignment.nodeNumber(),
                before.map(Identity::boot).orElse(0),
                lives,
                record.map(StorageRecord::id).orElse(""),
                environment.machineBoot(),
                mayLoseTail,
                behind,
                before.map(Identity::age).orElse(0L));
        identities.save(begun);
        String id = record.map(StorageRecord::id)
                .orElseGet(() -> Long.toHexString(environment.random().nextLong()));
        long age = Math.max(begun.age(), record.map(StorageRecord::age).orElse(0L)) + 1;
        new StorageRecord(id, age).write(engine);
        Identity older = begun.withStorageId(id).withAge(age);
        identities.save(older);
        return older;
    }

    private long newLife() {
        long life = environment.random().nextLong();
        return life == 0 ? 1 : life;
    }
}
