package io.dotkv.launcher.cli.cluster;

import io.dotkv.proto.storage.v1.DescribeResponse;
import java.util.Locale;
import java.util.Optional;

/**
 * How far a node that is up votes, as its storage says. Immutable.
 *
 * @param partitions how many partitions it has begun to work for; -1 when its storage could not be asked
 * @param silent how many of them do not vote yet
 * @param isDamaged whether it has files that cannot be read in part, and rebuilds them at its next start
 */
record VotingStatus(int partitions, int silent, boolean isDamaged) {
    /** It has not begun to work: it has no data of the cluster yet, and was not told which. */
    static final VotingStatus NONE = new VotingStatus(0, 0, false);

    /** Its storage cannot be asked from here. */
    static final VotingStatus UNSEEN = new VotingStatus(-1, 0, false);

    /** What the storage of a node says of itself, when it answered. */
    static VotingStatus of(Optional<DescribeResponse> storage) {
        return storage.map(told -> told.getPartitions() == 0
                        ? NONE
                        : new VotingStatus(
                                told.getPartitions(),
                                told.getPartitionsNotVoting(),
                                told.getHealth().getIsRebuiltAtStart()))
                .orElse(UNSEEN);
    }

    /** Whether it can be read and written, as far as is known. */
    boolean works() {
        return !equals(NONE) && (silent == 0 || silent < partitions);
    }

    /** What there is to wait for or to do, as sentences after others; empty when all partitions vote and can be read. */
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
        return silent == 0
                ? ""
                : String.format(
                        Locale.ROOT,
                        " %s is catching up: %d of its %d partitions do not vote yet.",
                        node,
                        silent,
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
        return partitions < 0 ? "up, storage unknown" : silent > 0 ? "up, catching up" : "up";
    }
}
