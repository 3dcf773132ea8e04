package io.dotkv.kernel.system;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/**
 * Files and folders that nobody but the user who runs the program can read or write: folders 0700, files 0600. Where
 * the file system knows no such permissions, they are made as any other.
 */
public final class PrivateFiles {
    private static final Set<PosixFilePermission> FOR_OTHERS = EnumSet.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.GROUP_EXECUTE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE,
            PosixFilePermission.OTHERS_EXECUTE);

    private PrivateFiles() {}

    /** Makes a folder, and those above it, unless they are there. */
    public static void createFolders(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder, attributes(folder, "rwx------"));
        }
    }

    /** Opens a file to be written, and makes it when it is missing. */
    public static FileChannel open(Path file) throws IOException {
        return FileChannel.open(
                file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), attributes(file, "rw-------"));
    }

    /** Whether other users have a permission on a folder: without one they reach nothing that is in it. */
    public static boolean isOpenToOthers(Path folder) throws IOException {
        return hasPermissions(folder)
                && Files.getPosixFilePermissions(folder).stream().anyMatch(FOR_OTHERS::contains);
    }

    /**
     * Takes the permissions of everybody else away from a folder and all that is in it. What vanishes meanwhile is
     * passed over.
     *
     * @return from how many files and folders others lost permissions
     * @throws IOException when one belongs to another user, for instance
     */
    public static int tighten(Path folder) throws IOException {
        if (!hasPermissions(folder) || !Files.isDirectory(folder)) {
            return 0;
        }
        Tightening tightening = new Tightening();
        Files.walkFileTree(folder, tightening);
        return tightening.changed;
    }

    private static final class Tightening extends SimpleFileVisitor<Path> {
        private int changed;

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
            tighten(folder);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            if (attributes.isRegularFile()) {
                tighten(file);
            }
            return FileVisitResult.CONTINUE;
        }

        private void tighten(Path path) throws IOException {
            Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
            permissions.addAll(Files.getPosixFilePermissions(path));
            if (permissions.removeAll(FOR_OTHERS)) {
                Files.setPosixFilePermissions(path, permissions);
                changed++;
            }
        }
    }

    private static FileAttribute<?>[] attributes(Path path, String permissions) {
        return hasPermissions(path)
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    private static boolean hasPermissions(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
