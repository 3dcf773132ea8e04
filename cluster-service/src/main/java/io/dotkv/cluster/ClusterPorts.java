package io.dotkv.cluster;

import io.dotkv.gossip.Gossip;
import io.dotkv.kernel.ports.Clock;
import io.dotkv.kernel.ports.RandomSource;
import io.dotkv.kernel.ports.Scheduler;
import java.util.function.IntFunction;

/**
 * What the cluster layer needs of the world.
 *
 * @param store keeps its durable state
 * @param gossip spreads member records, and is told the peers
 * @param transport the way to other nodes
 * @param format how member records are written into gossip payloads
 * @param clock the time
 * @param scheduler runs everything; may be shared with other layers of the node
 * @param random chooses whom to probe and when
 * @param secureBytes gives so many unpredictable bytes, for the cluster's id and key and the node's instance
 */
public record ClusterPorts(
        ClusterStore store,
        Gossip gossip,
        ClusterTransport transport,
        MemberFormat format,
        Clock clock,
        Scheduler scheduler,
        RandomSource random,
        IntFunction<byte[]> secureBytes) {}
