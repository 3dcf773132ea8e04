package io.dotkv.gossip;

import io.dotkv.kernel.ports.Clock;
import io.dotkv.kernel.ports.RandomSource;
import io.dotkv.kernel.ports.Scheduler;

/**
 * What the gossip layer needs of the world.
 *
 * @param transport the way to peers
 * @param generations remembers the generation over restarts
 * @param clock the time
 * @param scheduler runs everything; may be shared with other layers of the node
 * @param random chooses peers
 */
public record GossipPorts(
        GossipTransport transport,
        GenerationStore generations,
        Clock clock,
        Scheduler scheduler,
        RandomSource random) {}
