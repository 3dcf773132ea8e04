package io.dotkv.kernel.system;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.encoding.ByteReader;
import io.dotkv.kernel.encoding.ByteWriter;
import io.dotkv.kernel.encoding.MalformedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A small file that holds one value and is replaced as a whole: after a crash at any instruction it holds the value
 * before or the value after. What it holds is framed by a magic number, the version of the content's format and a
 * checksum, so that a damaged file is an error and never taken for an empty or an older one.
 *
 * <p>The new content goes to a file beside it, is synced, renamed over the old one, and the folder is synced. It says
 * which file it was written to (its inode, and when that was made), so a file that was copied, for instance put back
 * from a backup, is told from the one that was written last. Nobody but the user who runs the program can read it. One
 * thread at a time.
 */
public final class DurableFile {
    private static final int MAGIC = 0x444b5647;
    private static final int FRAME_BYTES = 28;
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
     * What the file holds.
     *
     * @param isCopy whether this is not the file that was written last, but a copy of some file that was written once.
     *     Never so where the file system does not number its files
     */
    public record Content(Bytes bytes, boolean isCopy) {}

    /** The bytes of the {@link #content}. */
    public Optional<byte[]> read() throws IOException {
        return content().map(content -> content.bytes().array());
    }

    /**
     * The content, or empty when the file was never written.
     *
     * @throws IOException when it cannot be read, is damaged, or is of another version; says what to do
     */
    public Optional<Content> content() throws IOException {
        if (Files.notExists(path)) {
            return Optional.empty();
        }
        if (Files.size(path) > MAX_BYTES) {
            throw damaged("it has " + Files.size(path) + " bytes, more than this program writes");
        }
        try {
            ByteReader reader = ByteReader.checked(Files.readAllBytes(path));
            if (reader.readInt() != MAGIC) {
                throw damaged("it does not start with the expected magic bytes");
            }
            int version = reader.readInt();
            if (version != formatVersion) {
                throw new IOException(
                        "The file " + path + " is of format " + version + ", and this program knows format "
                                + formatVersion + ". Start the version of DotKV that wrote it.");
            }
            boolean isCopy = !new Birth(reader.readLong(), reader.readLong()).isOf(path);
            return Optional.of(new Content(Bytes.wrap(reader.readRaw(reader.remaining())), isCopy));
        } catch (MalformedException e) {
            throw damaged(String.valueOf(e.getMessage()));
        }
    }

    /**
     * Which file it is on its file system.
     *
     * @param number its inode; those of deleted files are used again; 0 where files have none
     * @param nanos when it was made, in nanoseconds since 1970; 0 where that is not known
     */
    private record Birth(long number, long nanos) {
        private static final FileTime LONG_AGO = FileTime.fromMillis(0);

        static Birth of(Path fresh) throws IOException {
            if (!hasNumbers(fresh)) {
                return new Birth(0, 0);
            }
            // Where the time is not known Java gives that of the last change instead.
            Files.setLastModifiedTime(fresh, LONG_AGO);
            FileTime made = madeAt(fresh);
            return new Birth(numberOf(fresh), made.equals(LONG_AGO) ? 0 : nanos(made));
        }

        boolean isOf(Path path) throws IOException {
            return number == 0
                    || !hasNumbers(path)
                    || (number == numberOf(path) && (nanos == 0 || nanos == nanos(madeAt(path))));
        }

        private static boolean hasNumbers(Path path) {
            return path.getFileSystem().supportedFileAttributeViews().contains("unix");
        }

        private static long numberOf(Path path) throws IOException {
            return ((Number) Files.getAttribute(path, "unix:ino")).longValue();
        }

        private static FileTime madeAt(Path path) throws IOException {
            return Files.readAttributes(path, BasicFileAttributes.class).creationTime();
        }

        private static long nanos(FileTime time) {
            return time.to(TimeUnit.NANOSECONDS);
        }
    }

    /** What to throw when the content, once read, makes no sense. */
    public IOException damaged(String why) {
        return new IOException("The file " + path + " is damaged: " + why
                + ". Nothing was changed. Do not restore an older copy of the file. Move the node's whole "
                + "data folder away, and the node starts empty under its name and is refilled.");
    }

    /** Replaces the content; it is on disk when this returns. */
    public void write(byte[] content) throws IOException {
        Path folder = Objects.requireNonNull(path.toAbsolutePath().getParent());
        PrivateFiles.createFolders(folder);
        Path fresh = path.resolveSibling(path.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        try (FileChannel channel = PrivateFiles.open(fresh)) {
            ByteWriter writer = new ByteWriter(content.length + FRAME_BYTES);
            writer.writeInt(MAGIC);
            writer.writeInt(formatVersion);
            Birth birth = Birth.of(fresh);
            writer.writeLong(birth.number);
            writer.writeLong(birth.nanos);
            writer.writeRaw(content);
            writer.writeChecksum();
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
