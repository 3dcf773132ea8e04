package io.dotkv.launcher.cli.format;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Optional;

/** What is wrong with a file, in words: Java's exceptions mostly say its name alone. */
public final class FileErrors {
    private FileErrors() {}

    /** Why a file cannot be read, as half a sentence; empty when it can. */
    public static Optional<String> reading(Path file) {
        if (Files.notExists(file)) {
            return Optional.of(file + " does not exist");
        }
        if (Files.isDirectory(file)) {
            return Optional.of(file + " is a folder, not a file");
        }
        return Files.isReadable(file) ? Optional.empty() : Optional.of(file + " cannot be read: permission denied");
    }

    /** Why a file cannot be written, as half a sentence; empty when it can, as far as can be seen without writing. */
    public static Optional<String> writing(Path file) {
        if (Files.isDirectory(file)) {
            return Optional.of(file + " is a folder, not a file");
        }
        Path folder = file.toAbsolutePath().getParent();
        if (Files.notExists(file) && folder != null && Files.notExists(folder)) {
            return Optional.of("the folder of " + file + " does not exist");
        }
        return Files.isWritable(Files.exists(file) || folder == null ? file : folder)
                ? Optional.empty()
                : Optional.of(file + " cannot be written: permission denied");
    }

    /** The words to add to the message of a failure behind which is one of a file; empty for any other. */
    public static String behind(Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof FileSystemException trouble) {
                return trouble.getReason() == null ? kind(trouble) : "";
            }
        }
        return "";
    }

    private static String kind(FileSystemException trouble) {
        return switch (trouble) {
            case NoSuchFileException _ -> " (no such file or folder, and none can be made there)";
            case AccessDeniedException _ -> " (permission denied)";
            case NotDirectoryException _ -> " (not a folder)";
            default -> " (" + trouble.getClass().getSimpleName() + ")";
        };
    }
}
