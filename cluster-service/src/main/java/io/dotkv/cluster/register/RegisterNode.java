package io.dotkv.cluster.register;

import io.dotkv.cluster.Agreement;
import io.dotkv.cluster.Cluster.AgreedBoot;
import io.dotkv.cluster.Cluster.BootRequest;
import io.dotkv.cluster.ClusterPeer;
import io.dotkv.cluster.Member;
import io.dotkv.cluster.Now;
import io.dotkv.cluster.layout.Formation;
import io.dotkv.cluster.membership.MemberTable;
import io.dotkv.cluster.register.paxos.Accepted;
import io.dotkv.cluster.register.paxos.AcceptorAnswer;
import io.dotkv.cluster.register.paxos.AcceptorQuestion;
import io.dotkv.cluster.register.paxos.AcceptorRecord;
import io.dotkv.cluster.register.state.ClusterState;
import io.dotkv.cluster.register.state.DepartedMember;
import io.dotkv.cluster.register.state.StateChange;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.ports.RandomSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * All that this node has to do with the cluster register, as a value that takes events with the time and returns what
 * is to be done: see {@code docs/decisions/0008-cluster-register.md}. {@link #chosen} and {@link #acceptorRecord} are
 * saved whenever a call has changed them, before anything is sent or answered. Reads the member table, which belongs to
 * the membership. One thread.
 */
public final class RegisterNode {
    private static final long PROPOSAL_NANOS = 2_500_000_000L;

    private final MemberTable table;
    private final CommittedState agreed;
    private final LocalRegister register;
    private final PendingProposals proposals;
    private final Reconciler reconciler;

    /**
     * @param chosen the newest agreement that is known, if there is any
     * @param record the record of this node's acceptor, on disk already
     * @param life 64 random bits of this process
     */
    public RegisterNode(
            Optional<Accepted> chosen, AcceptorRecord record, long life, MemberTable table, RandomSource random) {
        this.table = table;
        this.agreed = new CommittedState(chosen);
        this.register = new LocalRegister(agreed, record, life, random);
        this.proposals = new PendingProposals(agreed, register, table);
        this.reconciler = new Reconciler(agreed, register, proposals, table);
    }

    /** What a cluster has agreed on that has just formed. */
    public static Accepted first(Formation formation) {
        return Accepted.first(ClusterState.first(formation));
    }

    /** The newest value that is known to be chosen. */
    public Optional<Accepted> chosen() {
        return agreed.chosen();
    }

    /** The same as other layers look at it. */
    public Optional<Agreement> agreement() {
        return agreed.agreement();
    }

    /** The record of this node's acceptor. */
    public AcceptorRecord acceptorRecord() {
        return register.acceptorRecord();
    }

    /** The newest value, if it is newer than that version. */
    public Optional<Accepted> newerThan(long version) {
        return register.newerThan(version);
    }

    /** How many acceptors the register has; 0 before the cluster has formed. */
    public int acceptorCount() {
        return agreed.state().map(state -> state.acceptors().present().size()).orElse(0);
    }

    /** The boot that the member has, and the life that had the one before. */
    public Optional<AgreedBoot> bootOf(NodeId node) {
        return agreed.state()
                .flatMap(state -> state.member(node))
                .map(member -> new AgreedBoot(member.boot(), member.formerLife()));
    }

    /** The cluster has formed, or what it was formed with has become known. */
    public List<RegisterEffect> onFormed(Formation formation, Now now) {
        return agreed.version() == 0 ? onChosen(first(formation), now) : List.of();
    }

    /** Goes on with what is under way. */
    public List<RegisterEffect> tick(Now now) {
        List<RegisterEffect> effects = new ArrayList<>(settled(register.tick(now)));
        effects.addAll(settled(proposals.tick(now)));
        return effects;
    }

    /**
     * Compares what is agreed with what should be, and proposes changes.
     *
     * @param hasMet whether another node has let this one in, or there is none
     */
    public List<RegisterEffect> onReconcileDue(boolean hasMet, Now now) {
        return settled(reconciler.tick(hasMet, now));
    }

    /** Answers a question of another node, when {@link #acceptorRecord} has been saved. */
    public AcceptorAnswer onQuestion(AcceptorQuestion question) {
        return register.answer(question);
    }

    /** An acceptor has answered a question of this node. */
    public List<RegisterEffect> onAnswer(AcceptorAnswer answer, Now now) {
        return settled(register.answered(answer, now));
    }

    /** A chosen value has been fetched. */
    public List<RegisterEffect> onChosen(Accepted chosen, Now now) {
        return settled(register.learn(chosen, now));
    }

    /** Somebody knows that version; it is fetched there if it is newer. */
    public List<RegisterEffect> onVersion(long version, String address, Now now) {
        return register.heardOf(version, address, now);
    }

    /** The proposer that a change was handed to has answered; nothing was heard if it is empty. */
    public List<RegisterEffect> onHandedOver(long id, Optional<ClusterPeer.Decided> decided, Now now) {
        return settled(proposals.answered(id, decided, now));
    }

    /** Names the next proposal or wish for a boot; each gets one {@link RegisterEffect.Decided}. */
    public long nextId() {
        return proposals.nextId();
    }

    /** Proposes a change that another node has handed over. */
    public List<RegisterEffect> onProposal(long id, StateChange change, Now now) {
        return settled(register.submit(id, change, now.nanos() + PROPOSAL_NANOS, now));
    }

    /** Wants a change; what becomes of it is told soon after the deadline at the latest. */
    public List<RegisterEffect> propose(long id, StateChange change, long deadlineNanos, Now now) {
        return settled(proposals.add(id, change, deadlineNanos, now));
    }

    /** Wants a boot; when it is agreed, {@link #bootOf} has it. */
    public void boot(long id, BootRequest request, long deadlineNanos) {
        reconciler.boot(id, request, deadlineNanos);
    }

    /**
     * What it takes to take a member out for good; refuses what would do harm.
     *
     * @throws NotAgreedException when a member is to be removed that is there, and as {@link Departure#of} says
     */
    public Departure departure(NodeId node, DepartedMember.How how, boolean force) {
        if (how == DepartedMember.How.REMOVED) {
            table.get(node).filter(Member::isLive).ifPresent(member -> {
                throw Departure.refused(
                        StateChange.Refusal.UNFIT,
                        node + " is alive at " + member.clusterAddress()
                                + ", so it is not removed: stop it first and wait until the others see it as dead, "
                                + "or make it leave with \"dotkv cluster leave\"");
            });
        }
        return Departure.of(
                agreed.agreement(), node, how, force ? Optional.empty() : Optional.of(proposals.proposers()));
    }

    /* Some of what was decided are tries of a pending proposal, and some proposals are the reconciler's. */
    private List<RegisterEffect> settled(List<RegisterEffect> effects) {
        List<RegisterEffect> settled = new ArrayList<>();
        for (RegisterEffect effect : effects) {
            if (effect instanceof RegisterEffect.Decided decided) {
                Optional<List<RegisterEffect>> tried = proposals.submitted(decided);
                settled.addAll(tried.isPresent() ? settled(tried.get()) : reconciler.decided(decided));
            } else {
                settled.add(effect);
            }
        }
        return settled;
    }
}
