package io.dotkv.cluster.local;

import io.dotkv.cluster.ClusterPeer;
import io.dotkv.cluster.ClusterPeer.Knowledge;
import io.dotkv.cluster.ClusterSettings;
import io.dotkv.cluster.ClusterView;
import io.dotkv.cluster.Health;
import io.dotkv.cluster.Member;
import io.dotkv.cluster.MemberFormat;
import io.dotkv.cluster.Now;
import io.dotkv.cluster.PeerRefusedException;
import io.dotkv.cluster.bootstrap.Bootstrap;
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
    private final ContactSchedule contacts;
    private final Bootstrap forming;
    private final BootstrapCoordinator founding;
    private final JoinReport joinReport;
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
        this.contacts = new ContactSchedule(settings, random.fork());
        this.forming = new Bootstrap(settings, state.instance(), state.formation(), state.promises(), secureBytes);
        Dissemination dissemination = new Dissemination(settings.self(), random.fork());
        this.membership = new Membership(settings, table, detector, dissemination, random);
        this.agreed =
                new CommittedState(beginning.agreed.or(() -> state.formation().map(ClusterNode::firstOf)));
        this.joinReport = new JoinReport(settings, now);
        this.founding = new BootstrapCoordinator(settings.self(), table, forming, joinReport, out);
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
                    contacts.compared(compared.address(), compared.isDifferent(), now);
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
        takeFormation(now);
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
    private void takeFormation(Now now) {
        if (agreed.version() == 0) {
            forming.formation().ifPresent(formation -> registrar.register().learn(firstOf(formation), now));
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
        if (!contacts.joined()) {
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
                self.instance(), self.incarnation(), self.boot(), forming.formation(), forming.promises(), others);
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
        return contacts.joined() || member.node().equals(settings.self()) || member.health() != Health.ALIVE
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

    BootstrapCoordinator founding() {
        return founding;
    }

    RegisterNode registrar() {
        return registrar;
    }

    /** Does at once what the register has to do. */
    void tickRegistrar(Now now) {
        registrar.tick(contacts.hasMet(table), now);
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
        refused(failure);
        route(membership.onProbeFailure(target, sentNanos, now), now);
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
        if (contacts.joined()) {
            route(membership.onProbesDue(now), now);
        }
        boolean formed = forming.formation().isPresent();
        ContactSchedule.Destinations destinations = contacts.tick(table, formed, now);
        if (!destinations.isEmpty()) {
            Knowledge knowledge = knowledge();
            destinations.addresses().forEach(address -> out.add(new ClusterEffect.Contact(address, knowledge)));
            destinations.seeds().forEach(seed -> out.add(new ClusterEffect.ContactSeed(seed, knowledge)));
        }
        if (!formed && contacts.hasMet(table)) {
            founding.tick(now);
        }
        takeFormation(now);
        tickRegistrar(now);
        joinReport.tick(contacts, formed, table, now).ifPresent(line -> out.add(new ClusterEffect.Warn(line)));
        route(membership.tick(now), now);
    }

    private Knowledge knowledge() {
        return new Knowledge(table.own(), table.all(), forming.formation(), agreed.version());
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
        if (membership.admission().isOfOtherCluster(clusterOf(theirs))) {
            joinReport.failed(where, "it belongs to another cluster, " + clusterOf(theirs));
        } else if (membership.admission().isRival(sender)) {
            joinReport.failed(where, "it has this node's name");
        } else {
            if (contacts.answered(where, sender.node())) {
                out.show();
                out.regroup();
                out.add(new ClusterEffect.Log("Joined through " + sender.node() + " at " + where + "."));
            }
            if (!membership.admission().isOwn(sender)) {
                learnAll(theirs, now);
                registrar.register().heardOf(theirs.agreed(), sender.clusterAddress(), now);
            }
        }
    }

    /** Stops when it was told that it is a member no more. */
    void refused(Throwable failure) {
        if (failure instanceof PeerRefusedException refused
                && refused.reason() == PeerRefusedException.Reason.DEPARTED) {
            out.add(new ClusterEffect.Stop("This node stops: " + refused.getMessage() + "."));
        }
    }

    void exchangeFailed(String where, Throwable failure) {
        refused(failure);
        if (failure instanceof PeerRefusedException refused
                && refused.reason() == PeerRefusedException.Reason.NAME_TAKEN) {
            out.add(new ClusterEffect.Stop(
                    "Node " + settings.self() + " was refused at " + where + ": " + refused.getMessage() + "."));
        }
        joinReport.failed(where, String.valueOf(failure.getMessage()));
    }

    /** All attempts at a seed or address are over. */
    void exchangesOver(String where) {
        contacts.finished(where);
    }

    private void learnAll(Knowledge theirs, Now now) {
        founding.learn(theirs.formation(), theirs.sender().node());
        takeFormation(now);
        route(membership.onKnowledge(theirs, now), now);
    }

    void gossipDelivered(MemberFormat.Announcement announcement, Now now) {
        route(membership.onGossip(announcement, now), now);
    }

    void recordBoot(int boot, Now now) {
        route(membership.onBoot(boot), now);
    }

    void leave(Now now) {
        if (contacts.joined()) {
            route(membership.leave(), now);
        }
    }
}
