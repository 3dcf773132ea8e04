package io.dotkv.kernel.system;

import io.dotkv.kernel.ByteReader;
import io.dotkv.kernel.ByteWriter;
import io.dotkv.kernel.MalformedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * A small file that holds one value and is replaced as a whole: after a crash at any instruction it holds the value before
 * or the value after. What it holds is framed by a magic number, the version of the content's format and a checksum, so
 * that a damaged file is an error and never taken for an empty or an older one.
 *
 * <p>The new content goes to a file beside it, is synced, renamed over the old one, and the folder is synced. One thread
 * at a time.
 */
public final class DurableFile {
    private static final int MAGIC = 0x444b5646;
    private static final int MAX_BYTES = 64 * 1024 * 1024;

    private final Path path;
    private final int formatVersion;

    /**
     * @param path the file; its folder is made when missing
     * @param formatVersion the version of the content's format that this program reads and writes
     */
    public DurableFile(Path path, int formatVersion) {
        this.path = path;
        this.formatVersion = formatVersion;
    }

    /**
     * The content, or empty when the file was never written.
     *
     * @throws IOException when it cannot be read, is damaged, or is of another version; says what to do
     */
    public Optional<byte[]> read() throws IOException {
        if (Files.notExists(path)) {
            return Optional.empty();
        }
        if (Files.size(path) > MAX_BYTES) {
            throw damaged("it has " + Files.size(path) + " bytes, more than was ever written");
        }
        try {
            ByteReader reader = ByteReader.checked(Files.readAllBytes(path));
            if (reader.readInt() != MAGIC) {
                throw damaged("it does not begin like one of ours");
            }
            int version = reader.readInt();
            if (version != formatVersion) {
                throw new IOException(
                        "The file " + path + " is of format " + version + ", and this program knows format "
                                + formatVersion + ". Start the version of DotKV that wrote it.");
            }
            return Optional.of(reader.readRaw(reader.remaining()));
        } catch (MalformedException e) {
            throw damaged(String.valueOf(e.getMessage()));
        }
    }

    /** What to throw when the content, once read, makes no sense. */
    public IOException damaged(String why) {
        return new IOException("The file " + path + " is damaged: " + why
                + ". Nothing was changed. Restore it from a copy, or move the node's whole data folder away to let the"
                + " node come back empty under its name.");
    }

    /** Replaces the content; it is on disk when this returns. */
    public void write(byte[] content) throws IOException {
        ByteWriter writer = new ByteWriter(content.length + 12);
        writer.writeInt(MAGIC);
        writer.writeInt(formatVersion);
        writer.writeRaw(content);
        writer.writeChecksum();
        Path folder = path.toAbsolutePath().getParent();
        Files.createDirectories(folder);
        Path fresh = path.resolveSibling(path.getFileName() + ".new");
        try (FileChannel channel = FileChannel.open(
                fresh, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer bytes = ByteBuffer.wrap(writer.toByteArray());
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel channel = FileChannel.open(folder)) {
            channel.force(true);
        }
    }
}
