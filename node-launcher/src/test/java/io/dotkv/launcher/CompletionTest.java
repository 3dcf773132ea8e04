package io.dotkv.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What shells offer at the end of a line, by the scripts that {@code dotkv completion} prints. */
@Tag("integration")
class CompletionTest {
    private static final String LINES = """
            dotkv update cart:42                    | counter disable-wins-flag flag last-write map register remove-wins-set set
            dotkv update k remove-wins-set r        | remove reset
            dotkv update -c one k l                 | last-write
            dotkv update --field=a k co             | counter
            dotkv get k -c                          | all one quorum two
            dotkv get k --consistency=              | --consistency=all --consistency=one --consistency=quorum --consistency=two
            dotkv get k -e localhost:3001 -o j      | json
            dotkv get cluster --mo                  | --monotonic
            dotkv cluster st                        | status
            dotkv completion                        | bash fish zsh
            dotkv cou                               | count
            dotkv delete --pr                       | --prefix
            """;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "update cart:42 ''                 | counter set remove-wins-set flag disable-wins-flag register last-write map",
                "update k remove-wins-set r        | remove reset",
                "update -c one k l                 | last-write",
                "update --field = a k co           | counter",
                "get k -c ''                       | one two quorum all",
                "get k --consistency = ''          | one two quorum all",
                "get k -e localhost : 3001 -o j    | json",
                "cluster st                        | status",
                "completion ''                     | bash zsh fish",
                "cou                               | count",
                "delete --pr                       | --prefix"
            })
    void bashOffersWhatFitsAtTheEndOfTheLine(String words, String offered) throws Exception {
        Path script = Files.writeString(
                folder.resolve("completion"),
                Run.of("completion", "bash").out() + "COMP_WORDS=(dotkv " + words
                        + ")\nCOMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n_dotkv\necho \"${COMPREPLY[*]}\"\n");
        assertThat(said("bash", script.toString())).isEqualTo(offered);
    }

    /** A line ends with a space unless its last word is to be completed. */
    private static Stream<Arguments> lines() {
        Set<String> whole = Set.of("cart:42", "-c", "completion");
        return LINES.lines().map(line -> {
            String typed = line.substring(0, line.indexOf('|')).strip();
            boolean isWhole = whole.contains(typed.substring(typed.lastIndexOf(' ') + 1));
            return Arguments.of(
                    isWhole ? typed + " " : typed,
                    line.substring(line.indexOf('|') + 1).strip());
        });
    }

    /**
     * By the way that bashcompinit takes, which leaves what does not fit out at the end. An equals sign or a colon ends
     * no word.
     */
    @ParameterizedTest
    @MethodSource("lines")
    void zshOffersTheSame(String line, String offered) throws Exception {
        assumeInstalled("zsh");
        Path script = Files.writeString(
                folder.resolve("completion"),
                Run.of("completion", "zsh").out() + "COMP_WORDS=(" + line.stripTrailing()
                        + (line.endsWith(" ") ? " ''" : "") + ")\nCOMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n"
                        + "cur=${COMP_WORDS[-1]}\noffered=(${(f)\"$(compgen -F _dotkv -- \"$cur\")\"})\n"
                        + "print -rl -- ${(M)offered:#${cur}*} | sort\n");
        assertThat(said("zsh", "-f", script.toString())).isEqualTo(offered);
    }

    @ParameterizedTest
    @MethodSource("lines")
    void fishOffersTheSame(String line, String offered) throws Exception {
        assumeInstalled("fish");
        assertThat(fish(line)).isEqualTo(offered);
    }

    @Test
    void fishOffersFilesWhereAFileIsToBeNamed() throws Exception {
        assumeInstalled("fish");
        String file = Files.writeString(folder.resolve("lines.tsv"), "").toString();
        String begun = file.substring(0, file.length() - 3);
        assertThat(fish("dotkv load " + begun)).isEqualTo(file);
        assertThat(fish("dotkv load --failed " + begun)).isEqualTo(file);
        assertThat(fish("dotkv put k --file " + begun)).isEqualTo(file);
        assertThat(fish("dotkv get load " + begun)).isEmpty();
    }

    private String fish(String line) throws Exception {
        Path script = Files.writeString(
                folder.resolve("completion"),
                Run.of("completion", "fish").out() + "\ncomplete -C '" + line + "' | cut -f 1 | sort\n");
        return said("fish", "--no-config", script.toString());
    }

    private static void assumeInstalled(String shell) {
        assumeTrue(
                Stream.of(System.getenv("PATH").split(":", -1))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, shell))),
                shell + " is installed");
    }

    /** What a shell prints in the C locale, as words. */
    private String said(String... command) throws Exception {
        ProcessBuilder shell = new ProcessBuilder(command).redirectErrorStream(true);
        shell.environment().put("LC_ALL", "C");
        shell.environment().put("HOME", folder.toString());
        Process process = shell.start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return said.strip().replace("\n", " ");
    }
}
