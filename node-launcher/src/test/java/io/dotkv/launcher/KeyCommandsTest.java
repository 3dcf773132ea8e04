package io.dotkv.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.util.JsonFormat;
import io.dotkv.proto.replication.v1.GetResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("integration")
class KeyCommandsTest {
    private final FakeCluster cluster = new FakeCluster(1);
    private final String at = "--endpoint=" + cluster.endpoints();

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void whatWasPutIsThere() {
        Run put = Run.of("put", "cart:42", "3 apples", at);
        assertThat(put.exitCode()).isZero();
        assertThat(put.out()).contains("stored", "cart:42", "n1, n2", "seen:1");
        Run get = Run.of("get", "cart:42", at);
        assertThat(get.exitCode()).isZero();
        assertThat(get.out()).contains("3 apples", "seen:1");
        assertThat(get.err()).isEmpty();
    }

    @Test
    void aKeyThatIsNotThereEndsWithOne() {
        Run get = Run.of("get", "nothing", at);
        assertThat(get.exitCode()).isEqualTo(1);
        assertThat(get.err()).contains("nothing has no value");
    }

    @Test
    void aDeletedKeyIsNotThere() {
        Run.of("put", "k", "v", at);
        Run delete = Run.of("delete", "k", at);
        assertThat(delete.exitCode()).isZero();
        assertThat(delete.out()).contains("deleted", "1 value");
        assertThat(Run.of("get", "k", at).exitCode()).isEqualTo(1);
    }

    @Test
    void concurrentValuesAreAllShownWithOneContextAndEndWithThree() {
        String context = Run.of("put", "k", "old", at, "--output=raw").out().strip();
        assertThat(Run.of("put", "k", "left", at, "--context", context).exitCode())
                .isZero();
        assertThat(Run.of("put", "k", "right", at, "--context", context).exitCode())
                .isZero();

        Run get = Run.of("get", "k", at);
        assertThat(get.exitCode()).isEqualTo(3);
        assertThat(get.out()).contains("left", "right", "seen:3,2").doesNotContain("old");
        assertThat(get.err()).contains("2 concurrent values", "--context");

        Run merged = Run.of("put", "k", "both", at, "--context", "seen:3,2");
        assertThat(merged.out()).contains("2 values");
        assertThat(Run.of("get", "k", at).exitCode()).isZero();
    }

    @Test
    void anEmptyRequestIdIsRefusedAndNothingIsWritten() {
        Run put = Run.of("put", "unnamed", "v", at, "--request-id", "");
        assertThat(put.exitCode()).isEqualTo(2);
        assertThat(put.err()).contains("--request-id", "it is empty");
        assertThat(Run.of("get", "unnamed", at).exitCode()).isEqualTo(1);
    }

    @Test
    void anEmptyContextIsRefusedAndReplacesNothing() {
        Run.of("put", "k", "careful", at);
        Run put = Run.of("put", "k", "careless", at, "--context", "");
        assertThat(put.exitCode()).isEqualTo(2);
        assertThat(put.err()).contains("--context", "it is empty");
        Run delete = Run.of("delete", "k", at, "--context", " ");
        assertThat(delete.exitCode()).isEqualTo(2);
        assertThat(delete.err()).contains("--context", "it is empty");
        assertThat(Run.of("get", "k", at).out()).contains("careful");
    }

    @Test
    void jsonIsTheAnswerOfTheNode() throws Exception {
        Run.of("put", "k", "v", at);
        GetResponse.Builder answer = GetResponse.newBuilder();
        JsonFormat.parser().merge(Run.of("get", "k", at, "--output=json").out(), answer);
        assertThat(answer.getValues(0).getValue()).isEqualTo("v");
        assertThat(answer.getContext()).isEqualTo("seen:1");
    }

    @Test
    void rawOutputIsTheExactBytes() {
        ByteString value = ByteString.copyFrom(new byte[] {0, (byte) 0xff, '\n', '\r', 7});
        assertThat(Run.withInput(value, "put", "k", "-", at).exitCode()).isZero();
        Run get = Run.of("get", "k", at, "-o", "raw");
        assertThat(get.bytes()).isEqualTo(value);
        assertThat(get.exitCode()).isZero();
    }

    @Test
    void rawOutputOfSeveralValuesIsTheNewest() {
        String context = Run.of("put", "k", "old", at, "--output=raw").out().strip();
        Run.of("put", "k", "left", at, "--context", context);
        Run.of("put", "k", "right", at, "--context", context);
        Run get = Run.of("get", "k", at, "-o", "raw");
        assertThat(get.out()).isEqualTo("right");
        assertThat(get.exitCode()).isEqualTo(3);
    }

    @Test
    void aValueComesFromAFile(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("value"), "from a file\n");
        assertThat(Run.of("put", "k", "--file", file.toString(), at).exitCode()).isZero();
        assertThat(Run.of("get", "k", at, "-o", "raw").out()).isEqualTo("from a file\n");
    }

    @Test
    void aBinaryKeyIsWrittenAsHexOrBase64() {
        assertThat(Run.of("put", "00ff", "v", "--raw-key", "hex", at).exitCode())
                .isZero();
        assertThat(Run.of("get", "AP8=", "--raw-key=base64", at, "-o", "raw").out())
                .isEqualTo("v");
        assertThat(Run.of("get", "AP8", "--raw-key=base64", at, "-o", "raw").out())
                .isEqualTo("v");
        assertThat(Run.of("get", "xyz", "--raw-key=hex", at).exitCode()).isEqualTo(2);
    }

    @Test
    void aValueThatBeginsWithADashStandsAfterTwoDashes() {
        assertThat(Run.of("put", at, "--", "k", "-5").exitCode()).isZero();
        assertThat(Run.of("get", "k", at, "-o", "raw").out()).isEqualTo("-5");
    }

    @Test
    void aPutWithoutAValueOrWithTwoIsAskedFor() {
        assertThat(Run.of("put", "k", at).exitCode()).isEqualTo(2);
        Run two = Run.of("put", "k", "v", "--file", "f", at);
        assertThat(two.exitCode()).isEqualTo(2);
        assertThat(two.err()).contains("either VALUE, or --file FILE", "dotkv put --help");
    }

    @Test
    void aWrongCommandLineEndsWithTwo() {
        assertThat(Run.of("get").exitCode()).isEqualTo(2);
        assertThat(Run.of("gte", "k").exitCode()).isEqualTo(2);
        assertThat(Run.of().exitCode()).isEqualTo(2);
        assertThat(Run.of("cluster").exitCode()).isEqualTo(2);
        assertThat(Run.of("get", "k", "--endpoint", "nowhere").err()).contains("write host:port");
        assertThat(Run.of("get", "k", "--timeout", "5").err()).contains("5s");
        assertThat(Run.of("get", "k", "--consistency", "most").exitCode()).isEqualTo(2);
    }

    @Test
    void whatIsWrongWithACommandLineIsNamed() {
        assertThat(Run.of("get", "a", "b", "--nope").err()).contains("there is no option --nope");
        assertThat(Run.of("get", "a", "b").err()).contains("'b' is an extra argument");
        assertThat(Run.of("node", "@/no/such/options").err())
                .contains("the file of options /no/such/options does not exist");
        assertThat(Run.of("put", "", "v", at).err()).contains("KEY has 0 bytes; a key has 1 to 4096");
        assertThat(Run.of("get", "k".repeat(5000), at).err()).contains("KEY has 5000 bytes");
    }

    @Test
    void aNodeThatDoesNotAnswerAHealthCheckIsSaidInASentence() {
        Run nobody = Run.of("health", "-e", "localhost:9", "-t", "2s");
        assertThat(nobody.exitCode()).isEqualTo(4);
        assertThat(nobody.err()).isEqualTo("dotkv: nothing listens at localhost:9; is the node running?\n");
        assertThat(Run.of("health", at.replace(",", ""), "--timeout-ms", "2000").err())
                .contains("does not serve this rpc");
        assertThat(Run.of("health", "-e", "nowhere").exitCode()).isEqualTo(2);
    }

    @Test
    void theSameRequestIdIsTheSameWrite() {
        Run.of("put", "k", "v", at, "--request-id", "once");
        Run.of("put", "k", "v", at, "--request-id", "once");
        assertThat(cluster.store.events()).isEqualTo(1);
    }
}
