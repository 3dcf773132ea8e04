package io.dotkv.launcher.transfer;

import com.google.protobuf.ByteString;
import io.dotkv.kernel.Actor;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.HybridTime;
import io.dotkv.kernel.encoding.MalformedException;
import io.dotkv.kernel.types.Content;
import io.dotkv.launcher.client.CallFailed;
import io.dotkv.launcher.client.Client;
import io.dotkv.proto.storage.v1.Dot;
import io.dotkv.proto.storage.v1.KeyedRow;
import io.dotkv.proto.storage.v1.Leaf;
import io.dotkv.proto.storage.v1.Page;
import io.dotkv.proto.storage.v1.Refusal;
import io.dotkv.proto.storage.v1.ScanRequest;
import io.dotkv.proto.storage.v1.ScanResponse;
import io.dotkv.proto.storage.v1.StorageServiceGrpc;
import io.dotkv.replication.grpc.codec.ContentCodec;
import java.util.ArrayList;
import java.util.List;

/** The entries that one node's own storage holds, through its {@code StorageService.Scan}; no other node is asked. */
public final class LocalScan implements EntrySource {
    private final Client client;
    private final ScanRequest.Builder request;
    private boolean more = true;

    /** A scan of all keys with this prefix, through a client of that one node. */
    public LocalScan(Client client, ByteString prefix, int pageSize) {
        this.client = client;
        this.request = ScanRequest.newBuilder().setPrefix(prefix).setLimit(pageSize);
    }

    @Override
    public boolean hasNext() {
        return more;
    }

    @Override
    public List<DumpEntry> nextPage() throws CallFailed {
        ScanResponse response = client.read(StorageServiceGrpc.getScanMethod(), request.build());
        if (!response.hasPage()) {
            Refusal refusal = response.getRefusal();
            throw CallFailed.ofRefusal(
                    client.endpoints().getFirst(),
                    refusal.getReason().name(),
                    refusal.getReason() + ": " + refusal.getDetail());
        }
        Page page = response.getPage();
        more = !page.getLast() && page.getRowsCount() > 0;
        if (more) {
            request.setAfter(page.getRows(page.getRowsCount() - 1).getKey());
        }
        List<DumpEntry> entries = new ArrayList<>(page.getRowsCount());
        for (KeyedRow row : page.getRowsList()) {
            Content content = content(row);
            if (!content.isEmpty()) {
                entries.add(new DumpEntry(row.getKey(), ContentCodec.encode(content)));
            }
        }
        return entries;
    }

    private Content content(KeyedRow row) throws CallFailed {
        try {
            return Content.of(
                    row.getRow().getLeavesList().stream().map(LocalScan::leaf).toList());
        } catch (MalformedException unknownType) {
            throw CallFailed.ofRefusal(
                    client.endpoints().getFirst(),
                    "UNKNOWN_TYPE",
                    "The key " + row.getKey().toStringUtf8() + " holds what this program cannot read: "
                            + unknownType.getMessage());
        }
    }

    private static io.dotkv.kernel.Leaf leaf(Leaf leaf) {
        Dot dot = leaf.getDot();
        return new io.dotkv.kernel.Leaf(
                new io.dotkv.kernel.Dot(new Actor(dot.getNode(), dot.getBoot()), dot.getCounter()),
                Bytes.wrap(leaf.getPath().toByteArray()),
                new HybridTime(leaf.getTime()),
                Bytes.wrap(leaf.getPayload().toByteArray()));
    }
}
