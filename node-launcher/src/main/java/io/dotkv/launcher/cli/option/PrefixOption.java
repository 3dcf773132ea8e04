package io.dotkv.launcher.cli.option;

import com.google.protobuf.ByteString;
import picocli.CommandLine.Option;

/** The option that selects keys by how they begin. */
public final class PrefixOption {
    @Option(names = "--prefix", paramLabel = "TEXT", defaultValue = "", description = "Only keys with this prefix.")
    private String prefix = "";

    public ByteString bytes() {
        return ByteString.copyFromUtf8(prefix);
    }
}
