package io.dotkv.cluster.grpc;

import com.google.protobuf.ByteString;
import io.dotkv.cluster.Agreement;
import io.dotkv.cluster.ClusterView;
import io.dotkv.cluster.Health;
import io.dotkv.cluster.Member;
import io.dotkv.cluster.layout.Layout;
import io.dotkv.cluster.register.format.RegisterFormat;
import io.dotkv.cluster.register.state.DepartedMember;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.encoding.MalformedException;
import io.dotkv.proto.cluster.v1.AttachResponse;
import io.dotkv.proto.cluster.v1.Departed;
import io.dotkv.proto.cluster.v1.GetClusterResponse;
import io.dotkv.proto.cluster.v1.GetLayoutResponse;
import io.dotkv.proto.cluster.v1.PartitionReplicas;
import io.dotkv.proto.cluster.v1.Phase;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Views of the cluster for people and for layers in other processes. */
final class ViewCodec {
    private ViewCodec() {}

    static GetClusterResponse encode(ClusterView view, long wallMillis) {
        GetClusterResponse.Builder response = GetClusterResponse.newBuilder()
                .setPhase(view.agreement().isPresent() ? Phase.FORMED : Phase.FORMING)
                .setAnsweredBy(view.self().name())
                .setExpect(view.expect());
        Map<NodeId, Integer> held = new HashMap<>();
        view.agreement().ifPresent(agreement -> {
            response.setClusterId(agreement.clusterId())
                    .setPartitions(agreement.layout().partitions())
                    .setReplicas(agreement.layout().replicas())
                    .setLayoutVersion(agreement.layout().version());
            agreement.layout().replicaSets().forEach(set -> set.forEach(node -> held.merge(node, 1, Integer::sum)));
            countPartitions(view, agreement.layout(), response);
            agreement
                    .state()
                    .departures()
                    .forEach(gone -> response.addDeparted(encode(gone, held.getOrDefault(gone.node(), 0))));
        });
        for (Member member : view.members()) {
            response.addMembers(encode(member, view, held.getOrDefault(member.node(), 0), wallMillis));
        }
        return response.build();
    }

    private static io.dotkv.proto.cluster.v1.Member encode(
            Member member, ClusterView view, int partitions, long wallMillis) {
        io.dotkv.proto.cluster.v1.Member.Builder message = io.dotkv.proto.cluster.v1.Member.newBuilder()
                .setNode(member.node().name())
                .setHealth(MemberCodec.encode(member.health()))
                .setAddresses(MemberCodec.encode(member.addresses()))
                .setIncarnation(member.incarnation())
                .setPartitions(partitions)
                .setSinceMillis(Math.max(0, wallMillis - member.sinceMillis()))
                .setNoticedBy(member.noticedBy())
                .setReason(member.reason());
        view.agreement()
                .map(agreement -> agreement.numberOf(member.node()))
                .ifPresent(number -> number.ifPresent(message::setNumber));
        return message.build();
    }

    private static Departed encode(DepartedMember gone, int partitions) {
        return Departed.newBuilder()
                .setNode(gone.node().name())
                .setNumber(gone.number())
                .setHow(
                        switch (gone.how()) {
                            case LEFT -> io.dotkv.proto.cluster.v1.Departure.LEFT_FOR_GOOD;
                            case REMOVED -> io.dotkv.proto.cluster.v1.Departure.REMOVED;
                        })
                .setPartitions(partitions)
                .build();
    }

    private static void countPartitions(ClusterView view, Layout layout, GetClusterResponse.Builder response) {
        Set<NodeId> alive = new HashSet<>();
        view.members().stream()
                .filter(member -> member.health() == Health.ALIVE)
                .forEach(member -> alive.add(member.node()));
        int whole = 0;
        int degraded = 0;
        int withoutQuorum = 0;
        for (List<NodeId> set : layout.replicaSets()) {
            long up = set.stream().filter(alive::contains).count();
            if (up == set.size()) {
                whole++;
            } else if (up > set.size() / 2) {
                degraded++;
            } else {
                withoutQuorum++;
            }
        }
        response.setPartitionsWhole(whole).setPartitionsDegraded(degraded).setPartitionsWithoutQuorum(withoutQuorum);
    }

    static GetLayoutResponse encode(Layout layout) {
        GetLayoutResponse.Builder response = GetLayoutResponse.newBuilder().setVersion(layout.version());
        int number = 0;
        for (List<NodeId> set : layout.replicaSets()) {
            response.addPartitions(PartitionReplicas.newBuilder()
                    .setPartition(number)
                    .addAllNodes(set.stream().map(NodeId::name).toList()));
            number++;
        }
        return response.build();
    }

    static AttachResponse encodeAttached(ClusterView view) {
        AttachResponse.Builder response =
                AttachResponse.newBuilder().setSelf(view.self().name()).setExpect(view.expect());
        view.agreement()
                .ifPresent(
                        agreement -> response.setAgreed(ByteString.copyFrom(RegisterFormat.encode(agreement.state()))));
        view.members().forEach(member -> response.addMembers(MemberCodec.encode(member)));
        return response.build();
    }

    /**
     * The view that a message tells.
     *
     * @param before the view before it, from which unchanged facts are kept: the layout, and since when a member's
     *     health is what it is
     */
    static ClusterView decode(AttachResponse response, Optional<ClusterView> before, long wallMillis) {
        List<Member> members = MemberCodec.decode(response.getMembersList()).stream()
                .map(member -> dated(member, before.flatMap(view -> view.member(member.node())), wallMillis))
                .toList();
        Optional<Agreement> agreement = agreement(response.getAgreed());
        Optional<Agreement> known = before.flatMap(ClusterView::agreement);
        return new ClusterView(
                WireText.node(response.getSelf()),
                response.getExpect(),
                known.equals(agreement) ? known : agreement,
                members);
    }

    private static Optional<Agreement> agreement(ByteString agreed) {
        try {
            return agreed.isEmpty()
                    ? Optional.empty()
                    : Optional.of(Agreement.of(RegisterFormat.decodeState(agreed.toByteArray())));
        } catch (MalformedException e) {
            throw new IllegalArgumentException("what is agreed is malformed: " + e.getMessage(), e);
        }
    }

    private static Member dated(Member member, Optional<Member> before, long wallMillis) {
        long sinceMillis = before.filter(known -> known.health() == member.health())
                .map(Member::sinceMillis)
                .orElse(wallMillis);
        return new Member(
                member.node(),
                member.incarnation(),
                member.health(),
                member.addresses(),
                member.instance(),
                member.boot(),
                member.noticedBy(),
                member.reason(),
                sinceMillis);
    }
}
