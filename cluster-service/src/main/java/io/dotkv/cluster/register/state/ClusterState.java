package io.dotkv.cluster.register.state;

import io.dotkv.cluster.layout.Formation;
import io.dotkv.cluster.layout.NumberedLayout;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.NodeId;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that the cluster has agreed on, as one immutable value; it is what the register holds. It changes by
 * {@link StateChange}s alone.
 *
 * @param version how many changes made it, from 1
 * @param clusterId 32 hexadecimal digits; tells clusters apart
 * @param clusterKey 32 random bytes that authenticate contexts; shown to nobody
 * @param nextNumber the number of the next member; higher than any that was ever given
 * @param members in order of name
 * @param departures who is a member no more, in order of number
 * @param layout which member holds which partition
 * @param acceptors who accepts values of the register
 * @param closings which former boots are closed
 */
public record ClusterState(
        long version,
        String clusterId,
        Bytes clusterKey,
        int nextNumber,
        List<RegisteredMember> members,
        List<DepartedMember> departures,
        NumberedLayout layout,
        Acceptors acceptors,
        RetirementState closings) {
    /** The most members of a cluster. */
    public static final int MAX_MEMBERS = 10_000;

    private static final int KEY_BYTES = 32;

    public ClusterState {
        members = List.copyOf(members);
        departures = List.copyOf(departures);
        if (version < 1) {
            throw new IllegalArgumentException("the version of a cluster's state is 1 or more, not " + version);
        }
        if (clusterKey.length() != KEY_BYTES) {
            throw new IllegalArgumentException("a cluster's key has " + KEY_BYTES + " bytes");
        }
        if (members.isEmpty() || members.size() > MAX_MEMBERS) {
            throw new IllegalArgumentException("a cluster has 1 to " + MAX_MEMBERS + " members, not " + members.size());
        }
        checkNumbers(nextNumber, members, departures);
        if (closings.floors().keySet().stream().anyMatch(number -> number >= nextNumber)
                || closings.pending().stream().anyMatch(closing -> closing.number() >= nextNumber)) {
            throw new IllegalArgumentException("boots are retired of a node number that was never assigned");
        }
        if (layout.highestNumber() >= nextNumber) {
            throw new IllegalArgumentException("the layout names a member whose number was never assigned");
        }
    }

    private static void checkNumbers(int nextNumber, List<RegisteredMember> members, List<DepartedMember> departures) {
        BitSet given = new BitSet();
        String before = "";
        for (RegisteredMember member : members) {
            if (before.compareTo(member.node().name()) >= 0) {
                throw new IllegalArgumentException("members are in order of name and different: " + member.node());
            }
            before = member.node().name();
            claim(given, member.number(), nextNumber);
        }
        int last = 0;
        for (DepartedMember departure : departures) {
            if (departure.number() <= last) {
                throw new IllegalArgumentException("departures are in order of number: " + departure);
            }
            last = departure.number();
            claim(given, departure.number(), nextNumber);
        }
    }

    private static void claim(BitSet given, int number, int nextNumber) {
        if (number >= nextNumber || given.get(number)) {
            throw new IllegalArgumentException("node number " + number + " was assigned twice, or never");
        }
        given.set(number);
    }

    /** The first value: what the founders formed the cluster with. */
    public static ClusterState first(Formation formation) {
        List<RegisteredMember> members = new ArrayList<>();
        Map<NodeId, Integer> numbers = new HashMap<>();
        List<AcceptorId> acceptors = new ArrayList<>();
        for (NodeId founder : formation.members()) {
            int number = members.size() + 1;
            RegisteredMember member =
                    new RegisteredMember(founder, number, formation.instances().get(number - 1), 0, 0, 0, "");
            members.add(member);
            numbers.put(founder, number);
            if (number <= Acceptors.MOST) {
                acceptors.add(member.asAcceptor());
            }
        }
        members.sort(Comparator.comparing(RegisteredMember::node));
        return new ClusterState(
                1,
                formation.clusterId(),
                formation.clusterKey(),
                members.size() + 1,
                members,
                List.of(),
                NumberedLayout.of(formation.layout(), numbers::get),
                Acceptors.of(acceptors),
                RetirementState.NONE);
    }

    public Optional<RegisteredMember> member(NodeId node) {
        int index = indexOf(node);
        return index < 0 ? Optional.empty() : Optional.of(members.get(index));
    }

    private int indexOf(NodeId node) {
        int low = 0;
        int high = members.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = members.get(middle).node().compareTo(node);
            if (order == 0) {
                return middle;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -(low + 1);
    }

    /** The departure of exactly this life of a node. */
    public Optional<DepartedMember> departure(NodeId node, String instance) {
        return departures.stream()
                .filter(gone -> gone.node().equals(node) && gone.instance().equals(instance))
                .findFirst();
    }

    /** Whether the layout names a member of that name that is one no more. */
    boolean isStillPlaced(NodeId node) {
        return departures.stream()
                .anyMatch(gone -> gone.node().equals(node) && layout.numbers().anyMatch(n -> n == gone.number()));
    }

    /** Whether a member of that number is there now. */
    boolean hasNumber(int number) {
        return members.stream().anyMatch(member -> member.number() == number);
    }

    /** With this record in the place of the member's former one, or as a new member with the next number. */
    ClusterState with(RegisteredMember member) {
        List<RegisteredMember> changed = new ArrayList<>(members);
        int index = indexOf(member.node());
        if (index >= 0) {
            changed.set(index, member);
        } else {
            changed.add(-(index + 1), member);
        }
        int next = Math.max(nextNumber, member.number() + 1);
        return new ClusterState(
                version + 1, clusterId, clusterKey, next, changed, departures, layout, acceptors, closings);
    }

    public ClusterState without(RegisteredMember member, DepartedMember.How how) {
        List<RegisteredMember> rest = new ArrayList<>(members);
        rest.remove(member);
        List<DepartedMember> gone = new ArrayList<>(departures);
        DepartedMember departure = new DepartedMember(member.node(), member.number(), member.instance(), how);
        int index = Collections.binarySearch(gone, departure, Comparator.comparingInt(DepartedMember::number));
        gone.add(-(index + 1), departure);
        return new ClusterState(
                version + 1, clusterId, clusterKey, nextNumber, rest, gone, layout, acceptors, closings);
    }

    ClusterState with(Acceptors newAcceptors) {
        return new ClusterState(
                version + 1, clusterId, clusterKey, nextNumber, members, departures, layout, newAcceptors, closings);
    }

    /** With another layout; what is not committed was promised by the replicas of this one. */
    ClusterState with(NumberedLayout newLayout) {
        return new ClusterState(
                version + 1,
                clusterId,
                clusterKey,
                nextNumber,
                members,
                departures,
                newLayout,
                acceptors,
                closings.committed());
    }

    ClusterState with(RetirementState newClosings) {
        return new ClusterState(
                version + 1, clusterId, clusterKey, nextNumber, members, departures, layout, acceptors, newClosings);
    }

    /** Of what changes most; states are compared often where many are kept. */
    @Override
    public int hashCode() {
        return (Long.hashCode(version) * 31 + members.hashCode()) * 31 + acceptors.hashCode();
    }

    /** Without the key, which is shown to nobody. */
    @Override
    public String toString() {
        return "state " + version + " of cluster " + clusterId + " with " + members.size() + " members and "
                + acceptors;
    }
}
