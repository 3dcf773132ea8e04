package io.dotkv.kernel.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS)
class PrivateFilesTest {
    @TempDir
    private Path folder;

    @Test
    void whatIsMadeIsForNobodyElse() throws IOException {
        Path made = folder.resolve("a/b");
        PrivateFiles.createFolders(made);
        PrivateFiles.createFolders(made);
        PrivateFiles.open(made.resolve("lock")).close();
        new DurableFile(made.resolve("c/value"), 1).write(new byte[] {1});
        assertThat(permissions("a")).isEqualTo("rwx------");
        assertThat(permissions("a/b")).isEqualTo("rwx------");
        assertThat(permissions("a/b/lock")).isEqualTo("rw-------");
        assertThat(permissions("a/b/c")).isEqualTo("rwx------");
        assertThat(permissions("a/b/c/value")).isEqualTo("rw-------");
    }

    @Test
    void whatOthersCouldReadIsTakenAwayFromThemAndTheOwnerKeepsWhatHeHad() throws IOException {
        Path data = Files.createDirectories(folder.resolve("data/inner"));
        Path program = Files.createFile(data.resolve("program"));
        Path value = Files.createFile(data.resolve("value"));
        set(folder.resolve("data"), "rwxr-xr-x");
        set(data, "rwxrwx---");
        set(program, "rwxr-xr-x");
        set(value, "rw-r--r--");
        assertThat(PrivateFiles.isOpenToOthers(folder.resolve("data"))).isTrue();
        assertThat(PrivateFiles.tighten(folder.resolve("data"))).isEqualTo(4);
        assertThat(PrivateFiles.isOpenToOthers(folder.resolve("data"))).isFalse();
        assertThat(permissions("data")).isEqualTo("rwx------");
        assertThat(permissions("data/inner")).isEqualTo("rwx------");
        assertThat(permissions("data/inner/program")).isEqualTo("rwx------");
        assertThat(permissions("data/inner/value")).isEqualTo("rw-------");
        assertThat(PrivateFiles.tighten(folder.resolve("data"))).isZero();
        assertThat(PrivateFiles.tighten(folder.resolve("nothing"))).isZero();
    }

    private static void set(Path path, String permissions) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }

    private String permissions(String name) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(name)));
    }
}
