package io.dotkv.cluster;

import io.dotkv.kernel.NodeId;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** The newest record of everybody known, the node itself included, in order of name. Bounded; one thread. */
final class MemberTable {
    private final NavigableMap<NodeId, Member> members = new TreeMap<>();

    /** A record that took the place of another. */
    record Change(Optional<Member> before, Member after) {
        boolean isOfHealth() {
            return before.isEmpty() || before.get().health() != after.health();
        }

        /** Whether what must survive a restart of this node has changed. */
        boolean isDurable() {
            return before.isEmpty()
                    || before.get().boot() != after.boot()
                    || !before.get().instance().equals(after.instance())
                    || !before.get().addresses().equals(after.addresses());
        }
    }

    /** Replaces the record as it is. */
    void put(Member member) {
        members.put(member.node(), member);
    }

    /** Merges the record in; empty when it was no news, or there is no room for one more member. */
    Optional<Change> merge(Member news, Now now) {
        Optional<Member> before = get(news.node());
        if (before.isEmpty() && members.size() >= ClusterPeer.Knowledge.MAX_MEMBERS) {
            return Optional.empty();
        }
        if (before.isPresent() && !news.isNewsTo(before.get())) {
            return Optional.empty();
        }
        Member merged = before.map(news::merge).orElse(news);
        boolean sameHealth = before.isPresent() && before.get().health() == merged.health();
        Member after = merged.since(sameHealth ? before.get().sinceMillis() : now.wallMillis());
        put(after);
        return Optional.of(new Change(before, after));
    }

    Optional<Member> get(NodeId node) {
        return Optional.ofNullable(members.get(node));
    }

    List<Member> all() {
        return List.copyOf(members.values());
    }

    /** All that are alive, the node itself among them. */
    List<Member> alive() {
        return members.values().stream()
                .filter(member -> member.health() == Health.ALIVE)
                .toList();
    }

    /** All of that health but the one named. */
    List<Member> othersWith(Health health, NodeId self) {
        return members.values().stream()
                .filter(member -> member.health() == health && !member.node().equals(self))
                .toList();
    }

    /** All that are believed to be there but the one named. */
    List<Member> liveOthers(NodeId self) {
        return members.values().stream()
                .filter(member -> member.isLive() && !member.node().equals(self))
                .toList();
    }
}
