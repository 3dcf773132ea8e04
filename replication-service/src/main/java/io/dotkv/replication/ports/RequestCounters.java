package io.dotkv.replication.ports;

import io.dotkv.replication.WriteResult;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What this node has coordinated since it started. Any thread. */
public final class RequestCounters {
    public final LongAdder writesApplied = new LongAdder();
    public final LongAdder writesNotApplied = new LongAdder();
    public final LongAdder writesUnknown = new LongAdder();
    public final LongAdder writesUnconfirmed = new LongAdder();
    public final LongAdder reads = new LongAdder();
    public final LongAdder readsFailed = new LongAdder();
    public final LongAdder repairs = new LongAdder();
    public final LongAdder repairsDropped = new LongAdder();
    public final LongAdder shed = new LongAdder();
    public final LongAdder rowsMended = new LongAdder();
    public final LongAdder partitionsScrubbed = new LongAdder();
    public final LongAdder scrubDamagedRows = new LongAdder();
    public final LongAdder scrubDifferences = new LongAdder();
    public final LongAdder scrubUndecided = new LongAdder();
    public final AtomicInteger repairing = new AtomicInteger();

    public void count(WriteResult result) {
        switch (result) {
            case WriteResult.Applied applied -> writesApplied.increment();
            case WriteResult.NotApplied notApplied -> writesNotApplied.increment();
            case WriteResult.Unknown unknown -> writesUnknown.increment();
        }
    }
}
