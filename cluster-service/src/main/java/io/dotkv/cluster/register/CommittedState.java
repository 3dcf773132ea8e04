package io.dotkv.cluster.register;

import io.dotkv.cluster.Agreement;
import io.dotkv.cluster.Member;
import io.dotkv.cluster.register.paxos.Accepted;
import io.dotkv.cluster.register.state.ClusterState;
import io.dotkv.cluster.register.state.DepartedMember;
import java.util.Optional;

/** The newest agreement that this node knows. One thread. */
final class CommittedState {
    private Optional<Accepted> chosen;
    private Optional<Agreement> agreement;

    /** @param chosen what was saved, if anything was */
    CommittedState(Optional<Accepted> chosen) {
        this.chosen = chosen;
        this.agreement = chosen.map(value -> Agreement.of(value.state()));
    }

    /** Takes it if it is newer; whether it is. */
    boolean learn(Accepted value) {
        boolean isNewer =
                chosen.isEmpty() || value.ballot().compareTo(chosen.get().ballot()) > 0;
        if (isNewer) {
            boolean isSame = state().equals(Optional.of(value.state()));
            chosen = Optional.of(value);
            agreement = isSame ? agreement : Optional.of(Agreement.of(value.state()));
        }
        return isNewer;
    }

    Optional<Accepted> chosen() {
        return chosen;
    }

    Optional<Agreement> agreement() {
        return agreement;
    }

    Optional<ClusterState> state() {
        return chosen.map(Accepted::state);
    }

    /** The version of the state; 0 while there is none. */
    long version() {
        return chosen.map(value -> value.state().version()).orElse(0L);
    }

    /** That this life of a node is a member no more, if it is so. */
    Optional<DepartedMember> departure(Member member) {
        return state().flatMap(known -> known.departure(member.node(), member.instance()));
    }
}
