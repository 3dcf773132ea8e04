package io.dotkv.launcher.cli;

import com.google.protobuf.ByteString;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The key of a command: text, or bytes written as hexadecimal or base64. */
final class KeyArgument {
    @Parameters(index = "0", paramLabel = "KEY", description = "The key, as text unless --raw-key is given.")
    private String key = "";

    @Mixin
    private KeyWriting writing = new KeyWriting();

    /** The key's bytes. */
    ByteString bytes() {
        return writing.bytes(key);
    }

    /** The key as it was written, shown on one line. */
    @Override
    public String toString() {
        return Shown.line(key);
    }
}
