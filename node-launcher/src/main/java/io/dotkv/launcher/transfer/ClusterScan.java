package io.dotkv.launcher.transfer;

import com.google.protobuf.ByteString;
import io.dotkv.launcher.client.CallFailed;
import io.dotkv.launcher.client.Channels;
import io.dotkv.launcher.client.Client;
import io.dotkv.proto.replication.v1.Consistency;
import io.dotkv.proto.replication.v1.Entry;
import io.dotkv.proto.replication.v1.Form;
import io.dotkv.proto.replication.v1.ReplicationServiceGrpc;
import io.dotkv.proto.replication.v1.ScanRequest;
import io.dotkv.proto.replication.v1.ScanResponse;
import io.dotkv.proto.replication.v1.Value;
import java.util.ArrayList;
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
                .setWithContent(true)
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
    public List<DumpEntry> nextPage() throws CallFailed {
        ScanResponse page = client.read(ReplicationServiceGrpc.getScanMethod(), request.build());
        request.setPageToken(page.getNextPageToken());
        more = !page.getNextPageToken().isEmpty();
        List<DumpEntry> entries = new ArrayList<>(page.getEntriesCount());
        for (Entry entry : page.getEntriesList()) {
            entries.add(entry(entry));
        }
        return entries;
    }

    private DumpEntry entry(Entry entry) throws CallFailed {
        ByteString key = entry.hasRawKey() ? entry.getRawKey() : entry.getKeyBytes();
        if (entry.hasContent()) {
            return new DumpEntry(key, entry.getContent());
        }
        if (entry.getTypesCount() > 0 || entry.getLeftOutCount() > 0) {
            throw CallFailed.ofRefusal(
                    client.endpoints().getFirst(),
                    "CONTENT_MISSING",
                    "What is under the key " + key.toStringUtf8()
                            + " was not told: it is too large for one answer, or the node is of an older version.");
        }
        return DumpEntry.plain(
                key, entry.getValuesList().stream().map(ClusterScan::bytes).toList());
    }

    private static ByteString bytes(Value value) {
        return value.hasRawValue() ? value.getRawValue() : value.getValueBytes();
    }
}
