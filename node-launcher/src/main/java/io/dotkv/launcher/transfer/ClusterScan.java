package io.dotkv.launcher.transfer;

import com.google.protobuf.ByteString;
import io.dotkv.launcher.client.CallFailed;
import io.dotkv.launcher.client.Channels;
import io.dotkv.launcher.client.Client;
import io.dotkv.proto.replication.v1.Consistency;
import io.dotkv.proto.replication.v1.Entry;
import io.dotkv.proto.replication.v1.Form;
import io.dotkv.proto.replication.v1.Presence;
import io.dotkv.proto.replication.v1.ReadRequest;
import io.dotkv.proto.replication.v1.ReadResponse;
import io.dotkv.proto.replication.v1.ReplicationServiceGrpc;
import io.dotkv.proto.replication.v1.ScanRequest;
import io.dotkv.proto.replication.v1.ScanResponse;
import io.dotkv.proto.replication.v1.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The entries of the whole cluster, through {@code ReplicationService.Scan}. */
public final class ClusterScan implements EntrySource {
    private final Client client;
    private final ScanRequest.Builder request;
    private boolean more = true;

    /** A scan of all keys with this prefix. A key that is larger than a page is read by itself. */
    public ClusterScan(Client client, Consistency consistency, ByteString prefix, int pageSize, int maxPageBytes) {
        this.client = client;
        this.request = ScanRequest.newBuilder()
                .setConsistency(consistency)
                .setForm(Form.RAW)
                .setWithContent(true)
                .setPageSize(pageSize)
                .setMaxAnswerBytes(maxPageBytes);
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
            entry(entry).ifPresent(entries::add);
        }
        return entries;
    }

    /** The entry; nothing when it was deleted since the page was read. */
    private Optional<DumpEntry> entry(Entry entry) throws CallFailed {
        ByteString key = entry.hasRawKey() ? entry.getRawKey() : entry.getKeyBytes();
        if (entry.hasContent()) {
            return Optional.of(new DumpEntry(key, entry.getContent()));
        }
        if (entry.getTypesCount() > 0 || entry.getLeftOutCount() > 0) {
            return read(key);
        }
        return Optional.of(DumpEntry.plain(
                key, entry.getValuesList().stream().map(ClusterScan::bytes).toList()));
    }

    /**
     * All that is under a key, of which the page did not tell all: it is too large for one, or the node is of an older
     * version.
     */
    private Optional<DumpEntry> read(ByteString key) throws CallFailed {
        ReadRequest read = ReadRequest.newBuilder()
                .setRawKey(key)
                .setConsistency(request.getConsistency())
                .setMaxAnswerBytes(Channels.MAX_ANSWER_BYTES)
                .build();
        ReadResponse answer = client.read(ReplicationServiceGrpc.getReadMethod(), read);
        return answer.getPresence() == Presence.FOUND
                ? Optional.of(new DumpEntry(key, answer.getContent()))
                : Optional.empty();
    }

    private static ByteString bytes(Value value) {
        return value.hasRawValue() ? value.getRawValue() : value.getValueBytes();
    }
}
