package io.dotkv.cluster;

import io.dotkv.kernel.NodeId;
import java.util.Optional;

/**
 * Takes what is heard of members, from whomever: merges it, tells people and gossip what is new about it, and answers what
 * is said of this node itself. One thread.
 */
final class MembershipMerge {
    private final MemberTable table;
    private final OwnRecord own;
    private final Tombstones graves;
    private final LocalHealth localHealth;
    private final Dissemination news;
    private final Bootstrap forming;
    private final CommittedState agreed;
    private final Outbox out;
    private boolean facingRival;

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
            Tombstones graves,
            LocalHealth localHealth,
            Dissemination news,
            Bootstrap forming,
            CommittedState agreed,
            Outbox out) {
        this.agreed = agreed;
        this.table = table;
        this.own = own;
        this.graves = graves;
        this.localHealth = localHealth;
        this.news = news;
        this.forming = forming;
        this.out = out;
    }

    /** A member said this of itself. */
    void learnFromSelf(Member heard, Now now) {
        learn(heard, Source.SELF, now);
    }

    /** Somebody said this of a member. */
    void learnFromOther(Member heard, Now now) {
        learn(heard, Source.OTHER, now);
    }

    /** Somebody believes this of this node itself. */
    void learnOwnAsSeen(Optional<Member> seen, Now now) {
        seen.filter(member -> member.node().equals(own.get().node())).ifPresent(member -> learnFromOther(member, now));
    }

    private void learn(Member heard, Source source, Now now) {
        if (heard.node().equals(own.get().node())) {
            learnOfSelf(heard);
            return;
        }
        if (agreed.departure(heard).isPresent()) {
            return;
        }
        Optional<Member> believed = table.get(heard.node()).isPresent()
                ? Optional.of(heard)
                : graves.admit(heard, source == Source.SELF, table);
        believed.flatMap(record -> table.merge(record, source != Source.OTHER, now))
                .ifPresent(change -> tell(change, source, now));
    }

    private void tell(MemberTable.Change change, Source source, Now now) {
        if (change.isVisible()) {
            out.show();
        }
        if (change.isOfBoot()) {
            out.save();
        } else if (change.isDurable()) {
            out.saveSoon();
        }
        if (change.isOfPeers()) {
            out.regroup();
        }
        if (change.isOfHealth()) {
            out.add(new ClusterEffect.Log(ClusterMessages.of(change)));
        }
        if (news.isUnheard(change.after())) {
            if (source == Source.WITNESS || (source == Source.SELF && news.isRetraction(change))) {
                announce(change.after());
            } else {
                news.correctLater(change.after(), now);
            }
        }
    }

    private void learnOfSelf(Member heard) {
        switch (own.hear(heard)) {
            case OwnRecord.Outcome.Unchanged unchanged -> {}
            case OwnRecord.Outcome.Raised raised -> {
                if (heard.health() != Health.ALIVE) {
                    localHealth.failed();
                }
                ownRecordChanged();
                tellAccusers(heard);
            }
            case OwnRecord.Outcome.Rivalled(Member rival) -> face(rival);
        }
    }

    /* They stand behind the accusation and take it back, also when this node is too slow to spread its refutation itself. */
    private void tellAccusers(Member accusation) {
        for (NodeId accuser : accusation.accusers()) {
            table.get(accuser)
                    .filter(member ->
                            member.isLive() && !accuser.equals(own.get().node()))
                    .ifPresent(member -> out.add(new ClusterEffect.TellOf(
                            member,
                            new ClusterPeer.Probe(own.get(), accuser, forming.clusterId(), Optional.empty(), 0, 0))));
        }
    }

    private void face(Member rival) {
        if (!facingRival) {
            facingRival = true;
            NodeId self = own.get().node();
            out.add(new ClusterEffect.FaceRival(
                    rival, new ClusterPeer.Probe(own.get(), self, forming.clusterId(), Optional.empty(), 0, 0)));
        }
    }

    /**
     * Who answered where a rival was thought to be; nobody, if it is empty. A process on a copy of this node's data has its instance,
     * and is elsewhere; when it is gone, what it said is this node's past.
     */
    void rivalAnswered(Member rival, Optional<Member> answer) {
        facingRival = false;
        boolean isOfSameData = rival.instance().equals(own.get().instance());
        boolean isThere = answer.filter(there -> there.instance().equals(rival.instance())
                        && (!isOfSameData || there.clusterAddress().equals(rival.clusterAddress())))
                .isPresent();
        if (!isThere && isOfSameData) {
            if (own.raiseAbove(rival) instanceof OwnRecord.Outcome.Raised) {
                ownRecordChanged();
            }
        } else if (isThere) {
            out.add(new ClusterEffect.Stop(
                    "The name " + rival.node() + " is also used by the node at " + rival.clusterAddress()
                            + ", which the cluster accepted as this node while it was unreachable. This node "
                            + "stops. "
                            + (isOfSameData
                                    ? "Both work on copies of one data folder: move one of them away."
                                    : "Give it another name, or stop the other one first.")));
        }
    }

    /** Judges a member by what this node itself saw. */
    void judge(Member member, Health health, String why, Now now) {
        learn(member.withHealth(health, own.get().node(), why), Source.WITNESS, now);
    }

    void gossipDelivered(Member delivered, Now now) {
        news.heard(delivered);
        learn(delivered, Source.OTHER, now);
        table.get(delivered.node()).ifPresent(known -> news.compare(delivered, known, now));
    }

    void ownRecordChanged() {
        out.save();
        out.show();
        announce(own.get());
    }

    void announce(Member member) {
        news.heard(member);
        out.add(new ClusterEffect.Announce(new MemberFormat.Announcement(member, forming.clusterId())));
    }
}
