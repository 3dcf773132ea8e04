package io.dotkv.storage;

import io.dotkv.storage.engine.Engine;
import io.dotkv.storage.identity.Identity;
import io.dotkv.storage.identity.IdentityStore;
import io.dotkv.storage.replica.StorageRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Begins a life of a storage and finds out whether its disk is what it should be: the same, new, lost, behind by a lost tail,
 * or another's.
 *
 * <p>The life is durable before anything else happens, and with it what was found out: a start that dies before its replicas
 * are marked is not the last that knows of their loss. A storage gets its id in three steps, identity without id, engine with
 * id, identity with id, so that a crash between them is told from a lost disk; and in the same steps it ages.
 */
final class Establishment {
    private static final Logger LOG = LoggerFactory.getLogger(Establishment.class);

    private final Engine engine;
    private final IdentityStore identities;
    private final StorageSettings settings;
    private final Environment environment;

    /** How it went: the identity in force, which says whether replicas may lack acknowledged writes; or why not. */
    record Result(@Nullable Identity identity, String refusal) {}

    Establishment(Engine engine, IdentityStore identities, StorageSettings settings, Environment environment) {
        this.engine = engine;
        this.identities = identities;
        this.settings = settings;
        this.environment = environment;
    }

    Result establish(Mandate mandate) {
        Optional<Identity> before = identities.load();
        Optional<StorageRecord> record = StorageRecord.find(engine);
        if (before.isPresent() && !isSame(before.get(), mandate)) {
            return refuse("this storage works for node " + before.get().node() + " (number "
                    + before.get().nodeNumber() + ") of cluster " + before.get().clusterId()
                    + " and was asked to work for node "
                    + mandate.node() + " (number " + mandate.nodeNumber() + ") of cluster " + mandate.clusterId()
                    + ". Give each node a data folder of its own");
        }
        if (before.isEmpty() && record.isPresent()) {
            return refuse("the data folder holds the data of a storage but not its identity: it is a copy or a backup. "
                    + "Move it away; the node then fills an empty folder from its peers");
        }
        String id = before.map(Identity::storageId).orElse("");
        if (!id.isEmpty() && record.isPresent() && !id.equals(record.get().id())) {
            return refuse(
                    "the data and the identity in the data folder are of two different storages. Move the folder away; "
                            + "the node then fills an empty one from its peers");
        }
        boolean lostDisk = before.isPresent() ? !id.isEmpty() && record.isEmpty() : mandate.formerLife() != 0;
        boolean lostTail = before.isPresent()
                && before.get().mayLoseTail()
                && !before.get().machineBoot().equals(environment.machineBoot());
        boolean youngEngine = isYounger(record, before) && !identities.isAccepted();
        if (youngEngine) {
            LOG.warn(
                    "The files in which node {} has its rows are older than the identity beside them: they were put back from a"
                            + " copy, and writes that were acknowledged after it was made may be missing. Its partitions catch"
                            + " up before they vote.",
                    mandate.node());
        }
        boolean copied = identities.isCopy() && !identities.isAccepted();
        if (copied) {
            LOG.warn(
                    "The data of node {} is a copy: writes that were acknowledged after it was made may be missing, so its"
                            + " partitions catch up before they vote. If it was copied while the node was stopped, and is the"
                            + " newest there is, start the node once with --accept-copy.",
                    mandate.node());
        }
        boolean behind = lostDisk
                || lostTail
                || youngEngine
                || copied
                || before.map(identity -> identity.behind() || !identity.knows(mandate.formerLife()))
                        .orElse(false);
        return new Result(begin(before, mandate, record, behind && !identities.isAccepted()), "");
    }

    private static boolean isYounger(Optional<StorageRecord> record, Optional<Identity> identity) {
        return record.isPresent()
                && identity.isPresent()
                && record.get().age() < identity.get().age();
    }

    private static boolean isSame(Identity identity, Mandate mandate) {
        return identity.clusterId().equals(mandate.clusterId())
                && identity.node().equals(mandate.node().name())
                && identity.nodeNumber() == mandate.nodeNumber();
    }

    private static Result refuse(String why) {
        return new Result(null, why);
    }

    private Identity begin(Optional<Identity> before, Mandate mandate, Optional<StorageRecord> record, boolean behind) {
        List<Long> lives = new ArrayList<>();
        lives.add(newLife());
        before.ifPresent(identity -> lives.addAll(
                identity.lives().subList(0, Math.min(identity.lives().size(), Identity.MOST_LIVES - 1))));
        boolean mayLoseTail = settings.durability() == StorageSettings.Durability.PERIODIC;
        Identity begun = new Identity(
                mandate.clusterId(),
                mandate.node().name(),
                mandate.nodeNumber(),
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
