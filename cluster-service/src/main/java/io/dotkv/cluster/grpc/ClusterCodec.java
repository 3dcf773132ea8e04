package io.dotkv.cluster.grpc;

import com.google.protobuf.ByteString;
import io.dotkv.cluster.ClusterPeer.FormAnswer;
import io.dotkv.cluster.ClusterPeer.FormStep;
import io.dotkv.cluster.ClusterPeer.IndirectProbe;
import io.dotkv.cluster.ClusterPeer.Knowledge;
import io.dotkv.cluster.ClusterPeer.Probe;
import io.dotkv.cluster.ClusterPeer.ProbeAnswer;
import io.dotkv.cluster.Member;
import io.dotkv.cluster.layout.Formation;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.NodeId;
import io.dotkv.proto.cluster.v1.ExchangeStateRequest;
import io.dotkv.proto.cluster.v1.ExchangeStateResponse;
import io.dotkv.proto.cluster.v1.FormRequest;
import io.dotkv.proto.cluster.v1.FormResponse;
import io.dotkv.proto.cluster.v1.ProbeIndirectlyRequest;
import io.dotkv.proto.cluster.v1.ProbeIndirectlyResponse;
import io.dotkv.proto.cluster.v1.ProbeRequest;
import io.dotkv.proto.cluster.v1.ProbeResponse;
import java.util.List;
import java.util.Optional;

/**
 * What nodes tell each other, between messages and the core. Decoding refuses with an {@link IllegalArgumentException}.
 */
final class ClusterCodec {
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final int MAX_PROBE_MILLIS = 60_000;

    private ClusterCodec() {}

    static ProbeRequest encode(Probe probe) {
        ProbeRequest.Builder request = ProbeRequest.newBuilder()
                .setProber(MemberCodec.encode(probe.prober(), probe.clusterId()))
                .setTarget(probe.target().name())
                .setClusterId(probe.clusterId())
                .setStateHash(probe.stateHash())
                .setAgreed(probe.agreed());
        probe.targetAsSeen().ifPresent(seen -> request.setTargetAsSeen(MemberCodec.encode(seen)));
        return request.build();
    }

    static Probe decode(ProbeRequest request) {
        return new Probe(
                member("prober", request.hasProber(), request.getProber()),
                WireText.node(request.getTarget()),
                WireText.clusterId(request.getClusterId()),
                request.hasTargetAsSeen()
                        ? Optional.of(MemberCodec.decode(request.getTargetAsSeen()))
                        : Optional.empty(),
                request.getStateHash(),
                request.getAgreed());
    }

    private static Member member(String field, boolean present, io.dotkv.proto.cluster.v1.MemberRecord record) {
        if (!present) {
            throw new IllegalArgumentException("the field \"" + field + "\" is missing");
        }
        Member member = MemberCodec.decode(record);
        if (member.addresses().cluster().isEmpty()) {
            throw new IllegalArgumentException(
                    "the field \"" + field + "\" has no address of the cluster layer of " + member.node());
        }
        return member;
    }

    static ProbeResponse encode(ProbeAnswer answer) {
        ProbeResponse.Builder response = ProbeResponse.newBuilder()
                .setTarget(MemberCodec.encode(answer.target()))
                .setStateHash(answer.stateHash())
                .setAgreed(answer.agreed());
        answer.proberAsSeen().ifPresent(seen -> response.setProberAsSeen(MemberCodec.encode(seen)));
        return response.build();
    }

    static ProbeAnswer decode(ProbeResponse response) {
        return new ProbeAnswer(
                member("target", response.hasTarget(), response.getTarget()),
                response.hasProberAsSeen()
                        ? Optional.of(MemberCodec.decode(response.getProberAsSeen()))
                        : Optional.empty(),
                response.getStateHash(),
                response.getAgreed());
    }

    static ProbeIndirectlyRequest encode(IndirectProbe probe) {
        return ProbeIndirectlyRequest.newBuilder()
                .setTarget(probe.target().name())
                .setTargetAddress(probe.targetAddress())
                .setTimeoutMillis((int) Math.min(MAX_PROBE_MILLIS, probe.timeoutNanos() / NANOS_PER_MILLI))
                .setClusterId(probe.clusterId())
                .build();
    }

    static IndirectProbe decode(ProbeIndirectlyRequest request) {
        int timeoutMillis = request.getTimeoutMillis();
        if (timeoutMillis < 1 || timeoutMillis > MAX_PROBE_MILLIS) {
            throw new IllegalArgumentException("a probe takes 1 to " + MAX_PROBE_MILLIS + " milliseconds, not "
                    + Integer.toUnsignedString(timeoutMillis));
        }
        return new IndirectProbe(
                WireText.node(request.getTarget()),
                WireText.address(request.getTargetAddress()).orElse(""),
                timeoutMillis * NANOS_PER_MILLI,
                WireText.clusterId(request.getClusterId()));
    }

    static ProbeIndirectlyResponse encodeSeen(Optional<Member> seen) {
        ProbeIndirectlyResponse.Builder response =
                ProbeIndirectlyResponse.newBuilder().setAnswered(seen.isPresent());
        seen.ifPresent(member -> response.setTarget(MemberCodec.encode(member)));
        return response.build();
    }

    static Optional<Member> decode(ProbeIndirectlyResponse response) {
        return response.getAnswered()
                ? Optional.of(member("target", response.hasTarget(), response.getTarget()))
                : Optional.empty();
    }

    static ExchangeStateRequest encodeRequest(Knowledge knowledge) {
        ExchangeStateRequest.Builder request = ExchangeStateRequest.newBuilder()
                .setSender(MemberCodec.encode(knowledge.sender()))
                .setAgreed(knowledge.agreed());
        knowledge.members().forEach(member -> request.addMembers(MemberCodec.encode(member)));
        knowledge.formation().ifPresent(formation -> request.setFormation(encode(formation)));
        return request.build();
    }

    static Knowledge decode(ExchangeStateRequest request) {
        return new Knowledge(
                member("sender", request.hasSender(), request.getSender()),
                MemberCodec.decode(request.getMembersList()),
                formation(request.hasFormation(), request.getFormation()),
                request.getAgreed());
    }

    static ExchangeStateResponse encodeResponse(Knowledge knowledge) {
        ExchangeStateResponse.Builder response = ExchangeStateResponse.newBuilder()
                .setReceiver(MemberCodec.encode(knowledge.sender()))
                .setAgreed(knowledge.agreed());
        knowledge.members().forEach(member -> response.addMembers(MemberCodec.encode(member)));
        knowledge.formation().ifPresent(formation -> response.setFormation(encode(formation)));
        return response.build();
    }

    static Knowledge decode(ExchangeStateResponse response) {
        return new Knowledge(
                member("receiver", response.hasReceiver(), response.getReceiver()),
                MemberCodec.decode(response.getMembersList()),
                formation(response.hasFormation(), response.getFormation()),
                response.getAgreed());
    }

    static FormRequest encode(FormStep step) {
        return FormRequest.newBuilder()
                .setFormer(step.former().name())
                .setFormerInstance(step.formerInstance())
                .setFormation(encode(step.formation()))
                .setCommit(step.commit())
                .build();
    }

    static FormStep decode(FormRequest request) {
        Optional<Formation> formation = formation(request.hasFormation(), request.getFormation());
        if (formation.isEmpty()) {
            throw new IllegalArgumentException("the field \"formation\" is missing");
        }
        return new FormStep(
                WireText.node(request.getFormer()),
                WireText.instance(request.getFormerInstance()),
                formation.get(),
                request.getCommit());
    }

    static FormResponse encode(FormAnswer answer) {
        FormResponse.Builder response =
                FormResponse.newBuilder().setAccepted(answer.accepted()).setReason(answer.reason());
        answer.formation().ifPresent(formation -> response.setFormation(encode(formation)));
        return response.build();
    }

    static FormAnswer decode(FormResponse response) {
        return new FormAnswer(
                response.getAccepted(),
                WireText.reason(response.getReason()),
                formation(response.hasFormation(), response.getFormation()));
    }

    static io.dotkv.proto.cluster.v1.Formation encode(Formation formation) {
        return io.dotkv.proto.cluster.v1.Formation.newBuilder()
                .setClusterId(formation.clusterId())
                .setClusterKey(ByteString.copyFrom(formation.clusterKey().array()))
                .addAllMembers(formation.members().stream().map(NodeId::name).toList())
                .setPartitions(formation.layout().partitions())
                .setReplicas(formation.layout().replicas())
                .addAllInstances(formation.instances())
                .build();
    }

    static Optional<Formation> formation(boolean present, io.dotkv.proto.cluster.v1.Formation formation) {
        if (!present) {
            return Optional.empty();
        }
        if (formation.getMembersCount() > Formation.MAX_MEMBERS) {
            throw new IllegalArgumentException("a cluster is formed by at most " + Formation.MAX_MEMBERS
                    + " members, not " + formation.getMembersCount());
        }
        List<NodeId> members =
                formation.getMembersList().stream().map(WireText::node).toList();
        return Optional.of(Formation.first(
                formation.getClusterId(),
                Bytes.wrap(formation.getClusterKey().toByteArray()),
                members,
                formation.getInstancesList().stream().map(WireText::instance).toList(),
                formation.getPartitions(),
                formation.getReplicas()));
    }
}
