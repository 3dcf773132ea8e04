package io.dotkv.launcher.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {
    @Test
    void endpointsAreSeparatedByCommas() {
        assertThat(Endpoint.parseAll("a:1, b.example:65535,[::1]:3001,a:1"))
                .containsExactly(new Endpoint("a", 1), new Endpoint("b.example", 65_535), new Endpoint("::1", 3001));
        assertThat(Endpoint.parse("[fe80::1]:7").toString()).isEqualTo("[fe80::1]:7");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "a:",
                ":1",
                "a:0",
                "a:65536",
                "a:b",
                "a:+1",
                "a:1,,b:2",
                "http://a:1",
                "a b:1",
                "a_b:1",
                "[::1]",
                "[::1",
                "[a]:1",
                "[::1::2]:1",
                "[1.2.3.4]:1",
                "1.2.3.400:1"
            })
    void anythingElseIsRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Endpoint.parseAll(text));
    }

    @Test
    void anIpv6AddressWithoutBracketsIsRefusedWithASentenceThatShowsThem() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Endpoint.parse("::1:3001"))
                .withMessage("'::1:3001' has too many colons; an IPv6 address stands in brackets: [::1]:3001");
    }

    @ParameterizedTest
    @ValueSource(strings = {"*:1", "0.0.0.0:1", "[::]:1", "[0:0:0:0:0:0:0:0]:1"})
    void aWildcardIsNoEndpoint(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Endpoint.parse(text))
                .withMessageContaining("means all addresses of a machine");
    }
}
