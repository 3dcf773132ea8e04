package io.dotkv.launcher.transfer;

import com.google.protobuf.ByteString;
import io.dotkv.launcher.client.CallFailed;
import io.dotkv.launcher.client.Channels;
import io.dotkv.launcher.client.Client;
import io.dotkv.proto.replication.v1.Consistency;
import io.dotkv.proto.replication.v1.Form;
import io.dotkv.proto.replication.v1.ReplicationServiceGrpc;
import io.dotkv.proto.replication.v1.ScanRequest;
import io.dotkv.proto.replication.v1.ScanResponse;
import io.dotkv.proto.replication.v1.Value;
import java.util.List;

/** The entries of the whole cluster, through {@code ReplicationService.Scan}. */
public final class ClusterScan implements EntrySource {
    private final Client client;
    private final ScanRequest.Builder request;
    private boolean more = true;

    /** A scan of all keys with this prefix. */
    public ClusterScan(Client client, Consistency consistency, ByteString prefix, int pageSize) {
        this.client = client;
        this.request = ScanRequest.newBuilder()
                .setConsistency(consistency)
                .setForm(Form.RAW)
                .setPageSize(pageSize)
                .setMaxAnswerBytes(Channels.MAX_ANSWER_BYTES);
        if (!prefix.isEmpty()) {
            request.setRawPrefix(prefix);
        }
    }

    @Override
    public boolean hasNext() {
        return more;
    }

    @Override
    public List<Entry> nextPage() throws CallFailed {
        ScanResponse page = client.read(ReplicationServiceGrpc.getScanMethod(), request.build());
        request.setPageToken(page.getNextPageToken());
        more = !page.getNextPageToken().isEmpty();
        return page.getEntriesList().stream()
                .map(entry -> new Entry(
                        entry.hasRawKey() ? entry.getRawKey() : entry.getKeyBytes(),
                        entry.getValuesList().stream().map(ClusterScan::bytes).toList()))
                .toList();
    }

    private static ByteString bytes(Value value) {
        return value.hasRawValue() ? value.getRawValue() : value.getValueBytes();
    }
}
