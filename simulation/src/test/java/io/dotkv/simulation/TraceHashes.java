package io.dotkv.simulation;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;

/** Prints the hashes of some traces: the same in every process, whatever its objects' identities and its salts are. */
final class TraceHashes {
    private static final long SEEDS = 6;

    private TraceHashes() {}

    public static void main(String[] arguments) {
        hashes().forEach(System.out::println);
    }

    static List<String> hashes() {
        return LongStream.rangeClosed(201, 200 + SEEDS)
                .mapToObj(seed -> Run.of(
                        seed,
                        seed % 2 == 0
                                ? RunOptions.defaults()
                                : RunOptions.defaults().withDataLoss()))
                .map(result -> result.seed() + " " + Long.toHexString(result.traceHash()))
                .toList();
    }

    /** The same from another Java virtual machine, in which all objects have one identity hash. */
    static List<String> ofAnotherProcess() throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UnlockExperimentalVMOptions",
                        "-XX:hashCode=2",
                        "-Xmx512m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        TraceHashes.class.getName())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
    }
}
