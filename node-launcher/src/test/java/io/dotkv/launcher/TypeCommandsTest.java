package io.dotkv.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.JsonFormat;
import io.dotkv.proto.replication.v1.Content;
import io.dotkv.proto.replication.v1.CounterValue;
import io.dotkv.proto.replication.v1.MapValue;
import io.dotkv.proto.replication.v1.Presence;
import io.dotkv.proto.replication.v1.ReadResponse;
import io.dotkv.proto.replication.v1.SetValue;
import io.dotkv.proto.replication.v1.UpdateRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("integration")
class TypeCommandsTest {
    private final FakeCluster cluster = new FakeCluster(1);
    private final String at = "--endpoint=" + cluster.endpoints();

    @AfterEach
    void stop() {
        cluster.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    counter add 5                    | {"counter": {"add": 5}}
                    counter add                      | {"counter": {"add": 1}}
                    counter add -- -3                | {"counter": {"add": -3}}
                    counter reset                    | {"counter": {"reset": true}}
                    set add a b                      | {"set": {"add": ["a", "b"]}}
                    remove-wins-set remove a         | {"removeWinsSet": {"remove": ["a"]}}
                    flag enable                      | {"flag": {"enable": true}}
                    disable-wins-flag disable        | {"disableWinsFlag": {"disable": true}}
                    last-write put v                 | {"lastWrite": {"value": "v"}}
                    map remove f g                   | {"map": {"remove": ["f", "g"]}}
                    set clear --field f              | {"map": {"fields": {"f": {"set": {"clear": true}}}}}
                    register put v --field f --field g | {"map": {"fields": {"f": {"map": {"fields": {"g": {"register": {"value": "v"}}}}}}}}
                    """)
    void whatIsWrittenIsWhatIsSent(String words, String json) throws Exception {
        int dashes = words.indexOf("-- ");
        String command = "update k " + (dashes < 0 ? words : words.substring(0, dashes)) + " " + at + " --request-id=r "
                + (dashes < 0 ? "" : words.substring(dashes));
        Run run = Run.of(command.strip().split(" +"));
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).contains("updated", "k", "n1, n2");
        UpdateRequest.Builder expected = UpdateRequest.newBuilder();
        JsonFormat.parser().merge(json, expected);
        UpdateRequest sent = cluster.node(1).replication.lastUpdate;
        assertThat(sent.getRequestId()).isEqualTo("r");
        assertThat(sent.toBuilder()
                        .clearRawKey()
                        .clearRequestId()
                        .clearConsistency()
                        .build())
                .isEqualTo(expected.build());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    counter enable     | a counter takes add and reset, not enable
                    counter add five   | "five" is not a 64-bit integer
                    counter add 1 2    | counter add takes at most one value, not 2 values
                    set add            | set add takes values, not 0 values
                    flag enable now    | flag enable takes nothing, not 1 value
                    map put x          | a map takes remove and clear, not put
                    register put v     | the register of a key is its plain value
                    list add x         | TYPE is one of: counter, set
                    """)
    void whatDoesNotFitIsRefusedWithASentence(String words, String sentence) {
        Run run = Run.of(("update k " + words + " " + at).split(" +"));
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains(sentence);
    }

    @ParameterizedTest
    @CsvSource({"set, add, an element", "map, remove, a field"})
    void anEmptyNameIsRefusedBeforeAnythingIsSent(String type, String action, String what) {
        Run run = Run.of("update", "k", type, action, "", at);
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains(what + " has 0 bytes; it has 1 to 4096");
    }

    @Test
    void aReadShowsEachValueWithItsTypeAndFields() {
        Content inside = Content.newBuilder()
                .setCounter(CounterValue.newBuilder().setValue(7))
                .build();
        cluster.node(1).replication.content = ReadResponse.newBuilder()
                .setPresence(Presence.FOUND)
                .setContent(Content.newBuilder()
                        .setSet(SetValue.newBuilder().addElements("apples").addElements("pears"))
                        .setMap(MapValue.newBuilder().putFields("visits", inside)))
                .addAnsweredBy("n1")
                .build();
        Run run = Run.of("read", "cart", at);
        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .containsPattern("set +apples")
                .containsPattern("set +pears")
                .containsPattern("visits counter +7")
                .containsPattern("read from +n1");
        assertThat(Run.of("read", "cart", at, "--output=raw").out()).isEqualTo(String.format("apples%npears%n7%n"));
        assertThat(Run.of("read", "cart", at, "--output=json").out()).contains("\"value\": 7");
    }

    @Test
    void aKeyThatHasNothingEndsWithOne() {
        Run run = Run.of("read", "nothing", at);
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("nothing has nothing");
    }
}
