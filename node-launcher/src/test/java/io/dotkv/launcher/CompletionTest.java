package io.dotkv.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What bash offers at the end of a line, by the script that {@code dotkv completion bash} prints. */
class CompletionTest {
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
        Process bash = new ProcessBuilder("bash", script.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(bash.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(said.strip()).isEqualTo(offered);
    }
}
