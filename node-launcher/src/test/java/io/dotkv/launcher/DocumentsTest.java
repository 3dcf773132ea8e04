package io.dotkv.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What documents name is there: types, files behind links, and targets of make. */
class DocumentsTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern DECLARED = Pattern.compile("\\b(?:class|record|interface|enum)\\s+([A-Z]\\w*)");
    private static final Pattern IN_PROTOS = Pattern.compile("\\b(?:message|service|rpc|enum)\\s+([A-Z]\\w*)");
    private static final Pattern FENCED = Pattern.compile("```.*?```", Pattern.DOTALL);
    private static final Pattern NAMED = Pattern.compile("`([A-Z][a-z]+[A-Z]\\w*)(?:[.#(][^`]*)?`");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:\\s]+)(?:#[^)\\s]*)?\\)");
    private static final Pattern MAKE = Pattern.compile("\\bmake ([a-z][a-z-]*)");
    private static final Pattern TARGET = Pattern.compile("(?m)^([a-z][a-z -]*):");

    /** Of gRPC, of the JDK, and of names that a document explains. */
    private static final Set<String> OF_OTHERS = Set.of(
            "BadRequest",
            "DeadlineExceeded",
            "ErrorInfo",
            "ManagedChannel",
            "NoDefects",
            "OutOfMemoryError",
            "RetryInfo",
            "ThreadMXBean",
            "TimeGoesOn");

    private static List<Path> files(Predicate<Path> which) {
        try (Stream<Path> all = Files.walk(ROOT)) {
            return all.filter(Files::isRegularFile)
                    .filter(path -> !ROOT.relativize(path).toString().contains("target/"))
                    .filter(path -> !ROOT.relativize(path).toString().startsWith("."))
                    .filter(which)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> documents() {
        return files(path -> path.toString().endsWith(".md"));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Set<String> all(Pattern pattern, String text) {
        Set<String> found = new TreeSet<>();
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
    }

    @Test
    void namedTypesExist() {
        Set<String> known = new TreeSet<>(OF_OTHERS);
        files(path -> path.toString().endsWith(".java")).forEach(file -> known.addAll(all(DECLARED, text(file))));
        files(path -> path.toString().endsWith(".proto")).forEach(file -> known.addAll(all(IN_PROTOS, text(file))));
        List<String> unknown = new ArrayList<>();
        for (Path document : documents()) {
            for (String name : all(NAMED, FENCED.matcher(text(document)).replaceAll(""))) {
                if (!known.contains(name)) {
                    unknown.add(name + " in " + ROOT.relativize(document));
                }
            }
        }
        assertThat(unknown).isEmpty();
    }

    @Test
    void linkedFilesExist() {
        List<String> broken = new ArrayList<>();
        for (Path document : documents()) {
            for (String link : all(LINK, FENCED.matcher(text(document)).replaceAll(""))) {
                if (!Files.exists(document.resolveSibling(link))) {
                    broken.add(link + " in " + ROOT.relativize(document));
                }
            }
        }
        assertThat(broken).isEmpty();
    }

    @Test
    void namedTargetsOfMakeExist() {
        Set<String> targets = new TreeSet<>();
        all(TARGET, text(ROOT.resolve("Makefile"))).forEach(line -> targets.addAll(List.of(line.split(" "))));
        List<String> unknown = new ArrayList<>();
        for (Path document : documents()) {
            for (String line : all(Pattern.compile("`([^`\\n]*)`"), text(document))) {
                all(MAKE, line).stream()
                        .filter(target -> !targets.contains(target))
                        .forEach(target -> unknown.add("make " + target + " in " + ROOT.relativize(document)));
            }
        }
        assertThat(unknown).isEmpty();
    }
}
