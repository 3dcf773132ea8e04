package io.dotkv.launcher.transfer;

import com.google.protobuf.ByteString;
import io.dotkv.launcher.client.CallFailed;
import io.dotkv.launcher.client.Client;
import io.dotkv.proto.storage.v1.KeyedRow;
import io.dotkv.proto.storage.v1.Leaf;
import io.dotkv.proto.storage.v1.Page;
import io.dotkv.proto.storage.v1.Refusal;
import io.dotkv.proto.storage.v1.ScanRequest;
import io.dotkv.proto.storage.v1.ScanResponse;
import io.dotkv.proto.storage.v1.StorageServiceGrpc;
import java.util.Comparator;
import java.util.List;

/** The entries that one node's own storage holds, through its {@code StorageService.Scan}; no other node is asked. */
public final class LocalScan implements EntrySource {
    private static final Comparator<Leaf> OLDEST_FIRST = Comparator.comparing(Leaf::getTime, Long::compareUnsigned)
            .thenComparing(leaf -> leaf.getDot().getNode(), Integer::compareUnsigned)
            .thenComparing(leaf -> leaf.getDot().getBoot(), Integer::compareUnsigned)
            .thenComparing(leaf -> leaf.getDot().getCounter(), Long::compareUnsigned);

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
    public List<Entry> nextPage() throws CallFailed {
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
        return page.getRowsList().stream()
                .filter(row -> row.getRow().getLeavesCount() > 0)
                .map(LocalScan::entry)
                .toList();
    }

    private static Entry entry(KeyedRow row) {
        return new Entry(
                row.getKey(),
                row.getRow().getLeavesList().stream()
                        .filter(leaf -> leaf.getPath().isEmpty())
                        .sorted(OLDEST_FIRST.reversed())
                        .map(Leaf::getPayload)
                        .toList());
    }
}
