package io.dotkv.launcher.cli.option;

import com.google.protobuf.ByteString;
import io.dotkv.launcher.cli.format.DisplayText;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The key of a command: text, or bytes written as hexadecimal or base64. */
public final class KeyArgument {
    @Parameters(index = "0", paramLabel = "KEY", description = "The key, as text unless --raw-key is given.")
    private String key = "";

    @Mixin
    private KeyForm writing = new KeyForm();

    /** The key's bytes. */
    public ByteString bytes() {
        return writing.bytes(key);
    }

    /** The key as it was written, shown on one line. */
    @Override
    public String toString() {
        return DisplayText.line(key);
    }
}
