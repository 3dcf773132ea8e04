package io.dotkv.cluster;

import io.dotkv.cluster.register.state.RetirementChange;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.ports.Subscription;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * The cluster layer: who is there, how each is doing, and which member holds which partition.
 *
 * <p>The local form runs the protocols of membership and formation; {@link io.dotkv.cluster.grpc} holds the service
 * that offers it to other processes and the client through which a replication layer in another process attaches to it.
 * A caller cannot tell which form it has.
 */
public interface Cluster {
    /** The newest view. */
    CompletionStage<ClusterView> view();

    /**
     * Delivers the current view, then a newer one after each change. Deliveries do not overlap; a slow listener sees
     * only the newest view. The local form delivers on the layer's scheduler: a listener there takes note and returns.
     */
    Subscription watch(Consumer<ClusterView> listener);

    /**
     * Agrees with the other members on the next boot of this member's storage: a number that none of its processes ever
     * had or will have. May be asked again and again by the same process, and answers with the same number.
     *
     * @return fails with {@link NotAgreedException} when no majority of the acceptors answers in time, or the boot is
     *     refused
     */
    CompletionStage<AgreedBoot> boot(BootRequest request);

    /**
     * Takes a member out for good that will not come back. Its name with its present data is refused from then on. A
     * member that is alive is not taken out; one that has gone already is answered like one that goes now.
     *
     * @param force whether to do so even if the member holds partitions, each of which has one replica fewer then for
     *     good, or the register is left with fewer than a majority of its acceptors
     * @return the partitions that it held and still has a place in; fails with {@link NotAgreedException} when it is
     *     not agreed in time, or refused
     */
    CompletionStage<Departed> remove(NodeId node, boolean force);

    /**
     * Takes this member out for good, on its own wish: it stops.
     *
     * @param force as for {@link #remove}
     * @return as for {@link #remove}
     */
    CompletionStage<Departed> leaveForGood(boolean force);

    /**
     * Agrees with the other members on a step in the closing of former boots.
     *
     * @param clusterId the cluster that it is meant for
     * @return fails with {@link NotAgreedException} when it is not agreed in time, or refused
     */
    CompletionStage<Void> agreeOn(String clusterId, RetirementChange change);

    /**
     * A process of the storage wants a boot.
     *
     * @param life 64 random bits of the process, durable at its storage before it asks; never 0
     * @param storageId the id of its engine files
     * @param above the highest boot that its disk remembers, 0 for none
     */
    record BootRequest(long life, String storageId, int above) {}

    /**
     * A boot.
     *
     * @param number the boot
     * @param formerLife the life of the process that had the boot before, 0 for none; a disk that does not know it is
     *     not the newest of this member
     */
    record AgreedBoot(int number, long formerLife) {}

    /**
     * A node that is a member no more.
     *
     * @param number its number, which is given to nobody again
     * @param partitions how many partitions the layout still places on it; each has one replica fewer
     */
    record Departed(NodeId node, int number, int partitions) {}
}
