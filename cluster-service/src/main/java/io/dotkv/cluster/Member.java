package io.dotkv.cluster;

import io.dotkv.kernel.NodeId;

/**
 * What is known of one member. Mergeable: the higher incarnation wins, at equal incarnation the worse health; boot is the
 * maximum of both.
 *
 * @param node its name
 * @param incarnation raised by the member itself only: at each start, and to refute a suspicion
 * @param health what it is believed to be doing
 * @param addresses where its layers are
 * @param instance the random id of this life of its cluster data, which tells two nodes of one name apart
 * @param boot the highest boot number of its storage that is known, 0 for none
 * @param noticedBy who noticed the last change of health
 * @param reason why, in words
 * @param sinceMillis wall time of this observer when the health changed, in milliseconds since 1970; never travels
 */
public record Member(
        NodeId node,
        long incarnation,
        Health health,
        Addresses addresses,
        String instance,
        int boot,
        String noticedBy,
        String reason,
        long sinceMillis) {}
