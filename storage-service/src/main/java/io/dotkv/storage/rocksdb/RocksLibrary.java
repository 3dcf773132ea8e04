package io.dotkv.storage.rocksdb;

import io.dotkv.kernel.system.PrivateFiles;
import io.dotkv.storage.engine.EngineException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import org.rocksdb.RocksDB;
import org.rocksdb.util.Environment;

/**
 * Loads RocksDB's native library from a folder in which it is unpacked once, and checked at each later start by the
 * size and the checksum that the jar has of it. RocksDB itself would unpack it into the temporary folder at every
 * start, and leave it there when the process is killed.
 *
 * <p>Where the folder allows no program to be executed, it is unpacked into the temporary folder, and deleted as soon
 * as it is loaded.
 */
final class RocksLibrary {
    private static final String IN_JAR = Environment.getJniLibraryFileName("rocksdb");

    /** The name that {@link RocksDB#loadLibrary(List)} looks for, which is not the one in the jar. */
    private static final String NAME = Environment.getJniLibraryFileName("rocksdbjni");

    private static boolean loaded;

    private RocksLibrary() {}

    /**
     * Loads it, unless this process has.
     *
     * @param folder where it is kept; made when missing
     * @throws EngineException when it can neither be loaded from there nor from the temporary folder; says what to do
     */
    static synchronized void load(Path folder) {
        if (loaded) {
            return;
        }
        try {
            loadFrom(kept(folder.toAbsolutePath()));
        } catch (IOException | UnsatisfiedLinkError inFolder) {
            try {
                loadFromTemporary();
            } catch (IOException | UnsatisfiedLinkError e) {
                throw new EngineException(
                        "cannot load the native library of RocksDB, neither from " + folder + " ("
                                + inFolder.getMessage()
                                + ") nor from the temporary folder (" + e.getMessage()
                                + "). One of them has to take 20 MB and allow programs to be executed. Another temporary folder is"
                                + " named by DOTKV_JAVA_OPTS=-Djava.io.tmpdir=FOLDER",
                        e);
            }
        }
        loaded = true;
    }

    private static void loadFrom(Path folder) {
        RocksDB.loadLibrary(List.of(folder.toString()));
    }

    private static void loadFromTemporary() throws IOException {
        Path temporary = Files.createTempDirectory("dotkv-");
        try {
            unpack(resource(), temporary.resolve(NAME));
            loadFrom(temporary);
        } finally {
            Files.deleteIfExists(temporary.resolve(NAME));
            Files.deleteIfExists(temporary);
        }
    }

    /** The folder with the library as the jar has it. */
    static Path kept(Path folder) throws IOException {
        Path library = folder.resolve(NAME);
        URLConnection resource = resource();
        if (!isIntact(library, resource)) {
            PrivateFiles.createFolders(folder);
            Path fresh = folder.resolve(NAME + "." + ProcessHandle.current().pid());
            try {
                unpack(resource, fresh);
                Files.move(fresh, library, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(fresh);
            }
        }
        return folder;
    }

    private static URLConnection resource() throws IOException {
        URL found = RocksDB.class.getClassLoader().getResource(IN_JAR);
        if (found == null) {
            throw new FileNotFoundException("RocksDB has no " + IN_JAR + " for this system");
        }
        return found.openConnection();
    }

    private static void unpack(URLConnection resource, Path file) throws IOException {
        try (InputStream content = resource.getInputStream()) {
            Files.copy(content, file, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static boolean isIntact(Path library, URLConnection resource) throws IOException {
        if (!Files.isRegularFile(library) || !(resource instanceof JarURLConnection jar)) {
            return false;
        }
        ZipEntry entry = jar.getJarEntry();
        if (Files.size(library) != entry.getSize()) {
            return false;
        }
        try (CheckedInputStream content = new CheckedInputStream(Files.newInputStream(library), new CRC32())) {
            byte[] buffer = new byte[1 << 16];
            while (content.read(buffer) >= 0) {
                // Read for its checksum.
            }
            return content.getChecksum().getValue() == entry.getCrc();
        }
    }
}
