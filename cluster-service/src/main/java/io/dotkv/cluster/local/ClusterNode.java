package io.dotkv.cluster.local;

import io.dotkv.cluster.Cluster.BootRequest;
import io.dotkv.cluster.ClusterPeer.Decided;
import io.dotkv.cluster.ClusterPeer.FormAnswer;
import io.dotkv.cluster.ClusterPeer.FormStep;
import io.dotkv.cluster.ClusterPeer.Knowledge;
import io.dotkv.cluster.ClusterPeer.Probe;
import io.dotkv.cluster.ClusterPeer.ProbeAnswer;
import io.dotkv.cluster.ClusterSettings;
import io.dotkv.cluster.ClusterView;
import io.dotkv.cluster.Member;
import io.dotkv.cluster.MemberFormat;
import io.dotkv.cluster.Now;
import io.dotkv.cluster.bootstrap.Bootstrap;
import io.dotkv.cluster.bootstrap.BootstrapEffect;
import io.dotkv.cluster.bootstrap.ClusterFormation;
import io.dotkv.cluster.membership.Dissemination;
import io.dotkv.cluster.membership.FailureDetector;
import io.dotkv.cluster.membership.JoinAdmission;
import io.dotkv.cluster.membership.LocalHealth;
import io.dotkv.cluster.membership.MemberTable;
import io.dotkv.cluster.membership.Membership;
import io.dotkv.cluster.membership.MembershipEffect;
import io.dotkv.cluster.register.RegisterEffect;
import io.dotkv.cluster.register.RegisterNode;
import io.dotkv.cluster.register.paxos.Accepted;
import io.dotkv.cluster.register.paxos.AcceptorAnswer;
import io.dotkv.cluster.register.state.StateChange;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.ports.RandomSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * The cluster layer of one node as a value: the machines of membership, bootstrap and register, and the ways between
 * them. Takes each event to the machine that it concerns. What one machine tells another is taken there before the rest
 * of an event's effects; what is for the outside waits for {@link #effects}. Whatever must be durable comes first
 * there, no matter which machine changed it, and no matter whether the event was handled without an exception. One
 * thread.
 */
final class ClusterNode {
    private final ClusterSettings settings;
    private final MemberTable table;
    private final Membership membership;
    private final Bootstrap bootstrap;
    private final RegisterNode register;
    private final PendingEffects pending = new PendingEffects();
    private final SavedState saved;

    ClusterNode(
            ClusterSettings settings,
            StateLoader.Start start,
            RandomSource random,
            IntFunction<byte[]> secureBytes,
            Now now) {
        DurableState state = start.state();
        this.settings = settings;
        this.table = Membership.table(state.own(settings).since(now.wallMillis()), state.members());
        LocalHealth localHealth = new LocalHealth(settings.lifeguard().maxScore());
        FailureDetector detector = new FailureDetector(settings, localHealth, random.fork());
        RandomSource contacts = random.fork();
        Dissemination dissemination = new Dissemination(settings.self(), random.fork());
        this.membership = new Membership(settings, table, detector, dissemination, random);
        ClusterFormation formation =
                new ClusterFormation(settings, state.instance(), state.formation(), state.promises(), secureBytes);
        this.bootstrap = new Bootstrap(settings, table, formation, contacts, now);
        Optional<Accepted> agreed = start.agreed().or(() -> state.formation().map(RegisterNode::first));
        this.register = new RegisterNode(agreed, start.acceptor(), start.life(), table, random.fork());
        this.saved = new SavedState(table, bootstrap, register, agreed, start.acceptor());
        ofMembership(membership.start(register.agreement()), now);
    }

    Membership membership() {
        return membership;
    }

    JoinAdmission admission() {
        return membership.admission();
    }

    MemberTable table() {
        return table;
    }

    RegisterNode register() {
        return register;
    }

    /** What to do since the last call, in order: save, send, show, and answer calls. */
    List<ClusterEffect> effects(Now now) {
        List<ClusterEffect> all = new ArrayList<>(saved.due(now));
        all.addAll(pending.takeSends());
        // To show costs as much as there are members, and changes come in crowds when there are many.
        if (pending.isShowDue(settings.tickNanos() * Math.max(1, table.size() / 100), now)) {
            if (pending.isRegroupDue()) {
                all.add(new ClusterEffect.GossipWith(membership.gossipPeers(bootstrap.joined())));
            }
            all.add(new ClusterEffect.Show(view()));
        }
        all.addAll(pending.takeAnswers());
        return all;
    }

    ClusterView view() {
        return new ClusterView(
                settings.self(), settings.expect(), register.agreement(), membership.members(bootstrap.joined()));
    }

    /** All that this node knows. */
    Knowledge knowledge() {
        return new Knowledge(table.own(), table.all(), bootstrap.formation(), table.agreedVersion());
    }

    private void ofMembership(List<MembershipEffect> effects, Now now) {
        for (MembershipEffect effect : effects) {
            switch (effect) {
                case MembershipEffect.Save _ -> saved.outdated();
                case MembershipEffect.SaveSoon _ -> saved.outdatedInOthers();
                case MembershipEffect.Show _ -> pending.show();
                case MembershipEffect.ChangePeers _ -> pending.regroup();
                case MembershipEffect.Compared compared ->
                    bootstrap.onCompared(compared.address(), compared.isDifferent(), now);
                case MembershipEffect.External sent -> pending.send(new ClusterEffect.OfMembership(sent));
            }
        }
    }

    private void ofBootstrap(List<BootstrapEffect> effects, Now now) {
        for (BootstrapEffect effect : effects) {
            switch (effect) {
                case BootstrapEffect.Formed formed -> {
                    pending.show();
                    ofRegister(register.onFormed(formed.formation(), now), now);
                }
                case BootstrapEffect.Joined _ -> pending.regroup();
                case BootstrapEffect.External sent -> pending.send(new ClusterEffect.OfBootstrap(sent));
            }
        }
    }

    private void ofRegister(List<RegisterEffect> effects, Now now) {
        for (RegisterEffect effect : effects) {
            switch (effect) {
                case RegisterEffect.Learned learned -> ofMembership(membership.onAgreement(learned.agreement()), now);
                case RegisterEffect.Decided decided -> pending.answer(new ClusterEffect.Answer(decided));
                case RegisterEffect.External sent -> pending.send(new ClusterEffect.OfRegister(sent));
            }
        }
    }

    void tick(Now now) {
        if (bootstrap.joined()) {
            ofMembership(membership.onProbesDue(now), now);
        }
        ofBootstrap(bootstrap.onContactsDue(now), now);
        ofBootstrap(bootstrap.onFormingDue(now), now);
        tickRegister(now);
        ofMembership(membership.tick(now), now);
    }

    private void tickRegister(Now now) {
        ofRegister(register.tick(now), now);
        ofRegister(register.onReconcileDue(bootstrap.hasMet(), now), now);
    }

    ProbeAnswer onProbe(Probe probe, Now now) {
        ofMembership(membership.onProbe(probe, now), now);
        ProbeAnswer answer = membership.answerTo(probe.prober());
        onVersion(probe.prober().node(), probe.agreed(), now);
        return answer;
    }

    void onProbeAnswer(Member target, ProbeAnswer answer, long sentNanos, Now now) {
        ofMembership(membership.onProbeAnswer(target, answer, sentNanos, now), now);
        ofRegister(register.onVersion(answer.agreed(), target.clusterAddress(), now), now);
    }

    void onProbeFailure(Member target, Throwable failure, long sentNanos, Now now) {
        ofMembership(membership.onProbeFailure(target, failure, sentNanos, now), now);
    }

    /** @param said whether the helper said what it found; nothing was heard of it otherwise */
    void onHelperAnswer(Member target, boolean said, Optional<Member> found, Now now) {
        ofMembership(membership.onHelperAnswer(target, said, found, now), now);
    }

    void onRivalAnswer(Member rival, Optional<Member> answer, Now now) {
        ofMembership(membership.onRivalAnswer(rival, answer), now);
    }

    void onGossip(MemberFormat.Announcement announcement, Now now) {
        ofMembership(membership.onGossip(announcement, now), now);
    }

    /** A member knows that version of the agreement. */
    void onVersion(NodeId node, long version, Now now) {
        table.get(node)
                .filter(member -> !node.equals(settings.self()))
                .ifPresent(member -> ofRegister(register.onVersion(version, member.clusterAddress(), now), now));
    }

    /** Takes what a peer knows and tells it what is known after that. */
    Knowledge onExchange(Knowledge theirs, Now now) {
        JoinAdmission admission = membership.admission();
        admission.check(theirs);
        if (!admission.isOwn(theirs.sender())) {
            learnAll(theirs, now);
        }
        return knowledge();
    }

    /** A peer answered an exchange. */
    void onExchangeAnswer(String where, Knowledge theirs, Now now) {
        Member sender = theirs.sender();
        JoinAdmission admission = membership.admission();
        if (admission.isOfOtherCluster(theirs.clusterId())) {
            bootstrap.onUnfit(where, "it belongs to another cluster, " + theirs.clusterId());
        } else if (admission.isRival(sender)) {
            bootstrap.onUnfit(where, "it has this node's name");
        } else {
            ofBootstrap(bootstrap.onContact(where, sender.node()), now);
            if (!admission.isOwn(sender)) {
                learnAll(theirs, now);
                ofRegister(register.onVersion(theirs.agreed(), sender.clusterAddress(), now), now);
            }
        }
    }

    private void learnAll(Knowledge theirs, Now now) {
        ofBootstrap(bootstrap.onFormation(theirs.formation(), theirs.sender().node()), now);
        ofMembership(membership.onKnowledge(theirs, now), now);
    }

    void onExchangeFailure(String where, Throwable failure, Now now) {
        ofBootstrap(bootstrap.onContactFailure(where, failure), now);
    }

    /** All attempts at a seed or address are over. */
    void onExchangesOver(String where) {
        bootstrap.onContactOver(where);
    }

    FormAnswer onStep(FormStep step, Now now) {
        Bootstrap.Answered answered = bootstrap.onStep(step);
        ofBootstrap(answered.effects(), now);
        return answered.answer();
    }

    void onStepAnswer(Member founder, FormStep step, FormAnswer answer, Now now) {
        ofBootstrap(bootstrap.onStepAnswer(founder, step, answer), now);
    }

    void onAcceptorAnswer(AcceptorAnswer answer, Now now) {
        ofRegister(register.onAnswer(answer, now), now);
    }

    void onFetched(Accepted chosen, Now now) {
        ofRegister(register.onChosen(chosen, now), now);
    }

    void onHandedOver(long id, Optional<Decided> decided, Now now) {
        ofRegister(register.onHandedOver(id, decided, now), now);
    }

    /** Proposes a change that another node has handed over; its outcome comes under the number that is returned. */
    long onProposal(StateChange change, Now now) {
        long id = register.nextId();
        ofRegister(register.onProposal(id, change, now), now);
        return id;
    }

    /** Wants a change; its outcome comes under the number that is returned. */
    long propose(StateChange change, long timeoutNanos, Now now) {
        long id = register.nextId();
        ofRegister(register.propose(id, change, now.nanos() + timeoutNanos, now), now);
        return id;
    }

    /** Wants a boot; its outcome comes under the number that is returned. */
    long boot(BootRequest request, long timeoutNanos, Now now) {
        long id = register.nextId();
        register.boot(id, request, now.nanos() + timeoutNanos);
        tickRegister(now);
        return id;
    }

    void recordBoot(int boot, Now now) {
        ofMembership(membership.onBoot(boot), now);
    }

    void leave(Now now) {
        if (bootstrap.joined()) {
            ofMembership(membership.leave(), now);
        }
    }
}
