package io.dotkv.cluster.register.state;

import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Who accepts values of the register: the present acceptors and, while they are being changed, the former ones. A
 * quorum is a majority of each. Both lists are in order and without repetition.
 *
 * @param present 1 to {@value #MOST}
 * @param former those before the last change, empty once that is over
 */
public record Acceptors(List<AcceptorId> present, List<AcceptorId> former) {
    /** The most acceptors that a register has. */
    public static final int MOST = 7;

    public Acceptors {
        present = ordered(present);
        former = ordered(former);
        if (present.isEmpty()) {
            throw new IllegalArgumentException("a register has at least one acceptor");
        }
    }

    private static List<AcceptorId> ordered(List<AcceptorId> acceptors) {
        List<AcceptorId> ordered = List.copyOf(acceptors);
        for (int index = 1; index < ordered.size(); index++) {
            if (ordered.get(index - 1).compareTo(ordered.get(index)) >= 0) {
                throw new IllegalArgumentException("acceptors are in order and different: " + ordered);
            }
        }
        if (ordered.size() > MOST) {
            throw new IllegalArgumentException("a register has up to " + MOST + " acceptors, not " + ordered.size());
        }
        return ordered;
    }

    /** Those acceptors and no former ones, in whatever order they come. */
    public static Acceptors of(Iterable<AcceptorId> acceptors) {
        TreeSet<AcceptorId> ordered = new TreeSet<>();
        acceptors.forEach(ordered::add);
        return new Acceptors(List.copyOf(ordered), List.of());
    }

    /** Whether a change of the acceptors is not over yet. */
    public boolean isChanging() {
        return !former.isEmpty();
    }

    /** Present and former ones, in order. */
    public List<AcceptorId> all() {
        if (former.isEmpty()) {
            return present;
        }
        TreeSet<AcceptorId> all = new TreeSet<>(present);
        all.addAll(former);
        return List.copyOf(all);
    }

    public boolean contains(AcceptorId acceptor) {
        return present.contains(acceptor) || former.contains(acceptor);
    }

    /** Whether those that have answered are a majority of the present and of the former acceptors. */
    public boolean isQuorum(Predicate<AcceptorId> hasAnswered) {
        return isMajority(present, hasAnswered) && (former.isEmpty() || isMajority(former, hasAnswered));
    }

    /**
     * Whether those that have answered are a majority of what is left of each set without that acceptor. Then at least
     * one of them is in any quorum that it was in.
     */
    public boolean isMajorityBeside(AcceptorId self, Predicate<AcceptorId> hasAnswered) {
        return isMajority(without(present, self), hasAnswered) && isMajority(without(former, self), hasAnswered);
    }

    private static List<AcceptorId> without(List<AcceptorId> acceptors, AcceptorId self) {
        return acceptors.stream().filter(acceptor -> !acceptor.equals(self)).toList();
    }

    private static boolean isMajority(List<AcceptorId> acceptors, Predicate<AcceptorId> hasAnswered) {
        int answered = 0;
        for (AcceptorId acceptor : acceptors) {
            if (hasAnswered.test(acceptor)) {
                answered++;
            }
        }
        return acceptors.isEmpty() || answered > acceptors.size() / 2;
    }
}
