package io.dotkv.kernel.testkit;

import io.dotkv.kernel.ports.RandomSource;
import io.dotkv.kernel.ports.SeededRandom;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Runs a random test on many seeds. The seeds are 1, 2, 3 and so on, so that a build gives the same answer every time;
 * before them come those that failed once, from the resource {@code seeds/<test class>.txt}, whose lines are the name
 * of a test method, a seed and a reason.
 *
 * <p>The failure names the seed and the command that replays it. System properties: {@code dotkv.seed} runs one seed
 * alone, {@code dotkv.seeds} multiplies the number of seeds for a long run.
 */
public final class Seeds {
    private Seeds() {}

    /** A test of whatever the randomness gives. */
    @FunctionalInterface
    public interface Body {
        void run(RandomSource random) throws Exception;
    }

    /** Runs the body once for each of so many seeds; to be called by a test method itself. */
    public static void run(int count, Body body) {
        StackWalker.StackFrame test = StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE)
                .walk(frames -> frames.skip(1).findFirst().orElseThrow());
        for (long seed : seedsOf(test, count)) {
            try {
                body.run(new SeededRandom(seed));
            } catch (Exception | AssertionError e) {
                throw new AssertionError(
                        "Seed " + seed + " failed: " + e.getMessage() + "\nReplay it by: " + replay(test, seed), e);
            }
        }
    }

    private static List<Long> seedsOf(StackWalker.StackFrame test, int count) {
        Long only = Long.getLong("dotkv.seed");
        if (only != null) {
            return List.of(only);
        }
        List<Long> seeds = new ArrayList<>(seedsThatFailedOnce(test.getDeclaringClass(), test.getMethodName()));
        LongStream.rangeClosed(1, count * Long.getLong("dotkv.seeds", 1)).forEach(seeds::add);
        return seeds;
    }

    private static List<Long> seedsThatFailedOnce(Class<?> test, String method) {
        try (InputStream stream = test.getResourceAsStream("/seeds/" + test.getSimpleName() + ".txt")) {
            if (stream == null) {
                return List.of();
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.split(" ", 3))
                    .filter(words -> words[0].equals(method))
                    .map(words -> Long.valueOf(words[1]))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String replay(StackWalker.StackFrame test, long seed) {
        return "mvn verify -pl " + moduleOf(test.getDeclaringClass()) + " -am -Dsurefire.failIfNoSpecifiedTests=false"
                + " -Dtest=" + test.getDeclaringClass().getSimpleName() + "#" + test.getMethodName() + " -Ddotkv.seed="
                + seed;
    }

    /** The module's folder: classes of tests are in its target/test-classes. */
    private static String moduleOf(Class<?> test) {
        Path classes =
                Path.of(test.getProtectionDomain().getCodeSource().getLocation().getPath());
        return classes.getNameCount() < 3
                ? "."
                : classes.getName(classes.getNameCount() - 3).toString();
    }
}
