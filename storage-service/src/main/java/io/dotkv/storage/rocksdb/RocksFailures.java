package io.dotkv.storage.rocksdb;

import io.dotkv.storage.engine.DamagedDataException;
import io.dotkv.storage.engine.EngineException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/** Turns what RocksDB throws into the engine's exceptions, damage apart from failure, each with a sentence. */
final class RocksFailures {
    private RocksFailures() {}

    static Status.@Nullable Code codeOf(RocksDBException e) {
        Status status = e.getStatus();
        return status == null ? null : status.getCode();
    }

    static EngineException of(String what, RocksDBException e) {
        String sentence = what + ": " + e.getMessage();
        return codeOf(e) == Status.Code.Corruption
                ? new DamagedDataException(sentence, e)
                : new EngineException(sentence, e);
    }

    static EngineException ofOpening(Path directory, Exception e) {
        String what = "cannot open the data in " + directory;
        String why = String.valueOf(e.getMessage()).replaceAll("[. ]+$", "");
        if (e instanceof RocksDBException rocks && codeOf(rocks) == Status.Code.Corruption) {
            return new DamagedDataException(
                    what + ", its files are damaged: " + why
                            + ". Move that folder away; the node then fills an empty one from its peers",
                    e);
        }
        return new EngineException(
                isLocked(why, directory)
                        ? what + ", another process uses it: " + why + ". Stop that process or choose another folder"
                        : what + ": " + why,
                e);
    }

    /** RocksDB has no code for a lock that is held; it says so in words, among which is also the path. */
    private static boolean isLocked(String why, Path directory) {
        String withoutPath = why.replace(directory.toString(), "");
        return withoutPath.contains("lock hold by current process")
                || (withoutPath.contains("While lock file") && withoutPath.contains("temporarily unavailable"));
    }
}
