package io.dotkv.launcher.transfer;

import com.google.protobuf.ByteString;
import io.dotkv.proto.replication.v1.Consistency;
import io.dotkv.proto.replication.v1.Content;
import io.dotkv.proto.replication.v1.Form;
import io.dotkv.proto.replication.v1.GetRequest;
import io.dotkv.proto.replication.v1.PipelineRequest;
import io.dotkv.proto.replication.v1.PipelineResponse;
import io.dotkv.proto.replication.v1.PutRequest;
import io.dotkv.proto.replication.v1.ReadRequest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The operations by which one entry is loaded, one after the other. One plain value is one put. Several are put with
 * one context that covers what was there before, so that they stay side by side; the oldest first, so that the order is
 * kept. Data types are read, and what differs is changed. Each write has a request id of its own.
 */
final class LoadingSteps {
    private final DumpEntry entry;
    private final Consistency consistency;
    private final Deque<PipelineRequest> next = new ArrayDeque<>();

    LoadingSteps(DumpEntry entry, Consistency consistency) {
        this.entry = entry;
        this.consistency = consistency;
        List<ByteString> values = entry.plainValues();
        if (values.size() == 1) {
            next.add(put(values.getFirst(), ""));
        } else if (values.size() > 1) {
            next.add(PipelineRequest.newBuilder()
                    .setGet(GetRequest.newBuilder()
                            .setRawKey(entry.key())
                            .setForm(Form.RAW)
                            .setConsistency(consistency))
                    .build());
        }
        if (entry.hasTypes()) {
            next.add(PipelineRequest.newBuilder()
                    .setRead(ReadRequest.newBuilder().setRawKey(entry.key()).setConsistency(consistency))
                    .build());
        }
    }

    /** The next operation; empty when the entry is loaded. */
    Optional<PipelineRequest> next() {
        return Optional.ofNullable(next.poll());
    }

    /** The operation before was answered. */
    void answered(PipelineResponse response) {
        if (response.hasGet()) {
            // Newest first, each before those that are there already: the oldest is put first.
            entry.plainValues()
                    .forEach(value -> next.addFirst(put(value, response.getGet().getContext())));
        } else if (response.hasRead()) {
            updates(response.getRead().getContent());
        }
    }

    private void updates(Content present) {
        ContentChanges.of(entry, present, consistency)
                .forEach(update -> next.add(PipelineRequest.newBuilder()
                        .setUpdate(update.setRequestId(requestId()))
                        .build()));
    }

    private PipelineRequest put(ByteString value, String context) {
        return PipelineRequest.newBuilder()
                .setPut(PutRequest.newBuilder()
                        .setRawKey(entry.key())
                        .setRawValue(value)
                        .setContext(context)
                        .setConsistency(consistency)
                        .setRequestId(requestId()))
                .build();
    }

    private static String requestId() {
        return UUID.randomUUID().toString();
    }
}
