package io.dotkv.launcher.cli.option;

import com.google.protobuf.ByteString;
import io.dotkv.launcher.cli.format.FileErrors;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where the value of a put comes from: text on the command line, a file, or standard input. */
public final class ValueArgument {
    /** Above every limit a node can have. */
    private static final int MAX_BYTES = 32 << 20;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command = CommandSpec.create();

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description = "Read the value from this file.")
    private @Nullable Path file;

    public ByteString read(@Nullable String value, InputStream in) throws IOException {
        if ((value == null) == (file == null)) {
            throw wrong("give either VALUE, or --file FILE, or - to read the value from standard input");
        }
        if (file != null) {
            Optional<String> trouble = FileErrors.reading(file);
            if (trouble.isPresent()) {
                throw wrong("--file: " + trouble.get());
            }
            try (InputStream content = Files.newInputStream(file)) {
                return bounded(content);
            }
        }
        return "-".equals(value) ? bounded(in) : ByteString.copyFromUtf8(value);
    }

    private ByteString bounded(InputStream content) throws IOException {
        byte[] bytes = content.readNBytes(MAX_BYTES + 1);
        if (bytes.length > MAX_BYTES) {
            throw wrong("the value has more than " + MAX_BYTES + " bytes; no node takes that");
        }
        return ByteString.copyFrom(bytes);
    }

    private ParameterException wrong(String why) {
        return new ParameterException(command.commandLine(), why);
    }
}
