package io.dotkv.replication.request;

import io.dotkv.kernel.Delta;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.Row;
import io.dotkv.replication.Failure;
import io.dotkv.replication.route.Candidates;
import java.util.List;

/** What the shell is to do for a read. Replicas are indexes of its {@link Candidates}. */
sealed interface ReadEffect extends RunningCoordination.Effect {
    /** Ask the replica for the row. */
    record Ask(int replica) implements ReadEffect {}

    /** Answer with the join of what these nodes have. */
    record Answer(Row row, List<NodeId> answeredBy) implements ReadEffect {}

    /** Answer that nothing was read. */
    record Fail(Failure failure) implements ReadEffect {}

    /** Bring the replica up to date before the answer, and tell how that ended. */
    record Settle(int replica, Delta delta) implements ReadEffect {}

    /** Bring the replica up to date; nobody waits for it. */
    record Repair(int replica, Delta delta) implements ReadEffect {}

    @Override
    default RunningCoordination.Kind kind() {
        return switch (this) {
            case Ask ask -> RunningCoordination.Kind.CALL;
            case Settle settle -> RunningCoordination.Kind.CALL;
            case Repair repair -> RunningCoordination.Kind.CALL;
            case Answer answer -> RunningCoordination.Kind.ANSWER;
            case Fail fail -> RunningCoordination.Kind.ANSWER;
        };
    }
}
