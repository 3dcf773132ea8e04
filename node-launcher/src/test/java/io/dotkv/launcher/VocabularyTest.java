package io.dotkv.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The last word of a type's name is a word of the glossary, or a standard term that {@code standard-terms.txt} lists.
 */
class VocabularyTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern LAST_WORD = Pattern.compile("(?:[A-Z][a-z0-9]*|[A-Z]+)$");
    private static final Pattern GLOSSARY_ROW = Pattern.compile("(?m)^\\| ([^|]+) \\|");
    private static final Pattern WORD = Pattern.compile("[^ ,]+");

    private static String singular(String word) {
        return word.endsWith("s") && !word.endsWith("ss") ? word.substring(0, word.length() - 1) : word;
    }

    private static List<String> standardTerms() throws IOException {
        try (var in = Objects.requireNonNull(VocabularyTest.class.getResourceAsStream("standard-terms.txt"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }

    private static Set<String> glossary() throws IOException {
        Set<String> words = new TreeSet<>();
        Matcher rows = GLOSSARY_ROW.matcher(Files.readString(ROOT.resolve("docs/glossary.md")));
        while (rows.find()) {
            Matcher word = WORD.matcher(rows.group(1).toLowerCase(Locale.ROOT));
            while (word.find()) {
                words.add(singular(word.group()));
            }
        }
        return words;
    }

    /** Types of main code; invariants of the simulation are named by sentences. */
    private static List<String> types() throws IOException {
        try (Stream<Path> all = Files.walk(ROOT)) {
            return all.map(path -> ROOT.relativize(path).toString())
                    .filter(path -> path.matches("[a-z-]+/src/main/java/.*/[A-Z]\\w*\\.java"))
                    .filter(path -> !path.contains("/simulation/invariant/"))
                    .map(path -> path.substring(path.lastIndexOf('/') + 1, path.length() - ".java".length()))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void aTypeIsNamedByAKnownNoun() throws IOException {
        Set<String> known = glossary();
        known.addAll(standardTerms());
        List<String> unknown = new ArrayList<>();
        for (String type : types()) {
            Matcher word = LAST_WORD.matcher(type);
            assertThat(word.find()).as(type).isTrue();
            if (!known.contains(singular(word.group().toLowerCase(Locale.ROOT)))) {
                unknown.add(type);
            }
        }
        assertThat(unknown).isEmpty();
    }

    @Test
    void standardTermsAreSortedAndNotInTheGlossary() throws IOException {
        List<String> terms = standardTerms();
        assertThat(terms).isSorted().doesNotHaveDuplicates();
        assertThat(glossary()).doesNotContainAnyElementsOf(terms);
    }
}
