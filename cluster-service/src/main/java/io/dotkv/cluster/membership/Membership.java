package io.dotkv.cluster.membership;

import io.dotkv.cluster.Agreement;
import io.dotkv.cluster.ClusterMessages;
import io.dotkv.cluster.ClusterPeer;
import io.dotkv.cluster.ClusterSettings;
import io.dotkv.cluster.Health;
import io.dotkv.cluster.Member;
import io.dotkv.cluster.MemberFormat;
import io.dotkv.cluster.Now;
import io.dotkv.cluster.PeerRefusedException;
import io.dotkv.cluster.RandomChoice;
import io.dotkv.gossip.Peer;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.ports.RandomSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Who the members are and how each is doing: a value that takes events with the time and returns what is to be done.
 * Probes find out who does not answer, records from probes, exchanges and gossip are merged, and this node's own is
 * defended. What the cluster has agreed on comes from outside. One thread.
 */
public final class Membership {
    private static final int FAREWELLS = 3;

    private final MemberTable table;
    private final RandomSource random;
    private final OwnRecord own;
    private final Dissemination dissemination;
    private final Tombstones tombstones;
    private final MembershipMerge merge;
    private final JoinAdmission admission;
    private final Probing probing;

    /** @param table holds the node's own record, and those that were known before */
    public Membership(
            ClusterSettings settings,
            MemberTable table,
            FailureDetector detector,
            Dissemination dissemination,
            RandomSource random) {
        this.table = table;
        this.random = random;
        this.dissemination = dissemination;
        this.own = new OwnRecord(table, table.own());
        this.tombstones = new Tombstones(settings.forgetNanos());
        this.merge = new MembershipMerge(table, own, tombstones, detector.localHealth(), dissemination);
        this.admission = new JoinAdmission(table);
        this.probing = new Probing(settings, table, detector, admission, merge);
    }

    /** The table of a node that starts. */
    public static MemberTable table(Member own, Collection<Member> others) {
        MemberTable table = new MemberTable(own.node());
        for (Member other : others) {
            // What was suspected then is unknown now, and will be found out.
            boolean wasSuspect = other.health() == Health.SUSPECT;
            table.put(wasSuspect ? other.withHealth(Health.ALIVE, own.node(), "known from before") : other);
        }
        table.put(own);
        return table;
    }

    /** Who may speak to this node. */
    public JoinAdmission admission() {
        return admission;
    }

    /**
     * All members as they are shown. Nobody else is called alive before anybody has answered in this life of the
     * process: what was saved is from the past, and those above take "alive" as a sign that somebody who may know
     * better was asked.
     */
    public List<Member> members(boolean joined) {
        return table.all().stream()
                .map(member -> joined || member.node().equals(own.get().node()) || member.health() != Health.ALIVE
                        ? member
                        : member.withHealth(Health.SUSPECT, own.get().node(), "not heard from since this node started"))
                .toList();
    }

    /**
     * With whom to gossip: with nobody before another member has let this process in. It may work on a copy of a living
     * node's data, and would be taken for that.
     */
    public List<Peer> gossipPeers(boolean joined) {
        List<Peer> peers = new ArrayList<>();
        if (joined) {
            table.liveOthers()
                    .forEach(member -> member.addresses()
                            .gossip()
                            .ifPresent(
                                    address -> peers.add(new Peer(member.node().name(), address))));
        }
        return peers;
    }

    /** @param agreement what was agreed on before this start */
    public List<MembershipEffect> start(Optional<Agreement> agreement) {
        List<MembershipEffect> effects = new ArrayList<>();
        agreement.ifPresent(known -> effects.addAll(onAgreement(known)));
        effects.add(new MembershipEffect.ChangePeers());
        effects.addAll(merge.ownRecordChanged());
        return effects;
    }

    /** Something newer is agreed. */
    public List<MembershipEffect> onAgreement(Agreement agreement) {
        List<MembershipEffect> effects = new ArrayList<>();
        table.learn(agreement);
        for (Member member : table.all()) {
            if (!member.node().equals(own.get().node())) {
                table.departure(member).ifPresent(gone -> {
                    table.remove(member.node());
                    dissemination.forget(member.node());
                    effects.add(new MembershipEffect.ChangePeers());
                    effects.add(new MembershipEffect.Save());
                    effects.add(new MembershipEffect.Log(
                            "Member " + member.node() + " is one no more: " + ClusterMessages.of(gone) + "."));
                });
            }
        }
        agreement.state().member(own.get().node()).ifPresent(self -> effects.addAll(onBoot(self.boot())));
        effects.add(new MembershipEffect.Show());
        return effects;
    }

    /** This node's storage has that boot. */
    public List<MembershipEffect> onBoot(int boot) {
        return own.recordBoot(boot) ? merge.ownRecordChanged() : List.of();
    }

    /** Looks whom to probe, and which suspects had their time. */
    public List<MembershipEffect> onProbesDue(Now now) {
        return probing.tick(now);
    }

    /** Looks what to correct in gossip, and whom to forget. */
    public List<MembershipEffect> tick(Now now) {
        List<MembershipEffect> effects = new ArrayList<>();
        dissemination.tick(table, now).forEach(record -> effects.add(merge.announce(record)));
        for (NodeId forgotten : tombstones.tick(table, now)) {
            dissemination.forget(forgotten);
            effects.add(new MembershipEffect.Show());
            effects.add(new MembershipEffect.SaveSoon());
        }
        return effects;
    }

    /** Takes a probe, or refuses it; {@link #answerTo} is the answer. */
    public List<MembershipEffect> onProbe(ClusterPeer.Probe probe, Now now) {
        return probing.probed(probe, now);
    }

    public ClusterPeer.ProbeAnswer answerTo(Member prober) {
        return probing.answerTo(prober);
    }

    public List<MembershipEffect> onProbeAnswer(
            Member target, ClusterPeer.ProbeAnswer answer, long sentNanos, Now now) {
        return probing.answered(target, answer, sentNanos, now);
    }

    /** Stops when it was told that it is a member no more. */
    public List<MembershipEffect> onProbeFailure(Member target, Throwable failure, long sentNanos, Now now) {
        List<MembershipEffect> effects = new ArrayList<>();
        if (failure instanceof PeerRefusedException refused
                && refused.reason() == PeerRefusedException.Reason.DEPARTED) {
            effects.add(new MembershipEffect.Stop("This node stops: " + refused.getMessage() + "."));
        }
        effects.addAll(probing.failed(target, sentNanos, now));
        return effects;
    }

    /** @param said whether the helper said what it found; nothing was heard of it otherwise */
    public List<MembershipEffect> onHelperAnswer(Member target, boolean said, Optional<Member> found, Now now) {
        return probing.helperAnswered(target, said, found, now);
    }

    /**
     * The member to probe on another's behalf: only where this node itself knows it, never at an address it was told.
     */
    public Optional<Member> targetOf(ClusterPeer.IndirectProbe probe) {
        return probing.targetOf(probe);
    }

    /** A probe on behalf of somebody else, or to find out who is there: says nothing of the target. */
    public ClusterPeer.Probe bareProbeOf(Member target) {
        return probing.bareProbeOf(target);
    }

    /** A member has told of itself and of all that it knows. */
    public List<MembershipEffect> onKnowledge(ClusterPeer.Knowledge theirs, Now now) {
        List<MembershipEffect> effects = new ArrayList<>(merge.learnFromSelf(theirs.sender(), now));
        theirs.members().forEach(member -> effects.addAll(merge.learnFromOther(member, now)));
        return effects;
    }

    public List<MembershipEffect> onGossip(MemberFormat.Announcement announcement, Now now) {
        return admission.isOfOtherCluster(announcement.clusterId())
                ? List.of()
                : merge.gossipDelivered(announcement.member(), now);
    }

    /** Who answered where a rival was thought to be; nobody, if it is empty. */
    public List<MembershipEffect> onRivalAnswer(Member rival, Optional<Member> answer) {
        return merge.rivalAnswered(rival, answer);
    }

    /** Says farewell to a few members, and to all by gossip. */
    public List<MembershipEffect> leave() {
        own.leave();
        List<MembershipEffect> effects = new ArrayList<>(merge.ownRecordChanged());
        RandomChoice.choose(table.aliveOthers(), FAREWELLS, random)
                .forEach(member -> effects.add(new MembershipEffect.TellOf(member, bareProbeOf(member))));
        return effects;
    }
}
