package io.dotkv.replication;

import io.dotkv.kernel.NodeId;
import java.util.List;
import java.util.OptionalLong;

/**
 * What the replication layer of this node does and has done since it started.
 *
 * @param ready whether a cluster has formed, a storage of it can be reached, and requests are taken
 * @param enlisted whether the own storage works, with a boot or, when none can be agreed on at present, without; true
 *     when there is none
 * @param inFlight requests that have not been answered yet
 * @param writesUnconfirmed how often a replica did not confirm a write that was assigned, and has to catch up
 * @param repairs how often a read sent a replica what it lacked
 * @param repairsDropped how often it did not because too many repairs were under way
 * @param shed requests that were not taken because of a limit
 * @param care what was done about damage
 * @param peers what was pulled from each peer
 */
public record ReplicationStatus(
        boolean ready,
        boolean enlisted,
        int inFlight,
        long writesApplied,
        long writesNotApplied,
        long writesUnknown,
        long writesUnconfirmed,
        long reads,
        long readsFailed,
        long repairs,
        long repairsDropped,
        long shed,
        Care care,
        List<PeerStatus> peers) {
    public ReplicationStatus {
        peers = List.copyOf(peers);
    }

    /**
     * What was done about damage.
     *
     * @param rowsMended rows of the own storage that failed their checksum and were replaced by what other replicas
     *     have
     * @param partitionsScrubbed how often a partition was compared with its peers
     * @param damagedRows rows that failed their checksum in these comparisons, here or at a peer
     * @param differences leaves that differed although every checksum was good: 0 outside of damage
     * @param undecided rows that differed and were being changed all the time
     */
    public record Care(long rowsMended, long partitionsScrubbed, long damagedRows, long differences, long undecided) {}

    /**
     * What was pulled from a peer.
     *
     * @param lastPulledNanos monotonic time of the end of the last pull that succeeded; empty when none has yet
     * @param eventsLastPulled how many missing events the last pull brought: 0 when this node had all that the peer had
     * @param eventsPulled how many all pulls brought
     * @param trouble why the last pull failed, in words; empty when it did not
     */
    public record PeerStatus(
            NodeId node, OptionalLong lastPulledNanos, long eventsLastPulled, long eventsPulled, String trouble) {}
}
