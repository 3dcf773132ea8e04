package io.dotkv.simulation;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The seeds that failed once. They run before all others, for ever: the resource {@code seeds.txt} has a line for each,
 * with {@code no-loss} or {@code data-loss}, the seed, and what it found.
 */
public final class KnownSeeds {
    private KnownSeeds() {}

    /** A seed that failed once, under the options that it failed with. */
    public record Known(long seed, boolean dataLoss, String found) {
        public RunOptions options() {
            return dataLoss ? RunOptions.defaults().withDataLoss() : RunOptions.defaults();
        }
    }

    public static List<Known> all() {
        try (InputStream stream = KnownSeeds.class.getResourceAsStream("seeds.txt")) {
            if (stream == null) {
                throw new IllegalStateException("the seeds that failed once are not there");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(KnownSeeds::known)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Known known(String line) {
        String[] words = line.split(" ", 3);
        return new Known(Long.parseLong(words[1]), words[0].equals("data-loss"), words[2]);
    }
}
