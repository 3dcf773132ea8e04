package io.dotkv.launcher.transfer;

import com.google.protobuf.ByteString;

/** Hears of a load as it goes on. Calls come from several threads, one at a time. */
public interface LoadWatcher {
    /** A line was not loaded, and will not be. */
    void failed(long lineNumber, ByteString line, String why);

    /** So many entries are loaded, and so many bytes of the input are read. Called often. */
    void progress(long loaded, long readBytes);
}
