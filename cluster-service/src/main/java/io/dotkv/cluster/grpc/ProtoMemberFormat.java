package io.dotkv.cluster.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import io.dotkv.cluster.MemberFormat;
import io.dotkv.kernel.Bytes;
import io.dotkv.proto.cluster.v1.MemberRecord;

/** A member record in a gossip payload is a {@code dotkv.cluster.v1.MemberRecord}. Any thread. */
public final class ProtoMemberFormat implements MemberFormat {
    @Override
    public Bytes write(Announcement announcement) {
        return Bytes.wrap(MemberCodec.encode(announcement.member(), announcement.clusterId())
                .toByteArray());
    }

    @Override
    public Announcement read(Bytes payload) {
        try {
            MemberRecord record = MemberRecord.parseFrom(payload.array());
            return new Announcement(MemberCodec.decode(record), WireText.clusterId(record.getClusterId()));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("not a member record: " + e.getMessage(), e);
        }
    }
}
