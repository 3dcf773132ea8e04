package io.dotkv.cluster.membership;

import io.dotkv.cluster.ClusterMessages;
import io.dotkv.cluster.ClusterPeer;
import io.dotkv.cluster.Health;
import io.dotkv.cluster.Member;
import io.dotkv.cluster.MemberFormat;
import io.dotkv.cluster.Now;
import io.dotkv.kernel.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Takes what is heard of members, from whomever: merges it, tells people and gossip what is new about it, and answers
 * what is said of this node itself. One thread.
 */
final class MembershipMerge {
    private final MemberTable table;
    private final OwnRecord own;
    private final Tombstones tombstones;
    private final LocalHealth localHealth;
    private final Dissemination dissemination;
    private boolean probingRival;

    /** Who says it. */
    enum Source {
        /** The member of itself. */
        SELF,
        /** This node, of what it saw. */
        WITNESS,
        /** Somebody else. */
        OTHER
    }

    MembershipMerge(
            MemberTable table,
            OwnRecord own,
            Tombstones tombstones,
            LocalHealth localHealth,
            Dissemination dissemination) {
        this.table = table;
        this.own = own;
        this.tombstones = tombstones;
        this.localHealth = localHealth;
        this.dissemination = dissemination;
    }

    /** A member said this of itself. */
    List<MembershipEffect> learnFromSelf(Member heard, Now now) {
        return learn(heard, Source.SELF, now);
    }

    /** Somebody said this of a member. */
    List<MembershipEffect> learnFromOther(Member heard, Now now) {
        return learn(heard, Source.OTHER, now);
    }

    /** Somebody believes this of this node itself. */
    List<MembershipEffect> learnOwnAsSeen(Optional<Member> seen, Now now) {
        return seen.filter(member -> member.node().equals(own.get().node()))
                .map(member -> learnFromOther(member, now))
                .orElse(List.of());
    }

    private List<MembershipEffect> learn(Member heard, Source source, Now now) {
        if (heard.node().equals(own.get().node())) {
            return learnOfSelf(heard);
        }
        if (table.departure(heard).isPresent()) {
            return List.of();
        }
        Optional<Member> believed = table.get(heard.node()).isPresent()
                ? Optional.of(heard)
                : tombstones.admit(heard, source == Source.SELF, table);
        return believed.flatMap(record -> table.merge(record, source != Source.OTHER, now))
                .map(change -> tell(change, source, now))
                .orElse(List.of());
    }

    private List<MembershipEffect> tell(MemberTable.Change change, Source source, Now now) {
        List<MembershipEffect> effects = new ArrayList<>();
        if (change.isVisible()) {
            effects.add(new MembershipEffect.Show());
        }
        if (change.isOfBoot()) {
            effects.add(new MembershipEffect.Save());
        } else if (change.isDurable()) {
            effects.add(new MembershipEffect.SaveSoon());
        }
        if (change.isOfPeers()) {
            effects.add(new MembershipEffect.ChangePeers());
        }
        if (change.isOfHealth()) {
            effects.add(new MembershipEffect.Log(line(change)));
        }
        if (dissemination.isUnheard(change.after())) {
            if (source == Source.WITNESS || (source == Source.SELF && dissemination.isRetraction(change))) {
                effects.add(announce(change.after()));
            } else {
                dissemination.correctLater(change.after(), now);
            }
        }
        return effects;
    }

    /** One line about a change of a member, naming who noticed and why. */
    private static String line(MemberTable.Change change) {
        Member after = change.after();
        String what = change.before().isEmpty() ? "is new and " : "is ";
        String noticed =
                after.noticedBy().equals(after.node().name()) ? "says so itself" : "noticed by " + after.noticedBy();
        return "Member " + after.node() + " at " + after.clusterAddress() + " " + what
                + ClusterMessages.of(after.health()) + " (" + noticed + ": " + after.reason() + "; incarnation "
                + after.incarnation() + ").";
    }

    private List<MembershipEffect> learnOfSelf(Member heard) {
        return switch (own.hear(heard)) {
            case OwnRecord.Outcome.Unchanged unchanged -> List.of();
            case OwnRecord.Outcome.Raised raised -> {
                if (heard.health() != Health.ALIVE) {
                    localHealth.failed();
                }
                List<MembershipEffect> effects = new ArrayList<>(ownRecordChanged());
                effects.addAll(tellAccusers(heard));
                yield effects;
            }
            case OwnRecord.Outcome.Rivalled(Member rival) -> probe(rival);
        };
    }

    /* They stand behind the accusation and take it back, also when this node is too slow to spread its refutation
     * itself. */
    private List<MembershipEffect> tellAccusers(Member accusation) {
        return accusation.accusers().stream()
                .flatMap(accuser -> table.get(accuser).stream())
                .filter(member ->
                        member.isLive() && !member.node().equals(own.get().node()))
                .<MembershipEffect>map(member -> new MembershipEffect.TellOf(member, probeOf(member.node(), 0)))
                .toList();
    }

    private List<MembershipEffect> probe(Member rival) {
        if (probingRival) {
            return List.of();
        }
        probingRival = true;
        return List.of(new MembershipEffect.ProbeRival(rival, probeOf(rival.node(), table.agreedVersion())));
    }

    private ClusterPeer.Probe probeOf(NodeId target, long agreed) {
        return new ClusterPeer.Probe(own.get(), target, table.clusterId(), Optional.empty(), 0, agreed);
    }

    /**
     * Who answered where a rival was thought to be; nobody, if it is empty. A process on a copy of this node's data has
     * its instance, and is elsewhere; when it is gone, what it said is this node's past.
     */
    List<MembershipEffect> rivalAnswered(Member rival, Optional<Member> answer) {
        probingRival = false;
        boolean isOfSameData = rival.instance().equals(own.get().instance());
        boolean isThere = answer.filter(there -> there.instance().equals(rival.instance())
                        && (!isOfSameData || there.clusterAddress().equals(rival.clusterAddress())))
                .isPresent();
        if (isThere) {
            return List.of(new MembershipEffect.Stop(
                    "The name " + rival.node() + " is also used by the node at " + rival.clusterAddress()
                            + ", which the cluster accepted as this node while it was unreachable. This node "
                            + "stops. "
                            + (isOfSameData
                                    ? "Both work on copies of one data folder: move one of them away."
                                    : "Give it another name, or stop the other one first.")));
        }
        return isOfSameData && own.raiseAbove(rival) instanceof OwnRecord.Outcome.Raised
                ? ownRecordChanged()
                : List.of();
    }

    /** Judges a member by what this node itself saw. */
    List<MembershipEffect> judge(Member member, Health health, String why, Now now) {
        return learn(member.withHealth(health, own.get().node(), why), Source.WITNESS, now);
    }

    List<MembershipEffect> gossipDelivered(Member delivered, Now now) {
        dissemination.heard(delivered);
        List<MembershipEffect> effects = learn(delivered, Source.OTHER, now);
        table.get(delivered.node()).ifPresent(known -> dissemination.compare(delivered, known, now));
        return effects;
    }

    List<MembershipEffect> ownRecordChanged() {
        return List.of(new MembershipEffect.Save(), new MembershipEffect.Show(), announce(own.get()));
    }

    MembershipEffect announce(Member member) {
        dissemination.heard(member);
        return new MembershipEffect.Announce(new MemberFormat.Announcement(member, table.clusterId()));
    }
}
