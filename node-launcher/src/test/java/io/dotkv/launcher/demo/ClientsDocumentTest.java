package io.dotkv.launcher.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What docs/clients.md shows is what CI runs. */
class ClientsDocumentTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern QUOTED =
            Pattern.compile("<!-- (docs/clients/\\S+) -->\\n```\\w+\\n(.*?)\\n```\\n", Pattern.DOTALL);

    private static String document() throws IOException {
        return Files.readString(ROOT.resolve("docs/clients.md"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"python/client.py", "node/client.js", "go/client.go", "java/Client.java"})
    void theProgramsThatCiRunsAreQuotedAsTheyAre(String file) throws IOException {
        String path = "docs/clients/" + file;
        assertThat(QUOTED.matcher(document())
                        .results()
                        .filter(quoted -> quoted.group(1).equals(path)))
                .singleElement()
                .extracting(quoted -> quoted.group(2) + "\n")
                .isEqualTo(Files.readString(ROOT.resolve(path)));
    }

    @Test
    void nothingElseIsQuoted() throws IOException {
        assertThat(QUOTED.matcher(document()).results().map(MatchResult::group)).hasSize(4);
    }
}
