package io.dotkv.launcher.transfer;

import io.dotkv.launcher.client.CallFailed;
import java.util.List;

/** Keys with what is under them, in byte order of the key, a page at a time. */
public interface EntrySource {
    /** The next page; it may be empty although others follow. */
    List<DumpEntry> nextPage() throws CallFailed;

    /** Whether another page follows. */
    boolean hasNext();
}
