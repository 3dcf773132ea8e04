package io.dotkv.cluster;

import io.dotkv.kernel.NodeId;
import java.util.Optional;

/**
 * Takes what is heard of members, from whomever: merges it, tells people and gossip what is new about it, and answers what
 * is said of this node itself. One thread.
 */
final class Hearsay {
    private final MemberTable table;
    private final OwnRecord own;
    private final News news;
    private final Forming forming;
    private final Outbox out;
    private boolean facingRival;

    Hearsay(MemberTable table, OwnRecord own, News news, Forming forming, Outbox out) {
        this.table = table;
        this.own = own;
        this.news = news;
        this.forming = forming;
        this.out = out;
    }

    void learn(Member heard, Now now) {
        if (heard.node().equals(own.get().node())) {
            learnOfSelf(heard);
            return;
        }
        table.merge(heard, now).ifPresent(change -> {
            out.show();
            if (change.isDurable()) {
                out.save();
            }
            if (change.isOfHealth()) {
                out.add(new Effect.Log(Words.of(change)));
            }
            if (news.isUnheard(change.after())) {
                announce(change.after());
            }
        });
    }

    private void learnOfSelf(Member heard) {
        switch (own.hear(heard)) {
            case OwnRecord.Outcome.Unchanged unchanged -> {}
            case OwnRecord.Outcome.Raised raised -> ownRecordChanged();
            case OwnRecord.Outcome.Rivalled(Member rival) -> face(rival);
        }
    }

    private void face(Member rival) {
        if (!facingRival) {
            facingRival = true;
            NodeId self = own.get().node();
            out.add(new Effect.FaceRival(
                    rival, new ClusterPeer.Probe(own.get(), self, forming.clusterId(), Optional.empty())));
        }
    }

    /** Who answered where a rival was thought to be; nobody, if it is empty. */
    void rivalAnswered(Member rival, Optional<Member> answer) {
        facingRival = false;
        if (answer.map(Member::instance).orElse("").equals(rival.instance())) {
            out.add(new Effect.Stop(
                    "The name " + rival.node() + " is also used by the node at " + rival.clusterAddress()
                            + ", which the cluster took for this one while it could not be reached. This node stops. Give it"
                            + " another name, or stop the other one first."));
        }
    }

    /** Judges a member by what this node itself saw. */
    void judge(Member member, Health health, String why, Now now) {
        learn(member.withHealth(health, own.get().node(), why), now);
    }

    void gossipDelivered(Member delivered, Now now) {
        news.heard(delivered);
        learn(delivered, now);
        table.get(delivered.node()).ifPresent(known -> news.compare(delivered, known, now));
    }

    void ownRecordChanged() {
        out.save();
        out.show();
        announce(own.get());
    }

    void announce(Member member) {
        news.heard(member);
        out.add(new Effect.Announce(new MemberFormat.Announcement(member, forming.clusterId())));
    }
}
