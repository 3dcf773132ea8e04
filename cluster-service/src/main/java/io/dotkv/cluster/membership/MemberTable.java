package io.dotkv.cluster.membership;

import io.dotkv.cluster.Agreement;
import io.dotkv.cluster.ClusterPeer;
import io.dotkv.cluster.Health;
import io.dotkv.cluster.Member;
import io.dotkv.cluster.Now;
import io.dotkv.cluster.register.state.DepartedMember;
import io.dotkv.cluster.register.state.RegisteredMember;
import io.dotkv.kernel.NodeId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The newest record of everybody known, the node itself included, in order of name, with a hash of what all should know
 * alike. Bounded; one thread. Looking up, changing and hashing one record costs O(log n); lists are made when a member
 * has come, gone or changed its health, and kept until the next such change.
 */
public final class MemberTable {
    private final NodeId self;
    private final NavigableMap<NodeId, Member> members = new TreeMap<>();
    private final NavigableMap<NodeId, Member> suspects = new TreeMap<>();
    private final NavigableMap<NodeId, Member> gone = new TreeMap<>();
    private final TableHash hash = new TableHash();
    private @Nullable Agreement agreement;
    private Set<NodeId> kept = Set.of();
    private @Nullable List<Member> liveOthers;
    private @Nullable List<Member> aliveOthers;

    public MemberTable(NodeId self) {
        this.self = self;
    }

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

        boolean isOfBoot() {
            return before.map(Member::boot).orElse(0) != after.boot();
        }

        /** Whether those to gossip with have changed. */
        boolean isOfPeers() {
            return before.isEmpty()
                    || before.get().isLive() != after.isLive()
                    || !before.get().addresses().equals(after.addresses());
        }

        /** Whether people and other layers see it: everything but one more accuser. */
        boolean isVisible() {
            return before.isEmpty()
                    || isDurable()
                    || isOfHealth()
                    || before.get().incarnation() != after.incarnation();
        }
    }

    /** Replaces the record as it is. */
    void put(Member member) {
        Member before = members.put(member.node(), member);
        hash.replace(before, member, kept);
        keepIf(member.health() == Health.SUSPECT, member, suspects);
        keepIf(!member.isLive(), member, gone);
        liveOthers = null;
        aliveOthers = null;
    }

    private static void keepIf(boolean belongs, Member member, Map<NodeId, Member> some) {
        if (belongs) {
            some.put(member.node(), member);
        } else {
            some.remove(member.node());
        }
    }

    /** Forgets the member. */
    void remove(NodeId node) {
        Member before = members.remove(node);
        hash.replace(before, null, kept);
        suspects.remove(node);
        gone.remove(node);
        liveOthers = null;
        aliveOthers = null;
    }

    /** These members count, dead or alive, and are never forgotten; of others only the live ones do. */
    void keep(Collection<NodeId> nodes) {
        kept = new TreeSet<>(nodes);
        hash.reset();
        members.values().forEach(member -> hash.replace(null, member, kept));
    }

    /** Members that the cluster has agreed on are kept. */
    void learn(Agreement agreed) {
        agreement = agreed;
        keep(agreed.state().members().stream().map(RegisteredMember::node).toList());
    }

    /** The id of the cluster that this node belongs to, empty while it has not formed. */
    public String clusterId() {
        return agreement == null ? "" : agreement.clusterId();
    }

    /** The version of the agreement that is known, 0 for none. */
    public long agreedVersion() {
        return agreement == null ? 0 : agreement.state().version();
    }

    /** The same in all nodes that know the same; never 0. */
    public long stateHash() {
        long state = hash() + clusterId().hashCode();
        return state == 0 ? 1 : state;
    }

    /** That this life of a node is a member no more, if it is so. */
    Optional<DepartedMember> departure(Member member) {
        return agreement == null ? Optional.empty() : agreement.state().departure(member.node(), member.instance());
    }

    boolean isKept(NodeId node) {
        return kept.contains(node);
    }

    /**
     * Merges the record in; empty when it was no news, or there is no room for one more member.
     *
     * @param witnessed whether this node saw for itself what the record says; else the death of somebody who is
     *     believed to be there is a suspicion, see {@link Health}
     */
    Optional<Change> merge(Member heard, boolean witnessed, Now now) {
        Optional<Member> before = get(heard.node());
        if (before.isEmpty() && members.size() >= ClusterPeer.Knowledge.MAX_MEMBERS) {
            return Optional.empty();
        }
        Member news = before.isPresent() && !witnessed ? believable(heard, before.get()) : heard;
        if (before.isPresent() && !news.isNewsTo(before.get())) {
            return Optional.empty();
        }
        Member merged = before.map(known -> known.merge(news)).orElse(news);
        boolean sameHealth = before.isPresent() && before.get().health() == merged.health();
        Member after = merged.since(sameHealth ? before.get().sinceMillis() : now.wallMillis());
        put(after);
        return Optional.of(new Change(before, after));
    }

    private static Member believable(Member heard, Member known) {
        boolean isOlder = heard.incarnation() < known.incarnation();
        boolean isLegal = isOlder
                || !known.isLive()
                || known.health().mayBecome(heard.health(), heard.incarnation() > known.incarnation());
        return heard.health() == Health.DEAD && !isLegal ? heard.asSuspicion() : heard;
    }

    public Optional<Member> get(NodeId node) {
        return Optional.ofNullable(members.get(node));
    }

    public int size() {
        return members.size();
    }

    /** The same in all nodes that know the same: an order-independent hash of the records that count. */
    long hash() {
        return hash.value();
    }

    public List<Member> all() {
        return List.copyOf(members.values());
    }

    /** All that are alive, the node itself among them. */
    public List<Member> alive() {
        return members.values().stream()
                .filter(member -> member.health() == Health.ALIVE)
                .toList();
    }

    /** The record of this node. */
    public Member own() {
        return get(self).orElseThrow();
    }

    /** All suspects. */
    List<Member> suspects() {
        return suspects.isEmpty() ? List.of() : List.copyOf(suspects.values());
    }

    /** All that are dead or have left. */
    public List<Member> gone() {
        return gone.isEmpty() ? List.of() : List.copyOf(gone.values());
    }

    /** All others that are alive. */
    public List<Member> aliveOthers() {
        List<Member> found = aliveOthers;
        if (found == null) {
            found = members.values().stream()
                    .filter(member ->
                            member.health() == Health.ALIVE && !member.node().equals(self))
                    .toList();
            aliveOthers = found;
        }
        return found;
    }

    /** All others that are believed to be there. */
    public List<Member> liveOthers() {
        List<Member> found = liveOthers;
        if (found == null) {
            found = members.values().stream()
                    .filter(member -> member.isLive() && !member.node().equals(self))
                    .toList();
            liveOthers = found;
        }
        return found;
    }
}
