package io.dotkv.cluster;

import io.dotkv.cluster.ClusterPeer.IndirectProbe;
import io.dotkv.cluster.ClusterPeer.Knowledge;
import io.dotkv.cluster.ClusterPeer.Probe;
import io.dotkv.gossip.Peer;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.RandomSource;
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
    private static final int FAREWELLS = 3;

    private final ClusterSettings settings;
    private final RandomSource random;
    private final MemberTable table = new MemberTable();
    private final Outbox out = new Outbox();
    private final OwnRecord own;
    private final FailureDetector detector;
    private final Contacts contacts;
    private final Forming forming;
    private final Founding founding;
    private final News news;
    private final Hearsay hearsay;
    private final Admission admission;
    private final JoinReport joinReport;
    private List<Peer> gossipPeers = List.of();

    /** @param state what was saved, its incarnation already raised for this start */
    ClusterNode(
            ClusterSettings settings,
            DurableState state,
            RandomSource random,
            IntFunction<byte[]> secureBytes,
            Now now) {
        this.settings = settings;
        this.random = random;
        for (Member member : state.members()) {
            // What was suspected then is unknown now, and will be found out.
            boolean wasSuspect = member.health() == Health.SUSPECT;
            table.put(wasSuspect ? member.withHealth(Health.ALIVE, settings.self(), "known from before") : member);
        }
        this.own = new OwnRecord(table, ownRecord(settings, state).since(now.wallMillis()));
        this.detector = new FailureDetector(settings, random.fork());
        this.contacts = new Contacts(settings, random.fork());
        this.forming = new Forming(settings, state, secureBytes);
        this.news = new News(settings.self(), random.fork());
        this.hearsay = new Hearsay(table, own, news, forming, out);
        this.admission = new Admission(table, own, forming);
        this.joinReport = new JoinReport(settings, now);
        this.founding = new Founding(settings.self(), table, forming, joinReport, out);
        hearsay.ownRecordChanged();
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
    List<Effect> effects() {
        List<Effect> all = new ArrayList<>();
        if (out.isUnsaved()) {
            all.add(new Effect.Save(durableState()));
        }
        boolean changed = out.isUnseen();
        all.addAll(out.take());
        if (changed) {
            regroup(all);
            all.add(new Effect.Show(view()));
        }
        return all;
    }

    private void regroup(List<Effect> all) {
        List<Peer> peers = new ArrayList<>();
        for (Member member : table.liveOthers(settings.self())) {
            member.addresses()
                    .gossip()
                    .ifPresent(address -> peers.add(new Peer(member.node().name(), address)));
        }
        if (!peers.equals(gossipPeers)) {
            gossipPeers = List.copyOf(peers);
            all.add(new Effect.GossipWith(gossipPeers));
        }
    }

    private DurableState durableState() {
        Member self = own.get();
        List<Member> others = table.all().stream()
                .filter(member -> !member.node().equals(settings.self()))
                .toList();
        return new DurableState(
                self.instance(), self.incarnation(), self.boot(), forming.formation(), forming.promise(), others);
    }

    ClusterView view() {
        return new ClusterView(
                settings.self(),
                settings.expect(),
                forming.formation(),
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

    Admission admission() {
        return admission;
    }

    Hearsay hearsay() {
        return hearsay;
    }

    Founding founding() {
        return founding;
    }

    void tick(Now now) {
        FailureDetector.Due due = detector.tick(table, now);
        due.toProbe().forEach(target -> out.add(new Effect.SendProbe(target, probeOf(target))));
        due.expired().forEach(member -> hearsay.judge(member, Health.DEAD, "did not refute in time", now));
        boolean formed = forming.formation().isPresent();
        Contacts.Destinations destinations = contacts.tick(table, formed, now);
        destinations.addresses().forEach(address -> out.add(new Effect.Contact(address, knowledge())));
        destinations.seeds().forEach(seed -> out.add(new Effect.ContactSeed(seed, knowledge())));
        if (!formed && contacts.hasMet(table)) {
            founding.tick(now);
        }
        joinReport.tick(contacts, formed, table, now).ifPresent(line -> out.add(new Effect.Warn(line)));
        news.tick(table, now).forEach(hearsay::announce);
    }

    private Probe probeOf(Member target) {
        return new Probe(own.get(), target.node(), forming.clusterId(), Optional.of(target));
    }

    /** A probe on behalf of somebody else, or to find out who is there: says nothing of the target. */
    Probe bareProbeOf(Member target) {
        return new Probe(own.get(), target.node(), forming.clusterId(), Optional.empty());
    }

    /** Answers a probe. */
    Member answer(Probe probe, Now now) {
        admission.checkCluster(probe.clusterId());
        admission.checkTarget(probe.target());
        if (!admission.isRival(probe.prober())
                && !admission.isOwn(probe.prober())
                && admission.incumbent(probe.prober()).isEmpty()) {
            hearsay.learn(probe.prober(), now);
        }
        probe.targetAsSeen()
                .filter(seen -> seen.node().equals(settings.self()))
                .ifPresent(seen -> hearsay.learn(seen, now));
        return own.get();
    }

    void probeAnswered(Member target, Member answer, Now now) {
        if (!answer.node().equals(target.node())) {
            probeFailed(target, now);
            return;
        }
        detector.answered(target.node());
        hearsay.learn(answer, now);
    }

    void probeFailed(Member target, Now now) {
        if (!isStillBelieved(target) || detector.isAskingAbout(target.node())) {
            return;
        }
        List<Member> helpers = detector.helpersFor(target, table);
        if (helpers.isEmpty()) {
            hearsay.judge(target, Health.SUSPECT, "did not answer a probe; nobody was there to help probing", now);
        }
        IndirectProbe probe = new IndirectProbe(
                target.node(), target.clusterAddress(), settings.probeTimeoutNanos(), forming.clusterId());
        helpers.forEach(helper -> out.add(new Effect.AskHelper(helper, target, probe)));
    }

    void helperAnswered(Member target, Optional<Member> answer, Now now) {
        if (answer.isPresent()) {
            probeAnswered(target, answer.get(), now);
        } else if (detector.helperFailed(target) && isStillBelieved(target)) {
            hearsay.judge(target, Health.SUSPECT, "did not answer a probe, neither directly nor through helpers", now);
        }
    }

    private boolean isStillBelieved(Member target) {
        return table.get(target.node())
                .map(known -> known.health() == Health.ALIVE && known.incarnation() == target.incarnation())
                .orElse(false);
    }

    /** The member to probe on another's behalf: only where this node itself knows it, never at an address it was told. */
    Optional<Member> targetOf(IndirectProbe probe) {
        admission.checkCluster(probe.clusterId());
        return table.get(probe.target()).filter(member -> !member.node().equals(settings.self()));
    }

    private Knowledge knowledge() {
        return new Knowledge(own.get(), table.all(), forming.formation());
    }

    /** Takes what a peer knows and tells it what is known after that. */
    Knowledge answer(Knowledge theirs, Now now) {
        admission.checkCluster(clusterOf(theirs));
        admission.checkRival(theirs.sender());
        if (!admission.isOwn(theirs.sender())) {
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
        if (admission.isOfOtherCluster(clusterOf(theirs))) {
            joinReport.failed(where, "it belongs to another cluster, " + clusterOf(theirs));
        } else if (admission.isRival(sender)) {
            joinReport.failed(where, "it has this node's name");
        } else {
            if (contacts.answered(where, sender.node())) {
                out.show();
                out.add(new Effect.Log("Joined through " + sender.node() + " at " + where + "."));
            }
            if (!admission.isOwn(sender)) {
                learnAll(theirs, now);
            }
        }
    }

    void exchangeFailed(String where, Throwable failure) {
        if (failure instanceof PeerRefusedException refused
                && refused.reason() == PeerRefusedException.Reason.NAME_TAKEN) {
            out.add(new Effect.Stop(
                    "Node " + settings.self() + " was refused at " + where + ": " + refused.getMessage() + "."));
        }
        joinReport.failed(where, String.valueOf(failure.getMessage()));
    }

    /** All attempts at a seed or address are over. */
    void exchangesOver(String where) {
        contacts.finished(where);
    }

    private void learnAll(Knowledge theirs, Now now) {
        hearsay.learn(theirs.sender(), now);
        theirs.members().forEach(member -> hearsay.learn(member, now));
        founding.learn(theirs.formation(), theirs.sender().node());
    }

    void gossipDelivered(MemberFormat.Announcement announcement, Now now) {
        if (!admission.isOfOtherCluster(announcement.clusterId())) {
            hearsay.gossipDelivered(announcement.member(), now);
        }
    }

    void recordBoot(int boot) {
        if (own.recordBoot(boot)) {
            hearsay.ownRecordChanged();
        }
    }

    void leave() {
        own.leave();
        hearsay.ownRecordChanged();
        Randomly.choose(table.othersWith(Health.ALIVE, settings.self()), FAREWELLS, random)
                .forEach(member -> out.add(new Effect.SayFarewell(member, bareProbeOf(member))));
    }
}
