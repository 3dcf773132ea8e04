package io.dotkv.cluster;

import io.dotkv.kernel.Subscription;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * The cluster layer: who is there, how each is doing, and which member holds which partition.
 *
 * <p>The local form runs the protocols of membership and formation; {@link io.dotkv.cluster.grpc} holds the service that
 * offers it to other processes and the client through which a replication layer in another process attaches to it. A
 * caller cannot tell which form it has.
 */
public interface Cluster {
    /** The newest view. */
    CompletionStage<ClusterView> view();

    /**
     * Delivers the current view, then a newer one after each change. Deliveries do not overlap; a slow listener sees only
     * the newest view. The local form delivers on the layer's scheduler: a listener there takes note and returns.
     */
    Subscription watch(Consumer<ClusterView> listener);

    /**
     * Makes known to all members that this member's storage uses a boot number, so that an empty disk of the same name
     * never takes it again. Lower numbers than known are ignored.
     *
     * @return done when it is durable on this member; it spreads from there
     */
    CompletionStage<Void> recordBoot(int boot);
}
