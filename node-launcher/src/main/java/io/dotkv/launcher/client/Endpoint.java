package io.dotkv.launcher.client;

import java.util.Arrays;
import java.util.List;

/** Where a node is reached. Written as an {@link Authority} that is no wildcard. */
public record Endpoint(String host, int port) {
    public Endpoint {
        var _ = new Authority(host, port).reachable();
    }

    /** Reads one endpoint. */
    public static Endpoint parse(String text) {
        Authority authority = Authority.parse(text.strip());
        return new Endpoint(authority.host(), authority.port());
    }

    /** Reads endpoints separated by commas: at least one. */
    public static List<Endpoint> parseAll(String text) {
        return Arrays.stream(text.split(",", -1))
                .map(Endpoint::parse)
                .distinct()
                .toList();
    }

    @Override
    public String toString() {
        return new Authority(host, port).toString();
    }
}
