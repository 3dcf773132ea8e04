package io.dotkv.launcher.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EscapedOutputTest {
    @Test
    void textPassesAsItIs() throws IOException {
        String text = "käse\tgrün\n€ 日本 👍🏽 \u200d â€ \u2028";
        assertThat(escaped(text)).isEqualTo(text);
    }

    @Test
    void whatATerminalObeysIsWrittenAsAnEscape() throws IOException {
        assertThat(escaped("\u001b[2J\u0007\r\u007f\u009b\u0085"))
                .isEqualTo("\\u001b[2J\\u0007\\u000d\\u007f\\u009b\\u0085");
        assertThat(escaped("\u202e\u2066a\u2069\u2060")).isEqualTo("\\u202e\\u2066a\\u2069\u2060");
    }

    @Test
    void itDoesNotMatterHowTheBytesAreCut() throws IOException {
        int[] points = {
            'a', '\n', 0x1B, 0x7F, 0x9B, 0xA0, 0xE9, 0x2014, 0x202A, 0x202F, 0x2065, 0x2066, 0x206A, 0x20AC, 0x1F44D
        };
        Random random = new Random(7);
        for (int round = 0; round < 1000; round++) {
            StringBuilder text = new StringBuilder();
            StringBuilder expected = new StringBuilder();
            for (int count = random.nextInt(20); count > 0; count--) {
                int point = points[random.nextInt(points.length)];
                text.appendCodePoint(point);
                if (isObeyed(point)) {
                    expected.append(String.format(Locale.ROOT, "\\u%04x", point));
                } else {
                    expected.appendCodePoint(point);
                }
            }
            byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
            ByteArrayOutputStream into = new ByteArrayOutputStream();
            try (EscapedOutput output = new EscapedOutput(into)) {
                for (int at = 0; at < bytes.length; ) {
                    int length = Math.min(bytes.length - at, 1 + random.nextInt(3));
                    output.write(bytes, at, length);
                    at += length;
                }
            }
            assertThat(into.toString(StandardCharsets.UTF_8)).isEqualTo(expected.toString());
        }
    }

    private static boolean isObeyed(int point) {
        return point == 0x1B || point == 0x7F || point == 0x9B || point == 0x202A || point == 0x2066;
    }

    private static String escaped(String text) throws IOException {
        ByteArrayOutputStream into = new ByteArrayOutputStream();
        try (EscapedOutput output = new EscapedOutput(into)) {
            output.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return into.toString(StandardCharsets.UTF_8);
    }
}
