package io.dotkv.storage.identity;

import io.dotkv.kernel.encoding.MalformedException;
import io.dotkv.kernel.system.DurableFile;
import io.dotkv.storage.engine.EngineException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** An identity in a file that is replaced as a whole. */
public final class FileIdentityStore implements IdentityStore {
    private static final int FORMAT = 3;

    private final DurableFile file;

    private final boolean isAccepted;

    /** @param isAccepted whether somebody has said that there is no newer data than this, whatever it looks like */
    public FileIdentityStore(Path path, boolean isAccepted) {
        this.isAccepted = isAccepted;
        this.file = new DurableFile(path, FORMAT);
    }

    @Override
    public Optional<Identity> load() {
        try {
            Optional<byte[]> content = file.read();
            return content.isEmpty() ? Optional.empty() : Optional.of(decode(content.get()));
        } catch (IOException e) {
            throw new EngineException("cannot read the identity of the data. " + e.getMessage(), e);
        }
    }

    @Override
    public boolean isAccepted() {
        return isAccepted;
    }

    @Override
    public boolean isCopy() {
        try {
            return file.content().map(DurableFile.Content::isCopy).orElse(false);
        } catch (IOException e) {
            throw new EngineException("cannot read the identity of the data. " + e.getMessage(), e);
        }
    }

    private Identity decode(byte[] content) throws IOException {
        try {
            return Identity.decode(content);
        } catch (MalformedException e) {
            throw file.damaged(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void save(Identity identity) {
        try {
            file.write(identity.encode());
        } catch (IOException e) {
            throw new EngineException("cannot write the identity of the data: " + e.getMessage(), e);
        }
    }
}
