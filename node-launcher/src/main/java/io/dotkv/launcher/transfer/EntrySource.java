package io.dotkv.launcher.transfer;

import com.google.protobuf.ByteString;
import io.dotkv.launcher.client.CallFailed;
import java.util.List;

/** Keys with their values, in byte order of the key, a page at a time. */
public interface EntrySource {
    /** A key with its plain values, newest first; none when it has data types only. */
    record Entry(ByteString key, List<ByteString> values) {}

    /** The next page; it may be empty although others follow. */
    List<Entry> nextPage() throws CallFailed;

    /** Whether another page follows. */
    boolean hasNext();
}
