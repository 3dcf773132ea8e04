package io.dotkv.cluster;

import io.dotkv.kernel.Bytes;

/** How a member record is written into a gossip payload. A port, because the form is that of the wire. */
public interface MemberFormat {
    /** The record as bytes. */
    Bytes write(Announcement announcement);

    /** The record again; refuses anything else with an {@link IllegalArgumentException}. */
    Announcement read(Bytes payload);

    /**
     * A member record on its way through gossip.
     *
     * @param member the record
     * @param clusterId the cluster of whoever announces it, empty while forming
     */
    record Announcement(Member member, String clusterId) {}
}
