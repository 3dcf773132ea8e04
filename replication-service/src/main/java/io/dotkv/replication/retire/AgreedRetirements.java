package io.dotkv.replication.retire;

import io.dotkv.cluster.Agreement;
import io.dotkv.cluster.register.state.ClusterState;
import io.dotkv.cluster.register.state.RetirementInProgress;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.Retirement;
import io.dotkv.kernel.Retirements;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** What an agreement says about the closing of former boots, as a storage is told it. */
public final class AgreedRetirements {
    private AgreedRetirements() {}

    /** What concerns the partitions that a node holds. */
    public static Retirements retirements(Agreement agreement, NodeId node) {
        ClusterState state = agreement.state();
        Set<PartitionId> held = new HashSet<>(agreement.layout().heldBy(node));
        TreeSet<Integer> numbers = new TreeSet<>(state.closings().floors().keySet());
        state.closings().pending().forEach(closing -> numbers.add(closing.number()));
        List<Retirement> nodes = new ArrayList<>();
        for (int number : numbers) {
            nodes.add(new Retirement(
                    number,
                    state.closings().floorOf(number),
                    state.closings().of(number).map(closing -> attempt(agreement, closing, held))));
        }
        return new Retirements(state.version(), nodes);
    }

    private static Retirement.Attempt attempt(
            Agreement agreement, RetirementInProgress closing, Set<PartitionId> held) {
        SortedMap<PartitionId, DotSet> ends = new TreeMap<>();
        nameOf(agreement, closing.number())
                .ifPresent(node -> agreement.layout().heldBy(node).stream()
                        .filter(held::contains)
                        .forEach(partition -> ends.put(partition, closing.endOf(partition.number()))));
        return new Retirement.Attempt(closing.attempt(), closing.below(), closing.committed(), ends);
    }

    /** How many other members hold each of the node's partitions, at least. */
    public static int others(Agreement agreement, NodeId node) {
        int least = Integer.MAX_VALUE;
        for (PartitionId partition : agreement.layout().heldBy(node)) {
            least = Math.min(least, membersOf(agreement, partition).size() - 1);
        }
        return least == Integer.MAX_VALUE ? 0 : Math.max(0, least);
    }

    /** The members that hold a partition: without those that have departed, whose place the layout still has. */
    static List<NodeId> membersOf(Agreement agreement, PartitionId partition) {
        return agreement.layout().replicasOf(partition).stream()
                .filter(holder -> agreement.numberOf(holder).isPresent())
                .toList();
    }

    /** The name that a number stands for, as far as the layout or the members tell. */
    static Optional<NodeId> nameOf(Agreement agreement, int number) {
        ClusterState state = agreement.state();
        Optional<NodeId> member = state.members().stream()
                .filter(each -> each.number() == number)
                .map(each -> each.node())
                .findFirst();
        return member.isPresent()
                ? member
                : state.departures().stream()
                        .filter(each -> each.number() == number)
                        .map(each -> each.node())
                        .findFirst();
    }
}
