package io.dotkv.cluster.register.state;

import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * A change of the acceptors, by one. It leaves both sets in the state; {@link EndHandover} then drops the former one,
 * which a proposer does only to a state that is seen to be chosen.
 */
public sealed interface AcceptorChange extends StateChange {
    /** One more. */
    record Add(AcceptorId added) implements AcceptorChange {
        @Override
        public Outcome apply(ClusterState state) {
            return state.acceptors().present().contains(added)
                    ? new Outcome.Changed(state, 0)
                    : changed(state, added, set -> set.add(added));
        }
    }

    /** Another one in the place of one. */
    record Replace(AcceptorId replaced, AcceptorId added) implements AcceptorChange {
        @Override
        public Outcome apply(ClusterState state) {
            boolean isThere = state.acceptors().present().contains(replaced);
            if ((!isThere && state.acceptors().present().contains(added)) || replaced.equals(added)) {
                return new Outcome.Changed(state, 0);
            }
            if (!isThere) {
                return new Outcome.Refused(Refusal.STALE, replaced + " is no acceptor");
            }
            return changed(state, added, set -> {
                set.remove(replaced);
                set.add(added);
            });
        }
    }

    /** One less. */
    record Drop(AcceptorId dropped) implements AcceptorChange {
        @Override
        public Outcome apply(ClusterState state) {
            if (!state.acceptors().present().contains(dropped)) {
                return new Outcome.Changed(state, 0);
            }
            return changed(state, set -> set.remove(dropped));
        }
    }

    /** The former acceptors are asked no more. */
    record EndHandover() implements AcceptorChange {
        @Override
        public Outcome apply(ClusterState state) {
            return state.acceptors().isChanging()
                    ? new Outcome.Changed(
                            state.with(Acceptors.of(state.acceptors().present())), 0)
                    : new Outcome.Changed(state, 0);
        }
    }

    private static Outcome changed(ClusterState state, AcceptorId added, Consumer<SortedSet<AcceptorId>> how) {
        boolean isMember = state.member(added.node())
                .filter(member -> member.instance().equals(added.instance()))
                .isPresent();
        return isMember
                ? changed(state, how)
                : new Outcome.Refused(Refusal.NOT_A_MEMBER, added + " is no member, so it cannot be an acceptor");
    }

    private static Outcome changed(ClusterState state, Consumer<SortedSet<AcceptorId>> how) {
        Acceptors before = state.acceptors();
        if (before.isChanging()) {
            return new Outcome.Refused(
                    Refusal.BUSY, "a change of the acceptors is in progress; the next change waits for it");
        }
        TreeSet<AcceptorId> after = new TreeSet<>(before.present());
        how.accept(after);
        if (after.isEmpty()) {
            return new Outcome.Refused(Refusal.LAST, "the last acceptor cannot be dropped");
        }
        if (after.size() > Acceptors.MOST) {
            return new Outcome.Refused(Refusal.FULL, "there are " + Acceptors.MOST + " acceptors, which is enough");
        }
        return new Outcome.Changed(state.with(new Acceptors(List.copyOf(after), before.present())), 0);
    }
}
