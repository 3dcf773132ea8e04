package io.dotkv.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Arguments as a shell gives them to a process of its own, where Java decodes them before the program begins. The lines
 * for the shell are ASCII: this process would write them by its own locale.
 */
@Tag("integration")
@EnabledOnOs(OS.LINUX)
class ProcessArgumentsTest {
    private final FakeCluster cluster = new FakeCluster(1);

    @TempDir
    private Path folder;

    @AfterEach
    void stop() {
        cluster.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"LC_ALL=C", "LANG=xx_YY.UTF-8", "LC_CTYPE=UTF-8", "LC_ALL=C.UTF-8"})
    void theKeyThatWasTypedIsStoredUnderEveryLocale(String locale) throws Exception {
        assertEnds(0, locale, "$DOTKV put -t 50s \"$(printf 'k\\303\\244se')\" \"$(printf 'gr\\303\\274n')\"");
        assertThat(Run.of("get", "käse", "-o", "raw", "--endpoint=" + cluster.endpoints())
                        .out())
                .isEqualTo("grün");
    }

    @Test
    void aKeyOrValueThatIsNotUtf8IsRefusedBeforeAnythingIsStored() throws Exception {
        assertEnds(2, "LC_ALL=C.UTF-8", "$DOTKV put -t 50s \"$(printf 'k\\344')\" one");
        assertThat(said()).startsWith("dotkv: argument 4, k\\xe4, is not UTF-8.");
        assertEnds(2, "LC_ALL=C.UTF-8", "$DOTKV put -t 50s k \"$(printf 'v\\377')\"");
        assertThat(Run.of("dump", "--endpoint=" + cluster.endpoints()).out()).isEmpty();
    }

    @Test
    void whatBeginsWithAtIsTakenAsItIs() throws Exception {
        Files.writeString(folder.resolve("ann"), "--consistency all injected");
        for (String put : List.of("@ann @ann", "@@ann @@ann", "@nobody @nobody", "-- @last @ann")) {
            assertEnds(0, "LC_ALL=C", "$DOTKV put -t 50s " + put);
        }
        assertThat(Run.of("dump", "--format=tsv", "--endpoint=" + cluster.endpoints())
                        .out())
                .isEqualTo("@@ann\t@@ann\n@ann\t@ann\n@last\t@ann\n@nobody\t@nobody\n");
    }

    @Test
    void aNodeTakesItsOptionsFromFiles() throws Exception {
        Files.writeString(folder.resolve("options"), "--nope");
        assertEnds(2, "LC_ALL=C", "$DOTKV node @options");
        assertThat(said()).startsWith("dotkv: there is no option --nope");
    }

    private void assertEnds(int exitCode, String locale, String line) throws Exception {
        int ended = shell(locale, line);
        assertThat(ended).as(said()).isEqualTo(exitCode);
    }

    /** Runs a line in a shell in the folder, under this locale alone; its exit code. */
    private int shell(String locale, String line) throws Exception {
        ProcessBuilder shell = new ProcessBuilder("sh", "-c", line.replace("$DOTKV", program()))
                .directory(folder.toFile())
                .redirectInput(new File("/dev/null"))
                .redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile());
        Map<String, String> environment = shell.environment();
        environment.keySet().removeIf(name -> name.startsWith("LC_") || name.equals("LANG"));
        environment.put(locale.substring(0, locale.indexOf('=')), locale.substring(locale.indexOf('=') + 1));
        environment.put("DOTKV_ENDPOINT", cluster.endpoints());
        Process process = shell.start();
        assertThat(process.waitFor(300, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private static String program() {
        return Path.of(System.getProperty("java.home"), "bin", "java")
                + " --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -XX:TieredStopAtLevel=1 -cp '"
                + System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))
                + "' io.dotkv.launcher.Dotkv";
    }

    private String said() throws Exception {
        return Files.readString(folder.resolve("err"), StandardCharsets.UTF_8);
    }
}
