package io.dotkv.cluster.membership;

import io.dotkv.cluster.Member;
import io.dotkv.kernel.NodeId;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A hash of many member records that does not depend on their order and follows each change at a cost that does not
 * depend on their number: the sum of a hash of each. Equal tables have equal hashes in all nodes; of different ones two
 * in 2^64 agree by accident, and then only until the next change. One thread.
 *
 * <p>It covers what all should come to know alike: of live members, and of those that are kept when dead, the
 * incarnation, the instance, the boot, and whether it is there. A suspicion is not covered, since it passes by itself.
 */
final class TableHash {
    private long sum;

    long value() {
        return sum;
    }

    void reset() {
        sum = 0;
    }

    void replace(@Nullable Member before, @Nullable Member after, Set<NodeId> kept) {
        if (before != null) {
            sum -= of(before, kept);
        }
        if (after != null) {
            sum += of(after, kept);
        }
    }

    private static long of(Member member, Set<NodeId> kept) {
        if (!member.isLive() && !kept.contains(member.node())) {
            return 0;
        }
        int presence = switch (member.health()) {
            case ALIVE, SUSPECT -> 1;
            case DEAD -> 2;
            case LEFT -> 3;
        };
        // String.hashCode is the same in every process.
        long hash = mixed(member.node().name().hashCode());
        hash = mixed(hash ^ member.instance().hashCode());
        hash = mixed(hash ^ member.incarnation());
        return mixed(hash ^ ((long) member.boot() << 2 | presence));
    }

    /* The finalizer of SplitMix64: every bit of the input changes about half of those of the output. */
    private static long mixed(long bits) {
        long mixed = bits + 0x9e3779b97f4a7c15L;
        mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }
}
