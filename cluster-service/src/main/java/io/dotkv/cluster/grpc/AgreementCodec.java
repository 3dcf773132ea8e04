package io.dotkv.cluster.grpc;

import com.google.protobuf.ByteString;
import io.dotkv.cluster.Cluster.AgreedBoot;
import io.dotkv.cluster.Cluster.BootRequest;
import io.dotkv.cluster.Cluster.Departed;
import io.dotkv.cluster.ClusterPeer.Decided;
import io.dotkv.cluster.ClusterPeer.Proposal;
import io.dotkv.cluster.ProposalOutcome;
import io.dotkv.cluster.register.format.RegisterFormat;
import io.dotkv.cluster.register.format.RegisterMessages;
import io.dotkv.cluster.register.paxos.Accepted;
import io.dotkv.cluster.register.paxos.AcceptorAnswer;
import io.dotkv.cluster.register.paxos.AcceptorQuestion;
import io.dotkv.cluster.register.state.StateChange.Refusal;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.encoding.MalformedException;
import io.dotkv.proto.cluster.v1.AskAcceptorRequest;
import io.dotkv.proto.cluster.v1.AskAcceptorResponse;
import io.dotkv.proto.cluster.v1.BootResponse;
import io.dotkv.proto.cluster.v1.GetAgreedResponse;
import io.dotkv.proto.cluster.v1.LeaveForGoodResponse;
import io.dotkv.proto.cluster.v1.ProposeRequest;
import io.dotkv.proto.cluster.v1.ProposeResponse;
import io.dotkv.proto.cluster.v1.RemoveMemberResponse;
import java.util.Optional;

/**
 * What nodes say about what is agreed, between messages and the core. Decoding refuses with an
 * {@link IllegalArgumentException}.
 */
final class AgreementCodec {
    private AgreementCodec() {}

    private interface Form<T> {
        T decode(byte[] bytes) throws MalformedException;
    }

    private static <T> T decode(ByteString bytes, Form<T> form) {
        try {
            return form.decode(bytes.toByteArray());
        } catch (MalformedException e) {
            throw new IllegalArgumentException("malformed: " + e.getMessage(), e);
        }
    }

    static AskAcceptorRequest encode(AcceptorQuestion question) {
        return AskAcceptorRequest.newBuilder()
                .setQuestion(ByteString.copyFrom(RegisterMessages.encode(question)))
                .build();
    }

    static AcceptorQuestion decode(AskAcceptorRequest request) {
        return decode(request.getQuestion(), RegisterMessages::decodeQuestion);
    }

    static AskAcceptorResponse encode(AcceptorAnswer answer) {
        return AskAcceptorResponse.newBuilder()
                .setAnswer(ByteString.copyFrom(RegisterMessages.encode(answer)))
                .build();
    }

    static AcceptorAnswer decode(AskAcceptorResponse response) {
        return decode(response.getAnswer(), RegisterMessages::decodeAnswer);
    }

    static ProposeRequest encode(Proposal proposal) {
        return ProposeRequest.newBuilder()
                .setClusterId(proposal.clusterId())
                .setChange(ByteString.copyFrom(RegisterMessages.encode(proposal.change())))
                .setVersion(proposal.version())
                .build();
    }

    static Proposal decode(ProposeRequest request) {
        return new Proposal(
                WireText.clusterId(request.getClusterId()),
                decode(request.getChange(), RegisterMessages::decodeChange),
                request.getVersion());
    }

    static ProposeResponse encode(Decided decided) {
        ProposeResponse.Builder response = ProposeResponse.newBuilder().setNewest(encode(decided.newest()));
        switch (decided.decision()) {
            case ProposalOutcome.Changed changed -> response.getChangedBuilder().setAnswer(changed.answer());
            case ProposalOutcome.Refused refused ->
                response.getRefusedBuilder().setReason(refused.reason().name()).setSentence(refused.sentence());
            case ProposalOutcome.Undecided undecided ->
                response.getUndecidedBuilder().setMayTakeEffect(undecided.mayTakeEffect());
        }
        return response.build();
    }

    static Decided decode(ProposeResponse response) {
        ProposalOutcome decision = switch (response.getDecisionCase()) {
            case CHANGED -> new ProposalOutcome.Changed(response.getChanged().getAnswer());
            case REFUSED ->
                new ProposalOutcome.Refused(
                        Refusal.valueOf(response.getRefused().getReason()),
                        response.getRefused().getSentence());
            case UNDECIDED ->
                new ProposalOutcome.Undecided(response.getUndecided().getMayTakeEffect());
            case DECISION_NOT_SET -> throw new IllegalArgumentException("no decision was told");
        };
        return new Decided(decision, newest(response.getNewest()));
    }

    private static ByteString encode(Optional<Accepted> newest) {
        return newest.map(value -> ByteString.copyFrom(RegisterFormat.encode(value)))
                .orElse(ByteString.EMPTY);
    }

    private static Optional<Accepted> newest(ByteString bytes) {
        return bytes.isEmpty() ? Optional.empty() : Optional.of(decode(bytes, RegisterFormat::decodeAccepted));
    }

    static GetAgreedResponse encodeAgreed(Optional<Accepted> newest) {
        return GetAgreedResponse.newBuilder().setNewest(encode(newest)).build();
    }

    static Optional<Accepted> decode(GetAgreedResponse response) {
        return newest(response.getNewest());
    }

    static io.dotkv.proto.cluster.v1.BootRequest encode(BootRequest request) {
        return io.dotkv.proto.cluster.v1.BootRequest.newBuilder()
                .setLife(request.life())
                .setStorageId(request.storageId())
                .setAbove(request.above())
                .build();
    }

    static BootRequest decode(io.dotkv.proto.cluster.v1.BootRequest request) {
        return new BootRequest(request.getLife(), WireText.storageId(request.getStorageId()), request.getAbove());
    }

    static BootResponse encode(AgreedBoot boot) {
        return BootResponse.newBuilder()
                .setBoot(boot.number())
                .setFormerLife(boot.formerLife())
                .build();
    }

    static AgreedBoot decode(BootResponse response) {
        return new AgreedBoot(response.getBoot(), response.getFormerLife());
    }

    static RemoveMemberResponse encode(Departed departed) {
        return RemoveMemberResponse.newBuilder()
                .setNode(departed.node().name())
                .setNumber(departed.number())
                .setPartitions(departed.partitions())
                .build();
    }

    static Departed decode(RemoveMemberResponse response) {
        return new Departed(new NodeId(response.getNode()), response.getNumber(), response.getPartitions());
    }

    static LeaveForGoodResponse encodeLeft(Departed departed) {
        return LeaveForGoodResponse.newBuilder()
                .setNode(departed.node().name())
                .setNumber(departed.number())
                .setPartitions(departed.partitions())
                .build();
    }

    static Departed decode(LeaveForGoodResponse response) {
        return new Departed(new NodeId(response.getNode()), response.getNumber(), response.getPartitions());
    }
}
