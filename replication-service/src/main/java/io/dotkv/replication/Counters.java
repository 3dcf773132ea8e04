package io.dotkv.replication;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What this node has coordinated since it started. Any thread. */
final class Counters {
    final LongAdder writesApplied = new LongAdder();
    final LongAdder writesNotApplied = new LongAdder();
    final LongAdder writesUnknown = new LongAdder();
    final LongAdder writesUnconfirmed = new LongAdder();
    final LongAdder reads = new LongAdder();
    final LongAdder readsFailed = new LongAdder();
    final LongAdder repairs = new LongAdder();
    final LongAdder repairsDropped = new LongAdder();
    final LongAdder shed = new LongAdder();
    final LongAdder rowsMended = new LongAdder();
    final LongAdder partitionsScrubbed = new LongAdder();
    final LongAdder scrubDamagedRows = new LongAdder();
    final LongAdder scrubDifferences = new LongAdder();
    final LongAdder scrubUndecided = new LongAdder();
    final AtomicInteger repairing = new AtomicInteger();

    void count(WriteResult result) {
        switch (result) {
            case WriteResult.Applied applied -> writesApplied.increment();
            case WriteResult.NotApplied notApplied -> writesNotApplied.increment();
            case WriteResult.Unknown unknown -> writesUnknown.increment();
        }
    }
}
