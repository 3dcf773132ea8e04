package io.dotkv.cluster.local;

import io.dotkv.cluster.ClusterPeer;
import io.dotkv.cluster.ClusterPeer.Knowledge;
import io.dotkv.cluster.ClusterSettings;
import io.dotkv.cluster.ClusterView;
import io.dotkv.cluster.Health;
import io.dotkv.cluster.Member;
import io.dotkv.cluster.MemberFormat;
import io.dotkv.cluster.Now;
import io.dotkv.cluster.bootstrap.Bootstrap;
import io.dotkv.cluster.bootstrap.BootstrapEffect;
import io.dotkv.cluster.bootstrap.ClusterFormation;
import io.dotkv.cluster.layout.Formation;
import io.dotkv.cluster.membership.Dissemination;
import io.dotkv.cluster.membership.FailureDetector;
import io.dotkv.cluster.membership.JoinAdmission;
import io.dotkv.cluster.membership.LocalHealth;
import io.dotkv.cluster.membership.MemberTable;
import io.dotkv.cluster.membership.Membership;
import io.dotkv.cluster.membership.MembershipEffect;
import io.dotkv.cluster.register.paxos.Accepted;
import io.dotkv.cluster.register.paxos.AcceptorRecord;
import io.dotkv.cluster.register.state.ClusterState;
import io.dotkv.gossip.Peer;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.ports.RandomSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * The cluster layer of one node as a value that takes events and says what to do: members, failure detection, joining and
 * forming, without a thread, socket or clock. After every event the shell takes the {@linkplain #effects effects} and
 * carries them out in their order; an answer to a peer is sent only after that, so that whatever it promises is durable.
 * One thread.
 */
final class ClusterNode {
    private final ClusterSettings settings;
    private final MemberTable table;
    private final Outbox out = new Outbox();
    private final Membership membership;
    private final Bootstrap bootstrap;
    private final CommittedState agreed;
    private final RegisterNode registrar;

    /**
     * What the node begins with.
     *
     * @param state what was saved, its incarnation already raised for this start
     * @param agreed the agreement that was saved, if any was
     * @param acceptor the record of its acceptor, on disk already
     * @param life 64 random bits of this process
     */
    record Beginning(DurableState state, Optional<Accepted> agreed, AcceptorRecord acceptor, long life) {}

    ClusterNode(
            ClusterSettings settings,
            Beginning beginning,
            RandomSource random,
            IntFunction<byte[]> secureBytes,
            Now now) {
        DurableState state = beginning.state;
        this.settings = settings;
        this.table = Membership.table(ownRecord(settings, state).since(now.wallMillis()), state.members());
        LocalHealth localHealth = new LocalHealth(settings.lifeguard().maxScore());
        FailureDetector detector = new FailureDetector(settings, localHealth, random.fork());
        RandomSource contacts = random.fork();
        Dissemination dissemination = new Dissemination(settings.self(), random.fork());
        this.membership = new Membership(settings, table, detector, dissemination, random);
        this.agreed =
                new CommittedState(beginning.agreed.or(() -> state.formation().map(ClusterNode::firstOf)));
        ClusterFormation formation =
                new ClusterFormation(settings, state.instance(), state.formation(), state.promises(), secureBytes);
        this.bootstrap = new Bootstrap(settings, table, formation, contacts, now);
        this.registrar = new RegisterNode(
                agreed, beginning.acceptor, beginning.life, table, out, random.fork(), this::agreementChanged);
        route(membership.start(agreed.agreement()), now);
    }

    private void route(List<MembershipEffect> effects, Now now) {
        for (MembershipEffect effect : effects) {
            switch (effect) {
                case MembershipEffect.Save _ -> out.save();
                case MembershipEffect.SaveSoon _ -> out.saveSoon();
                case MembershipEffect.Show _ -> out.show();
                case MembershipEffect.ChangePeers _ -> out.regroup();
                case MembershipEffect.Compared compared ->
                    bootstrap.onCompared(compared.address(), compared.isDifferent(), now);
                case MembershipEffect.SendProbe _,
                        MembershipEffect.AskHelper _,
                        MembershipEffect.ProbeRival _,
                        MembershipEffect.TellOf _,
                        MembershipEffect.Announce _,
                        MembershipEffect.Log _,
                        MembershipEffect.Stop _ -> out.add(new ClusterEffect.OfMembership(effect));
            }
        }
    }

    private void routeBootstrap(List<BootstrapEffect> effects, Now now) {
        for (BootstrapEffect effect : effects) {
            switch (effect) {
                case BootstrapEffect.Save _ -> out.save();
                case BootstrapEffect.Formed formed -> takeFormation(formed.formation(), now);
                case BootstrapEffect.Joined _ -> out.regroup();
                case BootstrapEffect.Contact _,
                        BootstrapEffect.ContactSeed _,
                        BootstrapEffect.SendStep _,
                        BootstrapEffect.Log _,
                        BootstrapEffect.Warn _,
                        BootstrapEffect.Stop _ -> out.add(new ClusterEffect.OfBootstrap(effect));
            }
        }
    }

    private static Accepted firstOf(Formation formation) {
        return Accepted.first(ClusterState.first(formation));
    }

    private static Member ownRecord(ClusterSettings settings, DurableState state) {
        NodeId self = settings.self();
        return new Member(
                self,
                state.incarnation(),
                Health.ALIVE,
                settings.addresses(),
                state.instance(),
                state.boot(),
                self.name(),
                "started",
                0);
    }

    /** What to do since the last call; what must be durable comes first. */
    List<ClusterEffect> effects(Now now) {
        List<ClusterEffect> all = new ArrayList<>();
        if (out.isSaveDue(now)) {
            all.add(new ClusterEffect.Save(durableState()));
        }
        all.addAll(out.take());
        if (out.isShowDue(showPauseNanos(), now)) {
            if (out.isRegroupDue()) {
                all.add(new ClusterEffect.GossipWith(gossipPeers()));
            }
            all.add(new ClusterEffect.Show(view()));
        }
        return all;
    }

    /* To show costs as much as there are members, and changes come in crowds when there are many. */
    private long showPauseNanos() {
        return settings.tickNanos() * Math.max(1, table.size() / 100);
    }

    /* What is agreed begins with the formation. */
    private void takeFormation(Formation formation, Now now) {
        out.show();
        if (agreed.version() == 0) {
            registrar.register().learn(firstOf(formation), now);
        }
    }

    private void agreementChanged(Now now) {
        agreed.agreement().ifPresent(agreement -> route(membership.onAgreement(agreement), now));
    }

    /**
     * With whom to gossip: with nobody before another member has let this process in. It may work on a copy of a living node's data,
     * and would be taken for that.
     */
    private List<Peer> gossipPeers() {
        List<Peer> peers = new ArrayList<>();
        if (!bootstrap.joined()) {
            return peers;
        }
        for (Member member : table.liveOthers()) {
            member.addresses()
                    .gossip()
                    .ifPresent(address -> peers.add(new Peer(member.node().name(), address)));
        }
        return List.copyOf(peers);
    }

    private DurableState durableState() {
        Member self = table.own();
        List<Member> others = table.all().stream()
                .filter(member -> !member.node().equals(settings.self()))
                .toList();
        return new DurableState(
                self.instance(), self.incarnation(), self.boot(), bootstrap.formation(), bootstrap.promises(), others);
    }

    ClusterView view() {
        return new ClusterView(
                settings.self(),
                settings.expect(),
                agreed.agreement(),
                table.all().stream().map(this::asHeard).toList());
    }

    /**
     * Nobody else is called alive before anybody has answered in this life of the process: what was saved is from the past,
     * and those above take "alive" as a sign that somebody who may know better was asked.
     */
    private Member asHeard(Member member) {
        return bootstrap.joined() || member.node().equals(settings.self()) || member.health() != Health.ALIVE
                ? member
                : member.withHealth(Health.SUSPECT, settings.self(), "not heard from since this node started");
    }

    JoinAdmission admission() {
        return membership.admission();
    }

    Membership membership() {
        return membership;
    }

    MemberTable table() {
        return table;
    }

    RegisterNode registrar() {
        return registrar;
    }

    /** Does at once what the register has to do. */
    void tickRegistrar(Now now) {
        registrar.tick(bootstrap.hasMet(), now);
    }

    /** How many acceptors the register has; 0 before the cluster has formed. */
    int acceptorCount() {
        return agreed.state().map(state -> state.acceptors().present().size()).orElse(0);
    }

    ClusterPeer.ProbeAnswer answer(ClusterPeer.Probe probe, Now now) {
        route(membership.onProbe(probe, now), now);
        ClusterPeer.ProbeAnswer answer = membership.answerTo(probe.prober());
        table.get(probe.prober().node())
                .ifPresent(prober -> registrar.register().heardOf(probe.agreed(), prober.clusterAddress(), now));
        return answer;
    }

    void answered(Member target, ClusterPeer.ProbeAnswer answer, long sentNanos, Now now) {
        route(membership.onProbeAnswer(target, answer, sentNanos, now), now);
        registrar.register().heardOf(answer.agreed(), target.clusterAddress(), now);
    }

    void probeFailed(Member target, Throwable failure, long sentNanos, Now now) {
        route(membership.onProbeFailure(target, failure, sentNanos, now), now);
    }

    /** @param said whether the helper said what it found; nothing was heard of it otherwise */
    void helperAnswered(Member target, boolean said, Optional<Member> found, Now now) {
        route(membership.onHelperAnswer(target, said, found, now), now);
    }

    void rivalAnswered(Member rival, Optional<Member> answer, Now now) {
        route(membership.onRivalAnswer(rival, answer), now);
    }

    /** Gossip tells that a member knows that version of the agreement. */
    void agreementAnnounced(NodeId announcer, long version, Now now) {
        table.get(announcer)
                .filter(member -> !announcer.equals(settings.self()))
                .ifPresent(member -> registrar.register().heardOf(version, member.clusterAddress(), now));
    }

    void tick(Now now) {
        if (bootstrap.joined()) {
            route(membership.onProbesDue(now), now);
        }
        routeBootstrap(bootstrap.onContactsDue(now), now);
        routeBootstrap(bootstrap.onFormingDue(now), now);
        tickRegistrar(now);
        route(membership.tick(now), now);
    }

    /** All that this node knows. */
    Knowledge knowledge() {
        return new Knowledge(table.own(), table.all(), bootstrap.formation(), agreed.version());
    }

    /** Takes what a peer knows and tells it what is known after that. */
    Knowledge answer(Knowledge theirs, Now now) {
        membership.admission().checkCluster(clusterOf(theirs));
        membership.admission().checkRival(theirs.sender());
        membership.admission().checkDeparted(theirs.sender());
        if (!membership.admission().isOwn(theirs.sender())) {
            learnAll(theirs, now);
        }
        return knowledge();
    }

    private static String clusterOf(Knowledge knowledge) {
        return knowledge.formation().map(Formation::clusterId).orElse("");
    }

    /** A peer answered an exchange. */
    void exchanged(String where, Knowledge theirs, Now now) {
        Member sender = theirs.sender();
        JoinAdmission admission = membership.admission();
        if (admission.isOfOtherCluster(clusterOf(theirs))) {
            bootstrap.onUnfit(where, "it belongs to another cluster, " + clusterOf(theirs));
        } else if (admission.isRival(sender)) {
            bootstrap.onUnfit(where, "it has this node's name");
        } else {
            routeBootstrap(bootstrap.onContact(where, sender.node()), now);
            if (!admission.isOwn(sender)) {
                learnAll(theirs, now);
                registrar.register().heardOf(theirs.agreed(), sender.clusterAddress(), now);
            }
        }
    }

    void exchangeFailed(String where, Throwable failure, Now now) {
        routeBootstrap(bootstrap.onContactFailure(where, failure), now);
    }

    /** All attempts at a seed or address are over. */
    void exchangesOver(String where) {
        bootstrap.onContactOver(where);
    }

    private void learnAll(Knowledge theirs, Now now) {
        routeBootstrap(bootstrap.onFormation(theirs.formation(), theirs.sender().node()), now);
        route(membership.onKnowledge(theirs, now), now);
    }

    ClusterPeer.FormAnswer answer(ClusterPeer.FormStep step, Now now) {
        Bootstrap.Answered answered = bootstrap.onStep(step);
        routeBootstrap(answered.effects(), now);
        return answered.answer();
    }

    void stepAnswered(Member founder, ClusterPeer.FormStep step, ClusterPeer.FormAnswer answer, Now now) {
        routeBootstrap(bootstrap.onStepAnswer(founder, step, answer), now);
    }

    void gossipDelivered(MemberFormat.Announcement announcement, Now now) {
        route(membership.onGossip(announcement, now), now);
    }

    void recordBoot(int boot, Now now) {
        route(membership.onBoot(boot), now);
    }

    void leave(Now now) {
        if (bootstrap.joined()) {
            route(membership.leave(), now);
        }
    }
}
