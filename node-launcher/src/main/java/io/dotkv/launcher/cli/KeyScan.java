package io.dotkv.launcher.cli;

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
import java.util.List;

/** The keys of the cluster that begin with a prefix, in byte order, page by page. */
final class KeyScan {
    static final int PAGE = 1000;

    private final Client client;
    private final ScanRequest.Builder request;
    private boolean more = true;

    KeyScan(Client client, Consistency level, ByteString prefix, Form form) {
        this.client = client;
        this.request = ScanRequest.newBuilder()
                .setConsistency(level)
                .setForm(form)
                .setPageSize(PAGE)
                .setMaxAnswerBytes(Channels.MAX_ANSWER_BYTES);
        if (!prefix.isEmpty()) {
            request.setRawPrefix(prefix);
        }
    }

    boolean hasNext() {
        return more;
    }

    List<Entry> next() throws CallFailed {
        ScanResponse page = client.read(ReplicationServiceGrpc.getScanMethod(), request.build());
        request.setPageToken(page.getNextPageToken());
        more = !page.getNextPageToken().isEmpty();
        return page.getEntriesList();
    }

    /** How many keys are left. */
    long count() throws CallFailed {
        long keys = 0;
        while (hasNext()) {
            keys += next().size();
        }
        return keys;
    }
}
