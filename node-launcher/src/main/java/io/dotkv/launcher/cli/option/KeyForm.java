package io.dotkv.launcher.cli.option;

import com.google.protobuf.ByteString;
import io.dotkv.launcher.cli.format.DisplayText;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The option that tells how a key is written: as text, or its bytes as hexadecimal or base64. */
public final class KeyForm {
    /** How the bytes of a key are written. */
    enum Writing {
        /** Hexadecimal. */
        HEX,
        /** Base64, with or without padding, of either alphabet. */
        BASE64;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final int MAX_BYTES = 4096;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command = CommandSpec.create();

    @Option(
            names = "--raw-key",
            paramLabel = "WRITING",
            description = "KEY is binary, encoded as: ${COMPLETION-CANDIDATES}.")
    private @Nullable Writing rawKey;

    public boolean isGiven() {
        return rawKey != null;
    }

    /** The bytes of a key that is written so. */
    public ByteString bytes(String key) {
        ByteString bytes = decoded(key);
        if (bytes.isEmpty() || bytes.size() > MAX_BYTES) {
            throw new ParameterException(
                    command.commandLine(), "KEY has " + bytes.size() + " bytes; a key has 1 to " + MAX_BYTES);
        }
        return bytes;
    }

    private ByteString decoded(String key) {
        try {
            return switch (rawKey) {
                case null -> ByteString.copyFromUtf8(key);
                case HEX -> ByteString.copyFrom(HexFormat.of().parseHex(key));
                case BASE64 ->
                    ByteString.copyFrom(
                            Base64.getDecoder().decode(key.replace('-', '+').replace('_', '/')));
            };
        } catch (IllegalArgumentException malformed) {
            throw new ParameterException(
                    command.commandLine(),
                    "KEY \"" + DisplayText.line(key) + "\" is not " + rawKey + ": " + malformed.getMessage());
        }
    }
}
