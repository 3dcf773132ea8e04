/**
 * What is gossiped and how two nodes find what the other lacks: {@link io.dotkv.gossip.rumour.Rumour}s under their
 * {@link io.dotkv.gossip.rumour.Version}s in a {@link io.dotkv.gossip.rumour.RumourStore}; {@link
 * io.dotkv.gossip.rumour.HotRumours} are sent in rounds, a {@link io.dotkv.gossip.rumour.Comparison} of {@link
 * io.dotkv.gossip.rumour.Digest}s finds the rest.
 */
@NullMarked
package io.dotkv.gossip.rumour;

import org.jspecify.annotations.NullMarked;
