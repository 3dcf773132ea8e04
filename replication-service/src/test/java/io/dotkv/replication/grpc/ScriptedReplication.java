package io.dotkv.replication.grpc;

import io.dotkv.replication.ContentResult;
import io.dotkv.replication.Operation;
import io.dotkv.replication.ReadResult;
import io.dotkv.replication.Replication;
import io.dotkv.replication.ScanResult;
import io.dotkv.replication.ScrubJob;
import io.dotkv.replication.ScrubListener;
import io.dotkv.replication.ScrubReport;
import io.dotkv.replication.ScrubResult;
import io.dotkv.replication.WriteResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;

/** A replication layer that answers when the test says so. Any thread. */
public final class ScriptedReplication implements Replication {
    public final BlockingQueue<Operation> asked = new LinkedBlockingQueue<>();
    final Map<String, CompletableFuture<WriteResult>> writes = new ConcurrentHashMap<>();
    public final CompletableFuture<ReadResult> read = new CompletableFuture<>();
    final CompletableFuture<ContentResult> content = new CompletableFuture<>();
    public final CompletableFuture<ScanResult> scan = new CompletableFuture<>();

    public final BlockingQueue<ScrubJob> scrubs = new LinkedBlockingQueue<>();
    public final List<ScrubReport> scrubReports = new ArrayList<>();
    public final CompletableFuture<ScrubResult> scrub = new CompletableFuture<>();

    /** Where the answer to the write with that request id is put. */
    public CompletableFuture<WriteResult> writeOf(String requestId) {
        return writes.computeIfAbsent(requestId, id -> new CompletableFuture<>());
    }

    @Override
    public CompletionStage<WriteResult> write(Operation.Write write) {
        asked.add(write);
        return writeOf(write.requestId());
    }

    @Override
    public CompletionStage<ReadResult> read(Operation.Read read) {
        asked.add(read);
        return this.read;
    }

    @Override
    public CompletionStage<ContentResult> content(Operation.Read read) {
        asked.add(read);
        return content;
    }

    @Override
    public CompletionStage<ScanResult> scan(Operation.Scan scan) {
        asked.add(scan);
        return this.scan;
    }

    @Override
    public CompletionStage<ScrubResult> scrub(ScrubJob order, ScrubListener watcher) {
        scrubs.add(order);
        scrubReports.forEach(watcher::heard);
        return scrub;
    }
}
