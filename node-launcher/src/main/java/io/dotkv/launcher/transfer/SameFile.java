package io.dotkv.launcher.transfer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/**
 * Whether two paths are one file, whatever they are called: through links, or as the standard input or output of this
 * process. Only what keeps its bytes counts: a terminal or a pipe may well be both input and output.
 */
public final class SameFile {
    /** The standard input of this process, as a path. */
    public static final Path STANDARD_INPUT = Path.of("/dev/fd/0");

    /** The standard output of this process, as a path. */
    public static final Path STANDARD_OUTPUT = Path.of("/dev/fd/1");

    private SameFile() {}

    /** Whether both are the same regular file. */
    public static boolean is(Path one, Path other) {
        Optional<Object> key = key(one);
        return key.isPresent() && key.equals(key(other));
    }

    private static Optional<Object> key(Path path) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            return attributes.isRegularFile() ? Optional.ofNullable(attributes.fileKey()) : Optional.empty();
        } catch (IOException notThere) {
            return Optional.empty();
        }
    }
}
