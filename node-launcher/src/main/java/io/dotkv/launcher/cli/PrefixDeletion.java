package io.dotkv.launcher.cli;

import com.google.protobuf.ByteString;
import io.dotkv.launcher.cli.format.Console;
import io.dotkv.launcher.cli.format.DisplayText;
import io.dotkv.launcher.client.CallFailed;
import io.dotkv.launcher.client.Client;
import io.dotkv.proto.replication.v1.Consistency;
import io.dotkv.proto.replication.v1.DeleteRequest;
import io.dotkv.proto.replication.v1.DeleteResponse;
import io.dotkv.proto.replication.v1.Entry;
import io.dotkv.proto.replication.v1.Form;
import io.dotkv.proto.replication.v1.ReplicationServiceGrpc;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Deletes all keys that begin with a prefix, as a scan shows them: of a key with plain values only exactly those that
 * the scan saw, so that what is written meanwhile stays; of a key with data types everything.
 */
record PrefixDeletion(Console console, Client client, Consistency level, ByteString prefix) {
    private static final int AT_ONCE = 16;

    /** Asks the person; whether all shall go. */
    boolean isConfirmed() throws CallFailed, IOException {
        long keys = scan().count();
        String which = prefix.isEmpty() ? "" : " that begin with " + DisplayText.line(prefix);
        console.err().print("Delete " + DisplayText.count(keys, "key", "keys") + which + "? Write yes: ");
        console.err().flush();
        StringBuilder answer = new StringBuilder();
        for (int next = console.in().read();
                next >= 0 && next != '\n';
                next = console.in().read()) {
            answer.append((char) next);
        }
        return answer.toString().strip().equals("yes");
    }

    /** How many keys were deleted; says how many there were when it ends before its time. */
    long run() throws CallFailed, InterruptedException {
        long deleted = 0;
        KeyScan scan = scan();
        try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
            try {
                while (scan.hasNext()) {
                    List<Future<?>> deletions = new ArrayList<>();
                    scan.next().forEach(entry -> deletions.add(threads.submit(() -> delete(entry))));
                    for (Future<?> deletion : deletions) {
                        deletion.get();
                        deleted++;
                    }
                }
                return deleted;
            } catch (ExecutionException failed) {
                threads.shutdownNow();
                throw toldBy(failed, deleted);
            }
        }
    }

    private DeleteResponse delete(Entry entry) throws CallFailed {
        return client.writeUntilKnown(ReplicationServiceGrpc.getDeleteMethod(), request(entry));
    }

    private CallFailed toldBy(ExecutionException failed, long deleted) {
        if (failed.getCause() instanceof CallFailed failure) {
            console.say("it stopped before all keys were deleted; at least "
                    + DisplayText.count(deleted, "key is", "keys are")
                    + " gone. Repeat the command to delete the rest.");
            return failure;
        }
        throw new IllegalStateException(failed);
    }

    private KeyScan scan() {
        return new KeyScan(client, level, prefix, Form.RAW);
    }

    private DeleteRequest request(Entry entry) {
        return DeleteRequest.newBuilder()
                .setRawKey(DisplayText.keyBytes(entry))
                .setContext(entry.getTypesCount() == 0 ? entry.getContext() : "")
                .setConsistency(level)
                .setRequestId(UUID.randomUUID().toString())
                .build();
    }
}
