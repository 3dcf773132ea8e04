package io.dotkv.launcher.cli.transfer;

import io.dotkv.launcher.cli.format.Console;
import io.dotkv.launcher.cli.format.FileErrors;
import io.dotkv.launcher.output.CheckedOutput;
import io.dotkv.launcher.transfer.SameFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The files of a load: its input, and the one for failed lines. They are never the same file, and while the input is
 * read no dump of this machine writes it: a dump locks the file that it writes, and a load shares a lock of the one
 * that it reads.
 */
final class LoadFiles {
    private static final Path STANDARD_INPUT = Path.of("-");

    private final Console console;
    private final Path input;
    private final @Nullable Path failed;

    LoadFiles(Console console, Path input, @Nullable Path failed) {
        this.console = console;
        this.input = input;
        this.failed = failed;
    }

    boolean isStandardInput() {
        return input.equals(STANDARD_INPUT);
    }

    /** Why the load must not begin, as half a sentence. Nothing is touched. */
    Optional<String> trouble() {
        Path read = isStandardInput() ? SameFile.STANDARD_INPUT : input;
        if (!isStandardInput()) {
            Optional<String> trouble = FileErrors.reading(input);
            if (trouble.isPresent()) {
                return trouble;
            }
        }
        if (SameFile.is(read, SameFile.STANDARD_OUTPUT)) {
            return Optional.of("the input is also the standard output, which would overwrite it");
        }
        if (failed == null) {
            return Optional.empty();
        }
        if (SameFile.is(failed, read)) {
            return Optional.of("--failed " + failed + " is the input itself, which would be emptied");
        }
        return SameFile.is(failed, SameFile.STANDARD_OUTPUT)
                ? Optional.of("--failed " + failed + " is also the standard output")
                : FileErrors.writing(failed);
    }

    /** How long the input is; 0 when that is not known. */
    long sizeBytes() throws IOException {
        return isStandardInput() ? 0 : Files.size(input);
    }

    /** The input; not when a dump that has not ended writes it. */
    InputStream open() throws IOException {
        if (isStandardInput()) {
            return console.in();
        }
        FileChannel channel = FileChannel.open(input, StandardOpenOption.READ);
        if (isBeingWritten(channel)) {
            channel.close();
            throw new IOException(input + " is being written by a dump; load it when that has ended");
        }
        return Channels.newInputStream(channel);
    }

    /** The lock is held until the channel is closed. Where files cannot be locked, nothing is known. */
    private static boolean isBeingWritten(FileChannel channel) {
        try {
            FileLock lock = channel.tryLock(0, Long.MAX_VALUE, true);
            return lock == null;
        } catch (IOException cannotBeLocked) {
            return false;
        }
    }

    /** Where failed lines go, when they are to be kept. */
    Optional<CheckedOutput> openFailed() throws IOException {
        if (failed == null) {
            return Optional.empty();
        }
        OutputStream file = Files.newOutputStream(failed);
        return Optional.of(new CheckedOutput(file));
    }
}
