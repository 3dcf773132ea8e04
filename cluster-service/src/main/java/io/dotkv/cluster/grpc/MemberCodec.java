package io.dotkv.cluster.grpc;

import io.dotkv.cluster.Addresses;
import io.dotkv.cluster.ClusterPeer.Knowledge;
import io.dotkv.cluster.Health;
import io.dotkv.cluster.Member;
import io.dotkv.kernel.NodeId;
import io.dotkv.proto.cluster.v1.MemberRecord;
import java.util.List;

/** Member records between messages and the core. Decoding refuses with an {@link IllegalArgumentException}. */
final class MemberCodec {
    private MemberCodec() {}

    static MemberRecord encode(Member member) {
        return encode(member, "");
    }

    static MemberRecord encode(Member member, String clusterId) {
        return MemberRecord.newBuilder()
                .setNode(member.node().name())
                .setIncarnation(member.incarnation())
                .setHealth(encode(member.health()))
                .setAddresses(encode(member.addresses()))
                .setInstance(member.instance())
                .setBoot(member.boot())
                .setNoticedBy(member.noticedBy())
                .setReason(member.reason())
                .setClusterId(clusterId)
                .addAllAccusers(member.accusers().stream().map(NodeId::name).toList())
                .build();
    }

    static Member decode(MemberRecord record) {
        if (record.getAccusersCount() > Member.MAX_ACCUSERS) {
            throw new IllegalArgumentException(
                    "a suspect has at most " + Member.MAX_ACCUSERS + " accusers, not " + record.getAccusersCount());
        }
        return new Member(
                WireText.node(record.getNode()),
                record.getIncarnation(),
                decode(record.getHealth()),
                decode(record.getAddresses()),
                WireText.instance(record.getInstance()),
                record.getBoot(),
                WireText.noticedBy(record.getNoticedBy()),
                WireText.reason(record.getReason()),
                0,
                record.getAccusersList().stream()
                        .map(WireText::node)
                        .sorted()
                        .distinct()
                        .toList());
    }

    static List<Member> decode(List<MemberRecord> records) {
        if (records.size() > Knowledge.MAX_MEMBERS) {
            throw new IllegalArgumentException(
                    "a message has at most " + Knowledge.MAX_MEMBERS + " members, this one " + records.size());
        }
        return records.stream().map(MemberCodec::decode).toList();
    }

    static io.dotkv.proto.cluster.v1.Addresses encode(Addresses addresses) {
        return io.dotkv.proto.cluster.v1.Addresses.newBuilder()
                .setStorage(addresses.storage().orElse(""))
                .setGossip(addresses.gossip().orElse(""))
                .setCluster(addresses.cluster().orElse(""))
                .setReplication(addresses.replication().orElse(""))
                .build();
    }

    private static Addresses decode(io.dotkv.proto.cluster.v1.Addresses addresses) {
        return new Addresses(
                WireText.address(addresses.getStorage()),
                WireText.address(addresses.getGossip()),
                WireText.address(addresses.getCluster()),
                WireText.address(addresses.getReplication()));
    }

    static io.dotkv.proto.cluster.v1.Health encode(Health health) {
        return switch (health) {
            case ALIVE -> io.dotkv.proto.cluster.v1.Health.ALIVE;
            case SUSPECT -> io.dotkv.proto.cluster.v1.Health.SUSPECT;
            case DEAD -> io.dotkv.proto.cluster.v1.Health.DEAD;
            case LEFT -> io.dotkv.proto.cluster.v1.Health.LEFT;
        };
    }

    private static Health decode(io.dotkv.proto.cluster.v1.Health health) {
        return switch (health) {
            case ALIVE -> Health.ALIVE;
            case SUSPECT -> Health.SUSPECT;
            case DEAD -> Health.DEAD;
            case LEFT -> Health.LEFT;
            case HEALTH_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException("a member's health is ALIVE, SUSPECT, DEAD or LEFT");
        };
    }
}
