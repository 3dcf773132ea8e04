package io.dotkv.replication.retire;

import io.dotkv.cluster.Agreement;
import io.dotkv.cluster.ClusterView;
import io.dotkv.cluster.Health;
import io.dotkv.cluster.Member;
import io.dotkv.cluster.register.state.ClusterState;
import io.dotkv.cluster.register.state.DepartedMember;
import io.dotkv.cluster.register.state.RegisteredMember;
import io.dotkv.cluster.register.state.RetirementChange;
import io.dotkv.cluster.register.state.RetirementInProgress;
import io.dotkv.kernel.Actor;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.PartitionId;
import io.dotkv.storage.PartitionClock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * Decides on the next step in the closing of former boots, by what their replicas answer: see
 * {@code docs/decisions/0013-closing-actors.md}. Each node closes its own; those of a node that has departed are closed
 * by the live member with the smallest number. Stateless, so that anybody can go on where another stopped.
 */
final class RetirementDecision {
    private RetirementDecision() {}

    /**
     * Boots to close.
     *
     * @param first the actor of the first boot that stays
     * @param replicas who holds the partitions of that node; without those who have departed
     */
    record Target(Actor first, Map<PartitionId, List<NodeId>> replicas) {
        /** All that have to answer. */
        List<NodeId> nodes() {
            return replicas.values().stream()
                    .flatMap(List::stream)
                    .distinct()
                    .sorted()
                    .toList();
        }
    }

    /** What this node is to close now, if anything. */
    static Optional<Target> target(ClusterView view) {
        if (view.agreement().isEmpty()) {
            return Optional.empty();
        }
        Agreement agreement = view.agreement().get();
        ClusterState state = agreement.state();
        Optional<RegisteredMember> self = state.member(view.self());
        if (self.isEmpty()) {
            return Optional.empty();
        }
        Optional<Target> own =
                target(agreement, view.self(), self.get().number(), self.get().boot());
        if (own.isPresent() || !isFirst(view, agreement)) {
            return own;
        }
        for (DepartedMember gone : state.departures()) {
            Optional<Target> target = target(agreement, gone.node(), gone.number(), RetirementInProgress.EVERY_BOOT);
            if (target.isPresent()) {
                return target;
            }
        }
        return Optional.empty();
    }

    private static Optional<Target> target(Agreement agreement, NodeId node, int number, int below) {
        ClusterState state = agreement.state();
        Optional<RetirementInProgress> pending = state.closings().of(number);
        if (state.closings().floorOf(number) >= below
                || state.layout().numbers().noneMatch(placed -> placed == number)) {
            return Optional.empty();
        }
        Map<PartitionId, List<NodeId>> replicas = new TreeMap<>();
        for (PartitionId partition : agreement.layout().heldBy(node)) {
            List<NodeId> holders = AgreedRetirements.membersOf(agreement, partition);
            if (!holders.isEmpty()) {
                replicas.put(partition, holders);
            }
        }
        return Optional.of(
                new Target(pending.map(RetirementInProgress::first).orElse(new Actor(number, below)), replicas));
    }

    /** Whether no live member has a smaller number than this one. */
    private static boolean isFirst(ClusterView view, Agreement agreement) {
        int own = agreement.numberOf(view.self()).orElseThrow();
        return view.members().stream()
                .filter(member -> member.health() == Health.ALIVE)
                .map(Member::node)
                .map(agreement::numberOf)
                .filter(OptionalInt::isPresent)
                .allMatch(number -> number.getAsInt() >= own);
    }

    /**
     * The step that these answers allow.
     *
     * @param clocks what each of the target's nodes has answered
     * @param attempt a random number, other than 0
     */
    static Optional<RetirementChange> next(
            Agreement agreement, Target target, Map<NodeId, List<PartitionClock>> clocks, long attempt) {
        Map<PartitionId, List<PartitionClock>> answers = new HashMap<>();
        for (Map.Entry<PartitionId, List<NodeId>> entry : target.replicas().entrySet()) {
            List<PartitionClock> ofPartition = new ArrayList<>();
            for (NodeId node : entry.getValue()) {
                clocks.getOrDefault(node, List.of()).stream()
                        .filter(clock -> clock.partition().equals(entry.getKey()))
                        .forEach(ofPartition::add);
            }
            if (ofPartition.size() < entry.getValue().size()) {
                return Optional.empty();
            }
            answers.put(entry.getKey(), ofPartition);
        }
        Optional<RetirementInProgress> pending =
                agreement.state().closings().of(target.first().node());
        if (pending.isEmpty()) {
            return open(agreement, target, answers, attempt);
        }
        return pending.get().committed() ? raise(pending.get(), answers) : commit(pending.get(), answers);
    }

    private static Optional<RetirementChange> open(
            Agreement agreement, Target target, Map<PartitionId, List<PartitionClock>> answers, long attempt) {
        TreeMap<Integer, DotSet> ends = new TreeMap<>();
        int actors = 0;
        for (Map.Entry<PartitionId, List<PartitionClock>> entry : answers.entrySet()) {
            DotSet end = entry.getValue().getFirst().clock().before(target.first());
            if (entry.getValue().stream()
                    .anyMatch(clock -> !clock.clock().before(target.first()).equals(end))) {
                return Optional.empty();
            }
            actors += end.actors().size();
            if (!end.isEmpty()) {
                ends.put(entry.getKey().number(), end);
            }
        }
        return actors > RetirementInProgress.MOST_ACTORS
                ? Optional.empty()
                : Optional.of(new RetirementChange.Open(new RetirementInProgress(
                        target.first().node(),
                        target.first().boot(),
                        attempt,
                        agreement.layout().version(),
                        false,
                        ends)));
    }

    private static Optional<RetirementChange> commit(
            RetirementInProgress closing, Map<PartitionId, List<PartitionClock>> answers) {
        boolean haveAll = true;
        PartitionClock.Promise promise = new PartitionClock.Promise(closing.first(), closing.attempt());
        for (Map.Entry<PartitionId, List<PartitionClock>> entry : answers.entrySet()) {
            DotSet end = closing.endOf(entry.getKey().number());
            for (PartitionClock clock : entry.getValue()) {
                if (!end.containsAll(clock.clock().before(closing.first()))) {
                    return Optional.of(new RetirementChange.Abort(closing.number(), closing.attempt()));
                }
                haveAll &= clock.promises().contains(promise);
            }
        }
        return haveAll
                ? Optional.of(new RetirementChange.Commit(closing.number(), closing.attempt()))
                : Optional.empty();
    }

    private static Optional<RetirementChange> raise(
            RetirementInProgress closing, Map<PartitionId, List<PartitionClock>> answers) {
        boolean haveAll = answers.values().stream()
                .flatMap(List::stream)
                .allMatch(clock -> clock.clock().floorOf(closing.number()) >= closing.below());
        return haveAll
                ? Optional.of(new RetirementChange.RaiseFloor(closing.number(), closing.attempt()))
                : Optional.empty();
    }
}
