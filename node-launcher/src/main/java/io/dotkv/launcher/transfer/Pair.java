package io.dotkv.launcher.transfer;

import com.google.protobuf.ByteString;

/** A key and one value, as they stand on a line. */
public record Pair(ByteString key, ByteString value) {}
