package io.dotkv.replication.request;

import io.dotkv.kernel.Delta;
import io.dotkv.replication.WriteResult;
import io.dotkv.replication.route.Candidates;

/** What the shell is to do for a write. Replicas are indexes of its {@link Candidates}. */
sealed interface WriteEffect extends RunningCoordination.Effect {
    /** Have the replica coordinate the mutation. */
    record Mutate(int replica) implements WriteEffect {}

    /** Have the replica apply the delta. */
    record Apply(int replica, Delta delta) implements WriteEffect {}

    /** Answer the client. */
    record Answer(WriteResult result) implements WriteEffect {}

    /** The replica did not confirm a write that was assigned: it will have to catch up. */
    record Unconfirmed(int replica) implements WriteEffect {}

    @Override
    default RunningCoordination.Kind kind() {
        return switch (this) {
            case Mutate mutate -> RunningCoordination.Kind.CALL;
            case Apply apply -> RunningCoordination.Kind.CALL;
            case Answer answer -> RunningCoordination.Kind.ANSWER;
            case Unconfirmed unconfirmed -> RunningCoordination.Kind.NOTICE;
        };
    }
}
