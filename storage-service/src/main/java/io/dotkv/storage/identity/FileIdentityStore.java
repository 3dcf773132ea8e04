package io.dotkv.storage.identity;

import io.dotkv.kernel.MalformedException;
import io.dotkv.storage.engine.EngineException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** An identity in a file, replaced as a whole: written beside, synced, renamed, and the folder synced. */
public final class FileIdentityStore implements IdentityStore {
    private final Path file;

    public FileIdentityStore(Path file) {
        this.file = file;
    }

    @Override
    public Optional<Identity> load() {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Identity.decode(Files.readAllBytes(file)));
        } catch (IOException | MalformedException e) {
            throw new EngineException(
                    "cannot read " + file + ": " + e.getMessage()
                            + ". It says whose data this is; without it the data cannot be"
                            + " used safely. Restore the file, or move the whole folder away to begin as an empty node",
                    e);
        }
    }

    @Override
    public void save(Identity identity) {
        Path written = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            try (FileChannel channel = FileChannel.open(
                    written,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap(identity.encode());
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            try (FileChannel folder = FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
                folder.force(true);
            }
        } catch (IOException e) {
            throw new EngineException("cannot write " + file + ": " + e.getMessage(), e);
        }
    }
}
