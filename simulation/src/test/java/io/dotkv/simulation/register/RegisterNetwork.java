package io.dotkv.simulation.register;

import io.dotkv.cluster.register.paxos.AcceptorAnswer;
import io.dotkv.cluster.register.paxos.AcceptorQuestion;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.ports.RandomSource;
import io.dotkv.kernel.simulated.SimulatedTime;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * Between the nodes of a {@link RegisterWorld}: loses, delays, doubles and reorders messages, and can be cut, each way
 * for itself.
 */
final class RegisterNetwork {
    private static final long MILLI = 1_000_000;

    private final RandomSource random;
    private final SimulatedTime time;
    private final List<RegisterNode> nodes;
    private final boolean[][] cut;
    private Rates rates;

    /** @param nodes named a, b, c and so on; so many as {@code count} when the first message is sent */
    RegisterNetwork(RandomSource random, SimulatedTime time, List<RegisterNode> nodes, int count, Rates rates) {
        this.random = random;
        this.time = time;
        this.nodes = nodes;
        this.cut = new boolean[count][count];
        this.rates = rates;
    }

    /** Nothing goes wrong any more. */
    void heal() {
        rates = rates.healed();
        for (boolean[] row : cut) {
            Arrays.fill(row, false);
        }
    }

    /** Cuts the way from one node to another, that way only, or mends it. */
    void flip(int from, int to) {
        cut[from][to] ^= true;
    }

    /** Carries a question to its node and the answer back, or not. */
    void ask(NodeId from, AcceptorQuestion question, Consumer<AcceptorAnswer> back) {
        NodeId to = question.to().node();
        RegisterNode target = nodes.get(indexOf(to));
        deliver(from, to, () -> target.answer(question, answer -> deliver(to, from, () -> back.accept(answer))));
    }

    private static int indexOf(NodeId id) {
        return id.name().charAt(0) - 'a';
    }

    /** Carries a message, or not. */
    void deliver(NodeId from, NodeId to, Runnable arrival) {
        if (from.equals(to)) {
            time.schedule(arrival, 0);
            return;
        }
        boolean[] ways = cut[indexOf(from)];
        int target = indexOf(to);
        int copies = happens(rates.repeats()) ? 2 : 1;
        for (int copy = 0; copy < copies; copy++) {
            if (!happens(rates.loss())) {
                long delayNanos = MILLI + random.nextInt(rates.mostDelayMillis() * 1_000) * 1_000L;
                time.schedule(
                        () -> {
                            if (!ways[target]) {
                                arrival.run();
                            }
                        },
                        delayNanos);
            }
        }
    }

    private boolean happens(int perThousand) {
        return perThousand > 0 && random.nextInt(1_000) < perThousand;
    }
}
