package io.dotkv.cluster.local;

import io.dotkv.cluster.Agreement;
import io.dotkv.cluster.Cluster;
import io.dotkv.cluster.ClusterPeer;
import io.dotkv.cluster.ClusterPeer.Proposal;
import io.dotkv.cluster.Member;
import io.dotkv.cluster.NotAgreedException;
import io.dotkv.cluster.Now;
import io.dotkv.cluster.ProposalOutcome;
import io.dotkv.cluster.membership.MemberTable;
import io.dotkv.cluster.register.paxos.AcceptorAnswer;
import io.dotkv.cluster.register.paxos.AcceptorQuestion;
import io.dotkv.cluster.register.paxos.AcceptorRecord;
import io.dotkv.cluster.register.state.ClusterState;
import io.dotkv.cluster.register.state.MemberChange;
import io.dotkv.cluster.register.state.RegisteredMember;
import io.dotkv.cluster.register.state.RetirementChange;
import io.dotkv.cluster.register.state.StateChange;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.ports.RandomSource;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** All that this node has to do with the cluster register: see {@code docs/decisions/0008-cluster-register.md}. One thread. */
final class RegisterNode {
    private static final long PROPOSAL_NANOS = 2_500_000_000L;

    private final CommittedState agreed;
    private final LocalRegister register;
    private final PendingProposals petitions;
    private final Reconciler duties;
    private final MemberTable table;

    /**
     * @param record the record of this node's acceptor, on disk already
     * @param life 64 random bits of this process
     * @param onLearned told when a newer agreement is known
     */
    RegisterNode(
            CommittedState agreed,
            AcceptorRecord record,
            long life,
            MemberTable table,
            Outbox out,
            RandomSource random,
            Consumer<Now> onLearned) {
        this.agreed = agreed;
        this.table = table;
        this.register = new LocalRegister(agreed, record, life, table, out, random, onLearned);
        this.petitions = new PendingProposals(agreed, register, table, out);
        this.duties = new Reconciler(agreed, register, petitions, table, out);
    }

    LocalRegister register() {
        return register;
    }

    PendingProposals petitions() {
        return petitions;
    }

    Reconciler duties() {
        return duties;
    }

    void tick(boolean hasMet, Now now) {
        register.tick(now);
        petitions.tick(now);
        duties.tick(hasMet, now);
    }

    /** Answers a question of another node's register. */
    AcceptorAnswer answer(AcceptorQuestion question) {
        return register.answer(question);
    }

    /** Proposes a change that another node has handed over; what comes of it is told once. */
    void propose(Proposal proposal, Consumer<ClusterPeer.Decided> then, Now now) {
        register.submit(
                petitions.nextId(),
                proposal.change(),
                now.nanos() + PROPOSAL_NANOS,
                result -> then.accept(new ClusterPeer.Decided(
                        PendingProposals.decisionOf(result), register.newerThan(proposal.version()))),
                now);
    }

    /** Wants a step in the closing of former boots; what comes of it is told at the deadline at the latest. */
    void agreeOn(RetirementChange change, long deadlineNanos, Consumer<ProposalOutcome> then, Now now) {
        petitions.add(change, deadlineNanos, then, now);
    }

    /** Refuses the removal of a node that is there. */
    void checkDead(NodeId node) {
        table.get(node).filter(Member::isLive).ifPresent(member -> {
            throw new NotAgreedException(
                    new ProposalOutcome.Refused(StateChange.Refusal.UNFIT, ""),
                    node + " is alive at " + member.clusterAddress()
                            + ", so it is not removed: stop it first and wait until the others see it as dead, "
                            + "or make it leave with \"dotkv cluster leave\"");
        });
    }

    /** Takes a member out for good; what comes of it is told at the deadline at the latest. */
    void remove(NodeId node, boolean force, long deadlineNanos, Consumer<Departing> then, Now now) {
        depart(node, force, member -> new MemberChange.Remove(node, member.instance()), deadlineNanos, then, now);
    }

    /** The same for this node, on its own wish. */
    void leaveForGood(NodeId self, boolean force, long deadlineNanos, Consumer<Departing> then, Now now) {
        depart(self, force, member -> new MemberChange.Leave(self, member.instance()), deadlineNanos, then, now);
    }

    /** Who was to go, and what was decided; nobody when there was no such member. */
    record Departing(Optional<Cluster.Departed> who, ProposalOutcome decision) {}

    private void depart(
            NodeId node,
            boolean force,
            Function<RegisteredMember, MemberChange> change,
            long deadlineNanos,
            Consumer<Departing> then,
            Now now) {
        Optional<Agreement> agreement = agreed.agreement();
        if (agreement.isEmpty()) {
            then.accept(refused(StateChange.Refusal.NOT_A_MEMBER, "the cluster has not formed yet"));
            return;
        }
        ClusterState state = agreement.get().state();
        int partitions = agreement.get().layout().heldBy(node).size();
        Optional<RegisteredMember> member = state.member(node);
        if (member.isEmpty()) {
            then.accept(departed(state, node, partitions));
            return;
        }
        if (!force && partitions > 0) {
            then.accept(refused(
                    StateChange.Refusal.UNFIT,
                    DataLoss.of(agreement.get(), node).sentence()));
            return;
        }
        if (!force && !hasMajorityWithout(state, node)) {
            then.accept(refused(
                    StateChange.Refusal.UNFIT,
                    "without " + node + " too few of the "
                            + state.acceptors().present().size()
                            + " acceptors of the cluster register would remain to agree on changes; start the "
                            + "other nodes first, or " + DataLoss.FORCE));
            return;
        }
        Cluster.Departed who = new Cluster.Departed(node, member.get().number(), partitions);
        petitions.add(
                change.apply(member.get()),
                deadlineNanos,
                decision -> then.accept(new Departing(Optional.of(who), decision)),
                now);
    }

    private static Departing refused(StateChange.Refusal reason, String sentence) {
        return new Departing(Optional.empty(), new ProposalOutcome.Refused(reason, sentence));
    }

    private static Departing departed(ClusterState state, NodeId node, int partitions) {
        return state.departures().reversed().stream()
                .filter(gone -> gone.node().equals(node))
                .findFirst()
                .map(gone -> new Departing(
                        Optional.of(new Cluster.Departed(node, gone.number(), partitions)),
                        new ProposalOutcome.Changed(0)))
                .orElseGet(() -> refused(
                        StateChange.Refusal.NOT_A_MEMBER,
                        node + " is no member of the cluster; its members are "
                                + state.members().stream()
                                        .map(RegisteredMember::node)
                                        .toList()));
    }

    private boolean hasMajorityWithout(ClusterState state, NodeId node) {
        long left = petitions.proposers().stream()
                .filter(acceptor -> !acceptor.node().equals(node))
                .count();
        return left > state.acceptors().present().size() / 2;
    }
}
