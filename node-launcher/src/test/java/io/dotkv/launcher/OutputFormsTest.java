package io.dotkv.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What programs read, and what people read on a terminal. */
@Tag("integration")
class OutputFormsTest {
    private final FakeCluster cluster = new FakeCluster(1);
    private final String at = "--endpoint=" + cluster.endpoints();

    @AfterEach
    void stop() {
        cluster.close();
    }

    private static JsonObject failure(Run run) {
        JsonObject failure = JsonParser.parseString(run.out()).getAsJsonObject().getAsJsonObject("failure");
        assertThat(failure.get("exitCode").getAsInt()).isEqualTo(run.exitCode());
        assertThat(run.err()).contains(failure.get("message").getAsString());
        return failure;
    }

    @Test
    void aFailedWriteIsJsonWithItsReasonOutcomeAndRequestId() {
        cluster.node(1).failWith(Fault.APPLIED_BUT_UNKNOWN);
        JsonObject unknown = failure(Run.of("put", "k", "v", at, "-o", "json", "--request-id", "mine"));
        assertThat(unknown.get("reason").getAsString()).isEqualTo("FAKE_DEADLINE_EXCEEDED");
        assertThat(unknown.get("outcome").getAsString()).isEqualTo("UNKNOWN");
        assertThat(unknown.get("requestId").getAsString()).isEqualTo("mine");
        assertThat(unknown.get("exitCode").getAsInt()).isEqualTo(5);
        cluster.node(1).failWith(Fault.UNAVAILABLE);
        JsonObject notApplied = failure(Run.of("update", "k", "counter", "add", at, "-o", "json"));
        assertThat(notApplied.get("outcome").getAsString()).isEqualTo("NOT_APPLIED");
        assertThat(notApplied.get("requestId").getAsString()).hasSize(36);
        assertThat(notApplied.get("exitCode").getAsInt()).isEqualTo(4);
    }

    @Test
    void aFailedReadAndAWrongCommandLineAreJsonToo() {
        cluster.node(1).failWith(Fault.NO_CLUSTER);
        assertThat(failure(Run.of("get", "k", at, "--output=json"))
                        .get("exitCode")
                        .getAsInt())
                .isEqualTo(6);
        for (List<String> form : List.of(List.of("-o", "json"), List.of("-ojson"), List.of("--output", "JSON"))) {
            Run wrong =
                    Run.of("get", "--nope", form.getFirst(), form.getLast().equals("-ojson") ? "k" : form.getLast());
            assertThat(failure(wrong).get("reason").getAsString()).isEqualTo("USAGE");
        }
        assertThat(Run.of("get", "--nope").out()).isEmpty();
    }

    @Test
    void numbersAreNumbersNamesAreOfOneStyleAndNothingIsEscapedForHtml() {
        JsonObject put = JsonParser.parseString(
                        Run.of("put", "k", "<a href='x'>&", at, "-o", "json").out())
                .getAsJsonObject();
        assertThat(put.get("replaced").getAsInt()).isZero();
        assertThat(put.has("acknowledgedBy")).isTrue();
        assertThat(Run.of("get", "k", at, "-o", "json").out()).contains("<a href='x'>&");
    }

    @Test
    void aLongValueIsCutOnATerminalAndSaysHowLongItIs() {
        String value = "é".repeat(5000);
        assertThat(Run.of("put", "k", value, at).exitCode()).isZero();
        assertThat(Run.atTerminal("", "get", "k", at).out())
                .contains("é".repeat(1000) + "… (10,000 bytes; --full shows all)")
                .doesNotContain("é".repeat(1001));
        assertThat(Run.atTerminal("", "get", "k", "--full", at).out()).contains(value);
        assertThat(Run.of("get", "k", at).out()).contains(value);
    }

    @Test
    void theDigitsAreTheSameUnderEveryLocale() {
        Locale before = Locale.getDefault();
        for (String locale : List.of("de-DE", "ar-EG-u-nu-arab", "th-TH-u-nu-thai")) {
            Locale.setDefault(Locale.forLanguageTag(locale));
            try {
                assertThat(String.format("%.1f", 0.5)).isNotEqualTo("0.5");
                assertThat(Run.of("cluster", "status", at).out()).contains("1.2 MB");
                assertThat(Run.of("put", "k", "v", at).out()).containsPattern("replaced  [01] value");
            } finally {
                Locale.setDefault(before);
            }
        }
    }
}
