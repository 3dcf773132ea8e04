package io.dotkv.launcher.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostPortTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost:3001",
                "n1.example:0",
                "127.0.0.1:3001",
                "0.0.0.0:3001",
                "[::1]:3001",
                "[::]:3001",
                "*:3001",
                "[fe80::1]:3001",
                "db-1:65535"
            })
    void whatTheTransportTakesIsTakenAndSaidAgainAsItWas(String text) {
        assertThat(HostPort.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"db_1:3001", "%zz:1", "::1:3001", "a b:1", "host", ":3001", "host:x", "host:65536"})
    void whatTheTransportWouldNotTakeIsRefusedWithASentence(String text) {
        assertThatThrownBy(() -> HostPort.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"*:1", "0.0.0.0:1", "[::]:1", "[0::0]:1"})
    void allAddressesAreWrittenInSeveralWays(String text) {
        assertThat(HostPort.parse(text).isWildcard()).isTrue();
        assertThat(HostPort.parse(text).socketAddress().getAddress().isAnyLocalAddress())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost:1", "127.0.0.1:1", "[::1]:1", "nowhere.invalid:1"})
    void oneAddressIsNotAll(String text) {
        assertThat(HostPort.parse(text).isWildcard()).isFalse();
    }
}
