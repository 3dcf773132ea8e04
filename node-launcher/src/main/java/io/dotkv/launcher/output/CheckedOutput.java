package io.dotkv.launcher.output;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The stream on which a command writes its answer: buffered, in UTF-8. A write that fails throws {@link OutputLost},
 * where a plain {@link PrintStream} would go on as if nothing had happened; so does every write after it. What is still
 * in the buffer is written by {@link #flush}, which fails in the same way.
 *
 * <p>Threading: any thread, as of {@link PrintStream}.
 */
public final class CheckedOutput extends PrintStream {
    private static final int BUFFER_BYTES = 1 << 16;
    private static final int TYPE_OF_FILE = 0170000;
    private static final int PIPE = 0010000;
    private static final int SOCKET = 0140000;

    private final Sink sink;
    private final boolean ofProcess;
    private @Nullable FileLock lock;

    /** An output into this stream. */
    public CheckedOutput(OutputStream into) {
        this(new Sink(into), false);
    }

    private CheckedOutput(Sink sink, boolean ofProcess) {
        super(new BufferedOutputStream(sink, BUFFER_BYTES), false, StandardCharsets.UTF_8);
        this.sink = sink;
        this.ofProcess = ofProcess;
    }

    /** The standard output of this process. */
    public static CheckedOutput ofProcess() {
        return new CheckedOutput(new Sink(new FileOutputStream(FileDescriptor.out)), true);
    }

    /**
     * Locks the file that this process writes, until it ends, against loads that would read what is half written.
     * Answers false when another process reads or writes it so; true also where there is no file to lock.
     */
    public boolean lockFile() {
        if (!ofProcess) {
            return true;
        }
        try {
            lock = new FileOutputStream(FileDescriptor.out).getChannel().tryLock();
            return lock != null;
        } catch (IOException cannotBeLocked) {
            return true;
        }
    }

    /** Writes what is buffered, and closes the stream; {@link #lost} tells when that failed. */
    @Override
    public void close() {
        try {
            super.close();
        } catch (OutputLost told) {
            // The sink knows it.
        }
    }

    /** The first write that failed. */
    public Optional<OutputLost> lost() {
        return Optional.ofNullable(sink.lost);
    }

    /** Writes what is buffered, and answers the first write that failed instead of throwing it. */
    public Optional<OutputLost> flushed() {
        try {
            flush();
        } catch (OutputLost told) {
            // The sink knows it.
        }
        return lost();
    }

    /**
     * Whether this is the standard output of this process and a pipe or a socket. A write to one fails for one reason
     * only: nobody reads from it any more. The message of the failure would tell, too, but in the language of the
     * machine.
     */
    public boolean isPipe() {
        if (!ofProcess) {
            return false;
        }
        try {
            int type = (Integer) Files.getAttribute(Path.of("/dev/fd/1"), "unix:mode") & TYPE_OF_FILE;
            return type == PIPE || type == SOCKET;
        } catch (IOException | UnsupportedOperationException unknown) {
            return false;
        }
    }

    /** Remembers the first failure, and fails again at every later write. */
    private static final class Sink extends OutputStream {
        private final OutputStream into;
        private volatile @Nullable OutputLost lost;

        Sink(OutputStream into) {
            this.into = into;
        }

        @Override
        public void write(int one) {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            check();
            try {
                into.write(bytes, offset, length);
            } catch (IOException failure) {
                throw lose(failure);
            }
        }

        @Override
        public void flush() {
            check();
            try {
                into.flush();
            } catch (IOException failure) {
                throw lose(failure);
            }
        }

        private void check() {
            OutputLost before = lost;
            if (before != null) {
                throw before;
            }
        }

        private OutputLost lose(IOException failure) {
            OutputLost now = new OutputLost(failure);
            lost = now;
            return now;
        }
    }
}
