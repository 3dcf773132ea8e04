package io.dotkv.replication.request;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.PartitionId;
import io.dotkv.replication.Failure;
import io.dotkv.replication.route.ScanTargets;
import io.dotkv.storage.RowPage.KeyedRow;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What the shell is to do for a scan. Nodes are indexes of its {@link ScanTargets}. */
sealed interface ScanEffect extends RunningCoordination.Effect {
    /**
     * Ask a storage for its rows after a key, of these partitions, and report the answer under the number of the fetch.
     */
    record Fetch(int number, int node, Set<PartitionId> partitions, Bytes after, int limit) implements ScanEffect {}

    /**
     * Answer.
     *
     * @param rows each with a leaf, in byte order of the key
     * @param after where the next page begins; empty after the last page
     */
    record Answer(List<KeyedRow> rows, Optional<Key> after) implements ScanEffect {}

    /** Answer that nothing was read. */
    record Fail(Failure failure) implements ScanEffect {}

    @Override
    default RunningCoordination.Kind kind() {
        return switch (this) {
            case Fetch fetch -> RunningCoordination.Kind.CALL;
            case Answer answer -> RunningCoordination.Kind.ANSWER;
            case Fail fail -> RunningCoordination.Kind.ANSWER;
        };
    }
}
