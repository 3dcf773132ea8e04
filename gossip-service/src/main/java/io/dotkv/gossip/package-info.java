/**
 * The gossip layer: what one node publishes reaches all.
 *
 * <p>In the order in which a publication travels: {@link io.dotkv.gossip.Gossip} is the layer;
 * {@link io.dotkv.gossip.LocalGossip} its local form, a shell around the pure {@link io.dotkv.gossip.Epidemic}; it
 * sends {@link io.dotkv.gossip.GossipExchange}s of {@link io.dotkv.gossip.rumour.Rumour}s, each with its
 * {@link io.dotkv.gossip.rumour.Version}, to {@link io.dotkv.gossip.Peer}s through the port
 * {@link io.dotkv.gossip.GossipTransport} and gets {@link io.dotkv.gossip.GossipExchangeAnswer}s.
 * {@link io.dotkv.gossip.GossipSettings} and {@link io.dotkv.gossip.GossipPorts} are what the launcher hands in.
 */
@NullMarked
package io.dotkv.gossip;

import org.jspecify.annotations.NullMarked;
