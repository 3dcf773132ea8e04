package io.dotkv.replication;

import io.dotkv.replication.local.LocalReplication;
import java.util.concurrent.CompletionStage;

/**
 * The replication layer: reads and writes of the whole cluster, at a level of consistency that each request chooses.
 *
 * <p>{@link LocalReplication} is the local form; {@link io.dotkv.replication.grpc} holds the service that offers this
 * interface to other processes and the client through which it is used from there. A caller cannot tell which form it
 * has.
 *
 * <p>Calls never block and may be made from any thread. Every call ends by its deadline, but for scrubs, which have
 * none, with a value that says how: a stage never completes exceptionally. Answers arrive on whatever thread brought
 * the last one in: what is done there must be short.
 *
 * <p>A caller that waits no longer cancels the stage: a write that no storage has begun by then is not done, and what a
 * read or scan still has under way is left. Whether a write was begun is not told.
 */
public interface Replication {
    /** Puts, deletes, or updates data types. */
    CompletionStage<WriteResult> write(Operation.Write write);

    /** Reads the plain values of a key. */
    CompletionStage<ReadResult> read(Operation.Read read);

    /** Reads everything under a key: its plain values and its data types. */
    CompletionStage<ContentResult> content(Operation.Read read);

    /** Reads a page of keys. */
    CompletionStage<ScanResult> scan(Operation.Scan scan);

    /** Compares this node's replicas with those of its peers and mends what it finds. Takes as long as it takes. */
    CompletionStage<ScrubResult> scrub(ScrubJob order, ScrubListener watcher);
}
