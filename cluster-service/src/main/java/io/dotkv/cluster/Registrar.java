package io.dotkv.cluster;

import io.dotkv.cluster.ClusterPeer.Proposal;
import io.dotkv.cluster.register.AcceptorRecord;
import io.dotkv.cluster.register.Answer;
import io.dotkv.cluster.register.Change;
import io.dotkv.cluster.register.ClusterState;
import io.dotkv.cluster.register.MemberChange;
import io.dotkv.cluster.register.Question;
import io.dotkv.cluster.register.RegisteredMember;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.RandomSource;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** All that this node has to do with the cluster register: see {@code docs/decisions/0008-cluster-register.md}. One thread. */
final class Registrar {
    private static final long PROPOSAL_NANOS = 3_000_000_000L;

    private final Agreed agreed;
    private final Register register;
    private final Petitions petitions;
    private final Duties duties;
    private final Admission admission;
    private final MemberTable table;

    /**
     * @param record the record of this node's acceptor, on disk already
     * @param life 64 random bits of this process
     * @param onLearned told when a newer agreement is known
     */
    Registrar(
            Agreed agreed,
            AcceptorRecord record,
            long life,
            MemberTable table,
            OwnRecord own,
            Admission admission,
            Outbox out,
            RandomSource random,
            Runnable onLearned) {
        this.agreed = agreed;
        this.admission = admission;
        this.table = table;
        this.register = new Register(agreed, record, life, table, out, random, onLearned);
        this.petitions = new Petitions(agreed, register, table, out);
        this.duties = new Duties(agreed, petitions, table, own, out);
    }

    Register register() {
        return register;
    }

    Petitions petitions() {
        return petitions;
    }

    Duties duties() {
        return duties;
    }

    void tick(boolean hasMet, Now now) {
        register.tick(now);
        petitions.tick(now);
        duties.tick(hasMet, now);
    }

    /** Answers a question of another node's register. */
    Answer answer(Question question) {
        return register.answer(question);
    }

    /** Proposes a change that another node has handed over; what comes of it is told once. */
    void propose(Proposal proposal, Consumer<ClusterPeer.Decided> then, Now now) {
        admission.checkCluster(proposal.clusterId());
        register.submit(
                petitions.nextId(),
                proposal.change(),
                now.nanos() + PROPOSAL_NANOS,
                result -> then.accept(
                        new ClusterPeer.Decided(Petitions.decisionOf(result), register.newerThan(proposal.version()))),
                now);
    }

    /** Refuses the removal of a node that is there. */
    void checkRemovable(NodeId node) {
        table.get(node).filter(Member::isLive).ifPresent(member -> {
            throw new NotAgreedException(
                    new Decision.Refused(Change.Refusal.UNFIT, ""),
                    node + " is alive at " + member.clusterAddress()
                            + ", so it is not removed: stop it first and wait until it is dead for the others, or let it"
                            + " leave by \"dotkv cluster leave\"");
        });
    }

    /** Takes a member out for good; what comes of it is told at the deadline at the latest. */
    void remove(NodeId node, long deadlineNanos, Consumer<Departing> then, Now now) {
        depart(node, member -> new MemberChange.Remove(node, member.instance()), deadlineNanos, then, now);
    }

    /** The same for this node, on its own wish. */
    void leaveForGood(NodeId self, long deadlineNanos, Consumer<Departing> then, Now now) {
        depart(self, member -> new MemberChange.Leave(self, member.instance()), deadlineNanos, then, now);
    }

    /** A member that is to go, as it was known, and what was decided. */
    record Departing(Optional<RegisteredMember> member, int partitions, Decision decision) {
        Cluster.Departed departed() {
            RegisteredMember gone = member.orElseThrow();
            return new Cluster.Departed(gone.node(), gone.number(), partitions);
        }
    }

    private void depart(
            NodeId node,
            Function<RegisteredMember, MemberChange> change,
            long deadlineNanos,
            Consumer<Departing> then,
            Now now) {
        Optional<RegisteredMember> member = agreed.state().flatMap(state -> state.member(node));
        if (member.isEmpty()) {
            String sentence = agreed.state().map(state -> absent(state, node)).orElse("the cluster has not formed yet");
            then.accept(new Departing(member, 0, new Decision.Refused(Change.Refusal.NOT_A_MEMBER, sentence)));
            return;
        }
        int partitions = agreed.agreement().orElseThrow().layout().heldBy(node).size();
        petitions.add(
                change.apply(member.get()),
                deadlineNanos,
                decision -> then.accept(new Departing(member, partitions, decision)),
                now);
    }

    private static String absent(ClusterState state, NodeId node) {
        return state.departures().stream().anyMatch(gone -> gone.node().equals(node))
                ? node + " has left the cluster already"
                : node + " is no member of the cluster; its members are "
                        + state.members().stream().map(RegisteredMember::node).toList();
    }
}
