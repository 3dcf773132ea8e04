package io.dotkv.storage.local;

import io.dotkv.kernel.PartitionId;
import io.dotkv.storage.Assignment;
import io.dotkv.storage.engine.Engine;
import io.dotkv.storage.replica.Replica;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Why acknowledged writes may be missing in a storage, told in the log; what no other node has is kept for whoever
 * asks.
 *
 * <p>{@link #sentence} from any thread; the rest one call after the other.
 */
final class PossibleLoss {
    private static final Logger LOG = LoggerFactory.getLogger(PossibleLoss.class);

    private volatile String sentence = "";
    private int incomplete;

    /** What was found at a start. */
    enum Cause {
        EMPTY("The disk of node %s is empty, and the node had data before"),
        FILES_LOST("The RocksDB files of node %s are missing, but its identity file is there"),
        OLDER_FILES(
                "The RocksDB files of node %s are older than its identity file: they were restored from a " + "copy"),
        COPY(
                "The data of node %s is a copy. If it was copied while the node was stopped, and is the newest there is, start the"
                        + " node once with --accept-copy"),
        OLDER("The data of node %s was restored from an older copy"),
        POWER_LOST("The machine of node %s went down, and it acknowledges writes before they are on disk"),
        UNFINISHED("An earlier start of node %s found that writes may be missing, and ended before it could "
                + "record that");

        private final String words;

        Cause(String words) {
            this.words = words;
        }

        private String words(Engine engine, Assignment assignment) {
            boolean isMemory = this == EMPTY && engine.name().equals("memory");
            return String.format(
                    Locale.ROOT,
                    isMemory ? "Node %s keeps its data in memory, and the data of its last process is lost" : words,
                    assignment.node());
        }
    }

    /** Why acknowledged writes may be lost, as a sentence; empty when there is no reason to think so. Any thread. */
    String sentence() {
        return sentence;
    }

    /** Writes may be missing here, in all partitions. */
    void found(Cause cause, Engine engine, Assignment assignment) {
        String words = cause.words(engine, assignment);
        if (assignment.donors() == 0) {
            lost(words
                    + ". Acknowledged writes may be missing, and no other node has them. The node "
                    + "continues with the data that it has.");
        } else if (cause == Cause.EMPTY) {
            LOG.info("{}. Its partitions are fetched from other nodes, and vote when they have caught up.", words);
        } else {
            LOG.warn("{}. Acknowledged writes may be missing, so its partitions catch up before they vote.", words);
        }
    }

    /** A partition was left out when damaged files were rebuilt. */
    void leftOut(PartitionId partition, Assignment assignment) {
        if (assignment.donors() == 0) {
            lost("Partition " + partition
                    + " lost data, because a part of the files was unreadable, and no other node has a "
                    + "copy. The readable part is in the old files, beside the data.");
        } else {
            LOG.warn("Partition {} was left out of the rebuilt files and is fetched from other nodes.", partition);
        }
    }

    /** Tells when replicas vote that had too few donors, once all are done. */
    void look(StorageState state) {
        int present = 0;
        for (Replica replica : state.held()) {
            if (!replica.reading().voting()) {
                return;
            }
            present += replica.isIncomplete() ? 1 : 0;
        }
        if (present > incomplete) {
            incomplete = present;
            lost(String.format(
                    Locale.ROOT,
                    "%d partitions of node %s lost data when so many of their other replicas did that no majority was whole. They have"
                            + " what all replicas had together, and vote; acknowledged writes may be missing.",
                    present,
                    state.assignment().node()));
        }
    }

    private void lost(String words) {
        LOG.warn("{}", words);
        sentence = words;
    }
}
