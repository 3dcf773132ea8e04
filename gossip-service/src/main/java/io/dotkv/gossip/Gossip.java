package io.dotkv.gossip;

import io.dotkv.gossip.rumour.Rumour;
import io.dotkv.gossip.rumour.Version;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.ports.Subscription;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * The gossip layer: an epidemic broadcast that anybody can use. What one node publishes about a subject reaches all
 * nodes with high probability in a logarithmic number of rounds; a newer payload about the same subject replaces the
 * older one everywhere, so every buffer is bounded by the number of subjects.
 *
 * <p>A subject is kept for ever, or for a lifetime that each publication begins anew. What has a lifetime and is not
 * renewed is forgotten everywhere at the same instant of wall time, and never comes back, since what would come back
 * has lapsed, too.
 *
 * <p>It knows nothing of membership: whoever does tells it the peers. {@link io.dotkv.gossip.grpc} holds the service
 * that offers this interface to other processes and the client that gives it to this one; a caller cannot tell which
 * form it has.
 */
public interface Gossip {
    /**
     * Makes the payload the current one of the subject, which is kept for ever.
     *
     * @return the version it got, once it will spread; fails with {@link IllegalArgumentException} when the topic,
     *     subject or payload is too long, and with {@link GossipFullException} when there is no room for one more
     *     subject
     */
    CompletionStage<Version> publish(String topic, String subject, Bytes payload);

    /**
     * Makes the payload the current one of the subject, which is forgotten unless it is published again within the
     * lifetime. The lifetime of the payload that it replaces is never shortened: to take something back, publish a
     * payload that says so and let it lapse.
     *
     * @return as the other; fails also when the lifetime is out of bounds, and when the subject is one that is kept for
     *     ever
     */
    CompletionStage<Version> publish(String topic, String subject, Bytes payload, Duration lifetime);

    /**
     * Delivers the current payload of every known subject of the topic, then each newer one. Deliveries do not overlap.
     * A slow listener sees only the newest payload of a subject, never an older one after a newer one. The local form
     * delivers on the layer's scheduler: a listener there takes note and returns.
     */
    Subscription subscribe(String topic, Consumer<Rumour> listener);

    /** The peers to which rumours go. */
    CompletionStage<List<Peer>> peers();

    /** Replaces the peers. The node itself, if it is among them, is left out. */
    CompletionStage<Void> setPeers(List<Peer> peers);
}
