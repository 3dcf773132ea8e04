package io.dotkv.cluster.register.state;

import io.dotkv.cluster.layout.Formation;
import io.dotkv.kernel.Actor;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.ports.RandomSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** States for tests. A node's instance is its name and the number of its disk. */
public final class States {
    private States() {}

    public static NodeId node(String name) {
        return new NodeId(name);
    }

    public static AcceptorId acceptor(String name) {
        return new AcceptorId(node(name), name + "-1");
    }

    /** The first state of a cluster of those founders. */
    public static ClusterState formedBy(String... names) {
        List<NodeId> founders = Arrays.stream(names).map(NodeId::new).toList();
        return ClusterState.first(Formation.first(
                "ab".repeat(16),
                Bytes.wrap(new byte[32]),
                founders,
                Arrays.stream(names).map(name -> name + "-1").toList(),
                4,
                3));
    }

    public static MemberChange.Join join(String name) {
        return new MemberChange.Join(node(name), name + "-1", Optional.empty());
    }

    public static MemberChange.Boot boot(String name, int after, long life) {
        return new MemberChange.Boot(node(name), name + "-1", after, life, "storage of " + name, 0);
    }

    /** The state after all of the changes, which must not be refused. */
    public static ClusterState after(ClusterState state, StateChange... changes) {
        ClusterState result = state;
        for (StateChange change : changes) {
            result = ((StateChange.Outcome.Changed) change.apply(result)).state();
        }
        return result;
    }

    /** A closing of the node's boots below one, with these as the ends of partition 0. */
    public static RetirementInProgress closing(int number, int below, long attempt, DotSet ends) {
        return new RetirementInProgress(
                number, below, attempt, 1, false, new TreeMap<>(ends.isEmpty() ? Map.of() : Map.of(0, ends)));
    }

    private static StateChange randomClosing(RandomSource random) {
        int number = 1 + random.nextInt(4);
        int below = 2 + random.nextInt(3);
        long attempt = random.nextInt(2);
        return switch (random.nextInt(4)) {
            case 0 -> new RetirementChange.Abort(number, attempt);
            case 1 -> new RetirementChange.Commit(number, attempt);
            case 2 -> new RetirementChange.RaiseFloor(number, attempt);
            default ->
                new RetirementChange.Open(closing(
                        number,
                        below,
                        attempt,
                        DotSet.upTo(new Actor(number, 1), random.nextInt(3))
                                .with(new Dot(new Actor(number, below - 1), 7))));
        };
    }

    /** A state that random changes have made. */
    public static ClusterState random(RandomSource random) {
        ClusterState state = formedBy("a", "b", "c");
        List<StateChange> wishes = new ArrayList<>();
        int count = random.nextInt(30);
        for (int index = 0; index < count; index++) {
            String name = Character.toString('a' + random.nextInt(10));
            String other = Character.toString('a' + random.nextInt(10));
            wishes.add(
                    switch (random.nextInt(12)) {
                        case 0 -> new MemberChange.Leave(node(name), name + "-1");
                        case 1 -> new MemberChange.Remove(node(name), name + "-1");
                        case 2 -> boot(name, random.nextInt(2), random.nextLong());
                        case 3 -> new AcceptorChange.Add(acceptor(name));
                        case 4 -> new AcceptorChange.Replace(acceptor(name), acceptor(other));
                        case 5 -> new AcceptorChange.EndHandover();
                        case 6, 7, 8, 9 -> randomClosing(random);
                        default -> join(name);
                    });
        }
        for (StateChange wish : wishes) {
            if (wish.apply(state) instanceof StateChange.Outcome.Changed changed) {
                state = changed.state();
            }
        }
        return state;
    }
}
