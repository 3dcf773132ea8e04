package io.dotkv.replication.scrub;

import io.dotkv.kernel.Key;
import io.dotkv.kernel.PartitionId;
import io.dotkv.replication.ScrubReport;
import io.dotkv.replication.route.KeyText;
import io.dotkv.replication.route.ReplicaClient;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What a scrub has found so far, being added up. One thread. */
final class ScrubTally {
    private static final int FINDINGS = 100;
    private static final int ROWS_REMEMBERED = 1_000;

    private final int partitions;
    private final List<ScrubReport.Finding> findings = new ArrayList<>();
    private final Set<DamagedRow> damaged = new LinkedHashSet<>();
    private int partitionsDone;
    private int partitionsNotCompared;
    private long rows;
    private long bytes;
    private long damagedRows;
    private long unreadable;
    private long differences;
    private long mended;
    private long undecided;

    /** A row that fails its checksum at a node. */
    record DamagedRow(Key key, ReplicaClient replica) {}

    ScrubTally(int partitions) {
        this.partitions = partitions;
    }

    void compared(long moreRows, long moreBytes) {
        rows += moreRows;
        bytes += moreBytes;
    }

    void partitionDone(boolean isCompared) {
        partitionsDone++;
        partitionsNotCompared += isCompared ? 0 : 1;
    }

    void damagedRow(PartitionId partition, Key key, ReplicaClient replica) {
        DamagedRow row = new DamagedRow(key, replica);
        if (damaged.contains(row)) {
            return;
        }
        damagedRows++;
        if (damaged.size() < ROWS_REMEMBERED) {
            damaged.add(row);
        }
        note(partition, "the row of key " + KeyText.of(key) + " fails its checksum at " + replica.node());
    }

    void unreadable(PartitionId partition, ReplicaClient replica) {
        unreadable++;
        note(
                partition,
                "a part of the files of " + replica.node() + " is unreadable; restart that node, and it rebuilds them");
    }

    void difference(PartitionId partition, Key key, int leaves, String what) {
        differences += leaves;
        note(partition, "key " + KeyText.of(key) + " differs although all checksums match: " + what);
    }

    void undecided() {
        undecided++;
    }

    void mended(long more) {
        mended += more;
    }

    void note(PartitionId partition, String sentence) {
        if (findings.size() < FINDINGS) {
            findings.add(new ScrubReport.Finding(partition, sentence));
        }
    }

    /** The damaged rows that were found, the first thousand, of which it is not known that they were mended. */
    List<DamagedRow> damaged() {
        return List.copyOf(damaged);
    }

    /** A damaged row can be read again. */
    void isReadable(DamagedRow row) {
        if (damaged.remove(row)) {
            mended++;
        }
    }

    ScrubReport report() {
        return new ScrubReport(
                partitions,
                partitionsDone,
                partitionsNotCompared,
                rows,
                bytes,
                damagedRows,
                unreadable,
                differences,
                mended,
                undecided,
                findings);
    }
}
