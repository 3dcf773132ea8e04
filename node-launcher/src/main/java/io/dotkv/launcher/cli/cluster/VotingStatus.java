package io.dotkv.launcher.cli.cluster;

import io.dotkv.proto.storage.v1.DescribeResponse;
import java.util.Locale;
import java.util.Optional;

/**
 * Which partitions of a node that is up vote, as its storage reports. Immutable.
 *
 * @param partitions number of partitions assigned to it; -1 when its storage does not answer
 * @param notVoting number of them that do not vote yet
 * @param isDamaged whether it has partly unreadable files, which its next start rebuilds
 */
record VotingStatus(int partitions, int notVoting, boolean isDamaged) {
    /** It waits for its assignment: it holds no partitions yet. */
    static final VotingStatus NONE = new VotingStatus(0, 0, false);

    /** Its storage does not answer. */
    static final VotingStatus UNKNOWN = new VotingStatus(-1, 0, false);

    /** The status that the storage of a node reports. */
    static VotingStatus of(Optional<DescribeResponse> storage) {
        return storage.map(described -> described.getPartitions() == 0
                        ? NONE
                        : new VotingStatus(
                                described.getPartitions(),
                                described.getPartitionsNotVoting(),
                                described.getHealth().getIsRebuiltAtStart()))
                .orElse(UNKNOWN);
    }

    /** Whether it can be read and written, as far as is known. */
    boolean works() {
        return !equals(NONE) && (notVoting == 0 || notVoting < partitions);
    }

    /**
     * What there is to wait for or to do, as sentences after others; empty when all partitions vote and can be read.
     */
    String sentence(String node) {
        return waiting(node)
                + (isDamaged
                        ? String.format(
                                Locale.ROOT, " %s has partly unreadable files; restart it to rebuild them.", node)
                        : "");
    }

    private String waiting(String node) {
        if (partitions < 0) {
            return String.format(Locale.ROOT, " Whether the partitions of %s vote is unknown.", node);
        }
        if (partitions == 0) {
            return String.format(Locale.ROOT, " %s waits for its assignment.", node);
        }
        return notVoting == 0
                ? ""
                : String.format(
                        Locale.ROOT,
                        " %s is catching up: %d of its %d partitions do not vote yet.",
                        node,
                        notVoting,
                        partitions);
    }

    /**
     * The state of the node in a word or two.
     *
     * @param isPlaced whether the layout places partitions on it
     */
    String state(boolean isPlaced) {
        if (partitions == 0) {
            return isPlaced ? "up, waiting for assignment" : "up, holds no partitions";
        }
        return partitions < 0 ? "up, storage unknown" : notVoting > 0 ? "up, catching up" : "up";
    }
}
