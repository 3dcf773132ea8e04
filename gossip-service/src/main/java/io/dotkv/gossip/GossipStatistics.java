package io.dotkv.gossip;

/**
 * How full the gossip layer of a node is.
 *
 * @param topics topics kept
 * @param subjects subjects kept, over all topics
 * @param storedBytes bytes kept
 * @param hot subjects that are still being sent around
 * @param dropped publications and rumours refused because there was no room, since the start
 * @param lapsed subjects forgotten at the end of their lifetime, since the start
 */
public record GossipStatistics(int topics, int subjects, long storedBytes, int hot, long dropped, long lapsed) {}
