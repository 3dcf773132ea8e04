package io.dotkv.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.ByteString;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("integration")
class LoadAndDumpTest {
    private final FakeCluster cluster = new FakeCluster(3);
    private final String all = "--endpoint=" + cluster.endpoints();

    @TempDir
    private Path folder = Path.of("");

    @AfterEach
    void stop() {
        cluster.close();
    }

    private Path file(String content) throws Exception {
        return Files.writeString(folder.resolve("input"), content);
    }

    private static String words(int count) {
        return IntStream.range(0, count)
                .mapToObj("word-%05d\tvalue of %<d\n"::formatted)
                .collect(Collectors.joining());
    }

    @ParameterizedTest
    @ValueSource(strings = {"stream", "unary"})
    void aFileComesBackLineForLine(String path) throws Exception {
        String words = words(5_000);
        Run load = Run.of("load", file(words).toString(), all, "--path", path);
        assertThat(load.exitCode()).as(load.err()).isZero();
        assertThat(load.out()).contains("5,000");
        Run dump = Run.of("dump", all, "--format=tsv", "--page-size=300");
        assertThat(dump.exitCode()).isZero();
        assertThat(dump.out()).isEqualTo(words);
    }

    @Test
    void aPageSizeThatCannotBeIsRefusedByTheNameOfItsOption() {
        for (String size : List.of("0", "-5", "10001")) {
            Run dump = Run.of("dump", all, "--page-size=" + size);
            assertThat(dump.exitCode()).isEqualTo(2);
            assertThat(dump.err()).contains("--page-size is 1 to 10000, not " + size);
        }
    }

    @Test
    void theOwnStorageOfOneNodeIsDumpedWithoutAskingOthers() throws Exception {
        String words = words(1_234);
        Run.of("load", file(words).toString(), all);
        cluster.node(1).failWith(Fault.UNAVAILABLE);
        Run dump = Run.of(
                "dump",
                "--local",
                "--format=tsv",
                "--page-size=100",
                "--endpoint",
                cluster.node(1).endpoint());
        assertThat(dump.out()).isEqualTo(words);
        assertThat(Run.of("dump", "--local", all).exitCode()).isEqualTo(2);
    }

    @Test
    void everyPairOfBytesSurvivesJsonLines() throws Exception {
        SplittableRandom random = new SplittableRandom(7);
        for (int index = 0; index < 300; index++) {
            byte[] key = new byte[1 + random.nextInt(12)];
            byte[] value = new byte[random.nextInt(40)];
            random.nextBytes(key);
            random.nextBytes(value);
            if (index % 3 == 0) {
                key = ("a\tb\n\"\\\u0000é😀" + index).getBytes(StandardCharsets.UTF_8);
            }
            cluster.store.put(io.dotkv.proto.replication.v1.PutRequest.newBuilder()
                    .setRawKey(ByteString.copyFrom(key))
                    .setRawValue(ByteString.copyFrom(value))
                    .setRequestId("r" + index)
                    .build());
        }
        Run dump = Run.of("dump", all);
        assertThat(dump.exitCode()).isZero();
        assertThat(dump.out().lines()).hasSize(cluster.store.size());
        try (FakeCluster copy = new FakeCluster(1)) {
            Run load = Run.withInput(dump.bytes(), "load", "-", "--endpoint", copy.endpoints());
            assertThat(load.exitCode()).as(load.err()).isZero();
            assertThat(Run.of("dump", "--endpoint", copy.endpoints()).bytes()).isEqualTo(dump.bytes());
        }
    }

    @Test
    void nothingIsEscapedForHtmlInADump() {
        Run.of("put", "<a> & 'b'", "x = \"y\"", all);
        assertThat(Run.of("dump", all).out()).isEqualTo("{\"key\":\"<a> & 'b'\",\"value\":\"x = \\\"y\\\"\"}\n");
    }

    @Test
    void linesAreTakenByteForByte() throws Exception {
        String lines = "\\t\t\\n\nk\r\tvalue\r\twith tabs\nkey\t\n{\"key\":1}\t x \n";
        Run load = Run.of("load", file(lines).toString(), all);
        assertThat(load.exitCode()).as(load.err()).isZero();
        assertThat(new TreeSet<>(
                        Arrays.asList(Run.of("dump", all, "--format=tsv").out().split("\n", -1))))
                .isEqualTo(new TreeSet<>(Arrays.asList(lines.split("\n", -1))));
    }

    @Test
    void theLastLineNeedsNoLineFeed() throws Exception {
        assertThat(Run.of("load", file("a\t1\nb\t2").toString(), all).exitCode())
                .isZero();
        assertThat(Run.of("dump", all, "--format=tsv").out()).isEqualTo("a\t1\nb\t2\n");
    }

    @Test
    void whatALineCannotHoldIsLeftOutAndReported() {
        Run.of("put", "a\tb", "v", all);
        Run.of("put", "c", "line\nbreak", all);
        Run.of("put", "d", "fine", all);
        Run.of("put", "e", "ends with \r", all);
        Run.of("put", "\ufeffkey", "begins like a mark", all);
        Run dump = Run.of("dump", all, "--format=tsv");
        assertThat(dump.exitCode()).isEqualTo(6);
        assertThat(dump.out()).isEqualTo("d\tfine\n");
        assertThat(dump.err()).contains("a\tb was skipped", "c was skipped", "4 entries skipped", "jsonl");
    }

    @Test
    void badLinesAreRefusedByNumberAndTheOthersLoaded() throws Exception {
        Run load = Run.of("load", file("a\t1\nno tab\nb\t2\n\n\tno key\n").toString(), all);
        assertThat(load.exitCode()).isEqualTo(6);
        assertThat(load.err()).contains("line 2 was not loaded: it has no tab", "line 4", "line 5", "its key is empty");
        assertThat(load.out()).containsPattern("loaded +2").containsPattern("bad lines +3");
    }

    @Test
    void badJsonLinesAreRefusedByNumber() throws Exception {
        String lines = "{\"key\":\"a\",\"value\":\"1\"}\nnot json\n{\"key\":\"b\"}\n{\"value\":\"x\"}\n"
                + "{\"key\":\"c\",\"value\":\"1\",\"context\":\"x\"}\n{\"key\":\"d\",\"rawKey\":\"AA==\",\"value\":\"1\"}\n"
                + "{\"key\":\"\\ud800\",\"value\":\"half\"}\n{\"key\":\"e\",\"unknown\":1}\n";
        Run load = Run.of("load", file(lines).toString(), all, "--format=jsonl", "-o", "json");
        assertThat(load.exitCode()).isEqualTo(6);
        assertThat(load.out()).contains("\"loaded\":1,\"failed\":7,\"badLines\":7");
        assertThat(load.err())
                .contains(
                        "line 2 was not loaded: it is not JSON",
                        "line 3 was not loaded: it has no value",
                        "line 4 was not loaded: it has no key",
                        "line 5 was not loaded: it has \"context\"; only key",
                        "line 6 was not loaded: it has its key twice",
                        "line 7 was not loaded: its text has half",
                        "line 8 was not loaded: it has \"unknown\"")
                .doesNotContain("dotkv.replication", "Exception");
    }

    @Test
    void whatIsNearlyAJsonEntryIsRefusedInWords() throws Exception {
        String lines = "{\"key\":\"a\",\"value\":7}\n{\"key\":\"a\",\"val\n{\"key\":\"a\",\"rawValue\":\"?\"}\n"
                + "{\"key\":\"a\",\"value\":\"1\"} {}\n[\"key\"]\n\n";
        assertThat(Run.of("load", file(lines).toString(), all, "--format=jsonl").err())
                .contains(
                        "line 1 was not loaded: its value is not text: write it in quotes",
                        "line 2 was not loaded: it ",
                        "line 3 was not loaded: its rawValue is not base64",
                        "line 4 was not loaded: ",
                        "line 5 was not loaded: it is not JSON",
                        "line 6 was not loaded: it ")
                .doesNotContain("Exception", "column");
        assertThat(cluster.store.size()).isZero();
    }

    @Test
    void theEndOfTheNameOfAFileTellsItsFormatOrElseItsFirstLine() throws Exception {
        String line = "{\"key\":\"a\",\"value\":\"1\"}\n";
        Path named = Files.writeString(folder.resolve("entries.jsonl"), line);
        assertThat(Run.of("load", named.toString(), all).exitCode()).isZero();
        assertThat(Run.of("dump", all, "--format=tsv").out()).isEqualTo("a\t1\n");
        Path tsv = Files.writeString(folder.resolve("entries.tsv"), line);
        assertThat(Run.of("load", tsv.toString(), all).err()).contains("load it with --format jsonl");
    }

    @Test
    void ofSeveralEntriesWithOneKeyTheLastWins() throws Exception {
        String lines = IntStream.range(0, 2_000)
                .mapToObj(index -> "key-" + index % 7 + "\t" + index + "\n")
                .collect(Collectors.joining());
        assertThat(Run.of("load", file(lines).toString(), all).exitCode()).isZero();
        assertThat(Run.of("dump", all, "--format=tsv").out())
                .isEqualTo(
                        "key-0\t1995\nkey-1\t1996\nkey-2\t1997\nkey-3\t1998\nkey-4\t1999\nkey-5\t1993\nkey-6\t1994\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"stream", "unary"})
    void whatFailsIsTriedAgainAsTheSameWrite(String path) throws Exception {
        Set<ByteString> failedOnce = ConcurrentHashMap.newKeySet();
        for (int number = 1; number <= 3; number++) {
            cluster.node(number).replication.faults = key -> {
                if (Math.floorMod(key.hashCode(), 3) == 0 || !failedOnce.add(key)) {
                    return Fault.NONE;
                }
                return Math.floorMod(key.hashCode(), 3) == 1 ? Fault.UNAVAILABLE : Fault.APPLIED_BUT_UNKNOWN;
            };
        }
        String words = words(600);
        Run load = Run.of("load", file(words).toString(), all, "--path", path);
        assertThat(load.exitCode()).as(load.err()).isZero();
        assertThat(Run.of("dump", all, "--format=tsv").out()).isEqualTo(words);
        assertThat(cluster.store.events()).as("no write was made twice").isEqualTo(600);
    }

    @Test
    void aNodeThatDiesOnTheWayIsPassedOver() throws Exception {
        int[] puts = {0};
        cluster.node(2).replication.faults = key -> {
            if (puts[0]++ == 100) {
                Thread.ofVirtual().start(() -> cluster.kill(2));
            }
            return Fault.NONE;
        };
        String words = words(5_000);
        Run load = Run.of("load", file(words).toString(), all);
        assertThat(load.exitCode()).as(load.err()).isZero();
        assertThat(Run.of("dump", all, "--format=tsv").out()).isEqualTo(words);
    }

    @Test
    void aNodeThatStandsStillIsPassedOver() throws Exception {
        cluster.node(2).failWith(Fault.SILENT);
        String words = words(300);
        Run load = Run.of("load", file(words).toString(), all, "--timeout=300ms");
        assertThat(load.exitCode()).as(load.err()).isZero();
        assertThat(Run.of("dump", all, "--format=tsv").out()).isEqualTo(words);
    }

    @Test
    void whatIsRefusedFailsAtOnceAndIsKept() throws Exception {
        for (int number = 1; number <= 3; number++) {
            cluster.node(number).replication.faults =
                    key -> key.toStringUtf8().endsWith("7") ? Fault.INVALID : Fault.NONE;
        }
        Path failed = folder.resolve("failed");
        Run load = Run.of("load", file(words(20)).toString(), all, "--failed", failed.toString());
        assertThat(load.exitCode()).isEqualTo(6);
        assertThat(load.err()).contains("line 8", "line 18", "FAKE_INVALID_ARGUMENT: The value is too long.");
        assertThat(Files.readString(failed).lines())
                .containsExactlyInAnyOrder("word-00007\tvalue of 7", "word-00017\tvalue of 17");
    }

    @Test
    void aClusterThatTakesNothingIsGivenUpAfterThePatience() throws Exception {
        for (int number = 1; number <= 3; number++) {
            cluster.node(number).failWith(Fault.UNAVAILABLE);
        }
        Run load = Run.of("load", file(words(10_000)).toString(), all, "--patience=400ms", "--in-flight=8");
        assertThat(load.exitCode()).isEqualTo(4);
        assertThat(load.err())
                .contains("nothing was acknowledged for 0 s, gave up. The load is incomplete: continue with "
                        + "--from-line 1.");
    }

    @Test
    void aNodeWithoutAClusterIsWaitedFor() throws Exception {
        int[] calls = {0};
        String one = "--endpoint=" + cluster.node(1).endpoint();
        cluster.node(1).replication.faults = key -> calls[0]++ < 5 ? Fault.NO_CLUSTER : Fault.NONE;
        assertThat(Run.of("load", file("a\t1\n").toString(), one).exitCode()).isZero();
    }

    @Test
    void entriesThatMayHaveBeenAppliedEndWithFive() throws Exception {
        for (int number = 1; number <= 3; number++) {
            cluster.node(number).failWith(Fault.APPLIED_BUT_UNKNOWN);
        }
        Run load = Run.of("load", file("a\t1\n").toString(), all, "--patience=300ms");
        assertThat(load.exitCode()).isEqualTo(5);
        assertThat(load.out()).containsPattern("unknown +1");
    }

    @Test
    void ofConcurrentValuesTheNewestIsDumpedUnlessAllAreAskedFor() {
        String context = Run.of("put", "k", "old", all, "--output=raw").out().strip();
        Run.of("put", "k", "left", all, "--context", context);
        Run.of("put", "k", "right", all, "--context", context);
        String siblings = "{\"key\":\"k\",\"content\":{\"register\":{\"values\":[{\"rawValue\":\"cmlnaHQ=\"},"
                + "{\"rawValue\":\"bGVmdA==\"}]}}}\n";
        Run dump = Run.of("dump", all);
        assertThat(dump.exitCode()).isZero();
        assertThat(dump.out()).isEqualTo(siblings);
        Run newest = Run.of("dump", all, "--siblings=newest");
        assertThat(newest.exitCode()).as("it was asked for").isZero();
        assertThat(newest.out()).isEqualTo("{\"key\":\"k\",\"value\":\"right\"}\n");
        Run tsv = Run.of("dump", all, "--format=tsv");
        assertThat(tsv.exitCode()).as("it was not asked for").isEqualTo(6);
        assertThat(tsv.out()).isEqualTo("k\tright\n");
        assertThat(tsv.err()).contains("1 key has several values", "--format jsonl holds everything");
        Run each = Run.of("dump", all, "--format=tsv", "--siblings=all");
        assertThat(each.out()).as("the last of a file wins").isEqualTo("k\tleft\nk\tright\n");
        assertThat(Run.of("dump", "--local", "--endpoint", cluster.node(1).endpoint())
                        .out())
                .contains("{\"value\":\"right\"},{\"value\":\"left\"}");
    }

    @Test
    void valuesThatWereConcurrentAreLoadedSideBySideAlsoTheSecondTime() {
        String context = Run.of("put", "k", "old", all, "--output=raw").out().strip();
        Run.of("put", "k", "left", all, "--context", context);
        Run.of("put", "k", "right", all, "--context", context);
        Run dump = Run.of("dump", all);
        try (FakeCluster copy = new FakeCluster(1)) {
            for (int times = 0; times < 2; times++) {
                Run load = Run.withInput(dump.bytes(), "load", "-", "--endpoint", copy.endpoints());
                assertThat(load.exitCode()).as(load.err()).isZero();
                assertThat(Run.of("dump", "--endpoint", copy.endpoints()).bytes())
                        .isEqualTo(dump.bytes());
            }
        }
    }

    @Test
    void aDumpThatBreaksOffSaysSo() throws Exception {
        Run.of("load", file(words(10)).toString(), all);
        int[] pages = {0};
        String one = "--endpoint=" + cluster.node(1).endpoint();
        cluster.node(1).replication.faults = key -> pages[0]++ < 2 ? Fault.NONE : Fault.UNAVAILABLE;
        Run dump = Run.of("dump", one, "--page-size=3");
        assertThat(dump.exitCode()).isEqualTo(4);
        assertThat(dump.err()).contains("the dump is incomplete: it ended after 6 keys");
    }

    @Test
    void onlyKeysWithThePrefixAreDumped() throws Exception {
        Run.of("load", file("a:1\tx\nb:1\ty\nb:2\tz\n").toString(), all);
        assertThat(Run.of("dump", all, "--format=tsv", "--prefix", "b:").out()).isEqualTo("b:1\ty\nb:2\tz\n");
    }

    @Test
    void aFileThatIsNotThereIsAskedFor() {
        Run missing = Run.of("load", "/no/such/file", all);
        assertThat(missing.exitCode()).isEqualTo(2);
        assertThat(missing.err()).contains("/no/such/file does not exist");
        assertThat(Run.of("load", folder.toString(), all).err()).contains("is a folder, not a file");
        assertThat(Run.of("put", "k", "--file", folder.toString(), all).err()).contains("is a folder, not a file");
        assertThat(Run.of("load", "-", "--in-flight=0", all).exitCode()).isEqualTo(2);
    }

    @Test
    void aCarriageReturnBeforeALineFeedBelongsToTheLineBreak() throws Exception {
        Run load = Run.of("load", file("a\t1\r\nb\t\r\nc\tx\r\r\n").toString(), all);
        assertThat(load.exitCode()).as(load.err()).isZero();
        assertThat(Run.of("get", "a", "-o", "raw", all).out()).isEqualTo("1");
        assertThat(Run.of("get", "b", "-o", "raw", all).out()).isEmpty();
        assertThat(Run.of("get", "c", "-o", "raw", all).out()).isEqualTo("x\r");
        Path json = Files.writeString(folder.resolve("crlf.jsonl"), "{\"key\":\"d\",\"value\":\"1\"}\r\n");
        assertThat(Run.of("load", json.toString(), all).exitCode()).isZero();
        assertThat(Run.of("get", "d", "-o", "raw", all).out()).isEqualTo("1");
    }

    @Test
    void aDryRunChecksEveryLineAndLoadsNothing() throws Exception {
        Run load = Run.of("load", file("a\t1\nbad\nb\t2\n").toString(), all, "--dry-run");
        assertThat(load.exitCode()).isEqualTo(6);
        assertThat(load.err()).contains("line 2 was not loaded: it has no tab");
        assertThat(load.out()).containsPattern("good lines +2").containsPattern("bad lines +1");
        assertThat(cluster.store.size()).isZero();
    }

    @Test
    void aLoadGoesOnFromALine() throws Exception {
        Run load = Run.of("load", file("bad\nb\t2\nc\t3\n").toString(), all, "--from-line=3");
        assertThat(load.exitCode()).as(load.err()).isZero();
        assertThat(load.err()).contains("the lines before line 3 were skipped");
        assertThat(Run.of("dump", all, "--format=tsv").out()).isEqualTo("c\t3\n");
        assertThat(Run.of("load", "-", "--from-line=0", all).exitCode()).isEqualTo(2);
    }

    @Test
    void whatIsGivenUpIsLoadedFromTheLineThatIsToldWithoutALoss() throws Exception {
        String words = words(2_000);
        Path file = file(words);
        int[] puts = {0};
        for (int number = 1; number <= 3; number++) {
            cluster.node(number).replication.faults = _ -> puts[0]++ < 900 ? Fault.NONE : Fault.UNAVAILABLE;
        }
        Run first = Run.of("load", file.toString(), all, "--patience=300ms");
        assertThat(first.exitCode()).isEqualTo(4);
        Matcher line = Pattern.compile("--from-line ([0-9]+)").matcher(first.err());
        assertThat(line.find()).as(first.err()).isTrue();
        assertThat(Integer.parseInt(line.group(1))).isBetween(700, 902);
        for (int number = 1; number <= 3; number++) {
            cluster.node(number).failWith(Fault.NONE);
        }
        assertThat(Run.of("load", file.toString(), all, "--from-line", line.group(1))
                        .exitCode())
                .isZero();
        assertThat(Run.of("dump", all, "--format=tsv").out()).isEqualTo(words);
    }

    @Test
    void aByteOrderMarkIsNoPartOfTheFirstKey() throws Exception {
        assertThat(Run.of("load", file("\ufeffa\t1\nb\t2\n").toString(), all).exitCode())
                .isZero();
        assertThat(Run.of("dump", all, "--format=tsv").out()).isEqualTo("a\t1\nb\t2\n");
        String json = "\ufeff{\"key\":\"c\",\"value\":\"3\"}\n";
        assertThat(Run.withInput(ByteString.copyFromUtf8(json), "load", "-", all)
                        .exitCode())
                .isZero();
        assertThat(Run.of("get", "c", "-o", "raw", all).out()).isEqualTo("3");
    }

    @Test
    void gzipIsUnpackedAlsoWithSeveralMembersAndWhatIsCutOffIsTold() throws Exception {
        ByteString members = gzip("\ufeffa\t1\n").concat(gzip("b\t2\nc\t3\n"));
        assertThat(Run.withInput(members, "load", "-", all).exitCode()).isZero();
        assertThat(Run.of("dump", all, "--format=tsv").out()).isEqualTo("a\t1\nb\t2\nc\t3\n");
        ByteString half = gzip(words(5_000));
        Run cut = Run.withInput(half.substring(0, half.size() / 2), "load", "-", all);
        assertThat(cut.exitCode()).isEqualTo(7);
        assertThat(cut.err()).containsPattern("the input cannot be read any more: .*continue with --from-line [0-9]+");
    }

    private static ByteString gzip(String text) throws Exception {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return ByteString.copyFrom(packed.toByteArray());
    }

    @ParameterizedTest
    @CsvSource({
        "FFFE6100090031000A00, UTF-16",
        "FEFF006100090031000A, UTF-16",
        "6B00650079000900760061006C000A00, UTF-16",
        "006B0065007900090076000A, UTF-16",
        "28B52FFD0458410000, zstd -dc",
        "FD377A585A000004, xz -dc",
        "425A6839314159265359, bzip2 -dc",
        "504B0304140000000800, unzip -p"
    })
    void whatHoldsNoLinesIsRefusedBeforeAnythingIsStored(String bytes, String told) {
        Run load = Run.withInput(ByteString.copyFrom(HexFormat.of().parseHex(bytes)), "load", "-", all);
        assertThat(load.exitCode()).isEqualTo(6);
        assertThat(load.err()).contains(told, "Nothing was loaded");
        assertThat(cluster.store.size()).isZero();
    }

    @Test
    void theInputIsNeverEmptiedByItsOwnFailedLines() throws Exception {
        Path file = file(words(10));
        Path link = Files.createSymbolicLink(folder.resolve("link"), file);
        Path hard = Files.createLink(folder.resolve("hard"), file);
        for (Path same : List.of(file, link, hard, folder.resolve(".").resolve("input"))) {
            Run load = Run.of("load", file.toString(), "--failed", same.toString(), all);
            assertThat(load.exitCode()).isEqualTo(2);
            assertThat(load.err()).contains("is the input itself, which would be emptied");
        }
        assertThat(Files.readString(file)).isEqualTo(words(10));
        assertThat(cluster.store.size()).isZero();
    }

    @Test
    void failedLinesThatCannotBeKeptAreToldAndTheOthersLoaded() throws Exception {
        assumeTrue(Files.isWritable(Path.of("/dev/full")));
        String lines =
                IntStream.range(0, 3_000).mapToObj("bad line %d\n"::formatted).collect(Collectors.joining());
        Run load = Run.of("load", file(lines + words(300)).toString(), "--failed", "/dev/full", all);
        assertThat(load.exitCode()).isEqualTo(6);
        assertThat(load.err())
                .contains("the file for failed lines is not complete, it cannot be written: No space left on device")
                .doesNotContain("at io.dotkv");
        assertThat(cluster.store.size()).isEqualTo(300);
        Run few = Run.of("load", file("bad\n" + words(3)).toString(), "--failed", "/dev/full", all);
        assertThat(few.exitCode()).isEqualTo(6);
        assertThat(few.err()).contains("the file for failed lines is not complete");
    }
}
