package io.dotkv.launcher.client;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a node listens. Written {@code host:port}, or {@code [v6-address]:port}. */
public record Endpoint(String host, int port) {
    private static final Pattern FORM = Pattern.compile("(?:\\[([0-9A-Fa-f:.]+)]|([^\\[\\]:\\s,/]+)):(\\d{1,5})");

    public Endpoint {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("a port is a number from 1 to 65535, not " + port);
        }
    }

    /** Reads one endpoint. */
    public static Endpoint parse(String text) {
        Matcher matcher = FORM.matcher(text.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException("\"" + text + "\" is not an endpoint; write host:port");
        }
        String host = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
        return new Endpoint(host, Integer.parseInt(matcher.group(3)));
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
        return host.indexOf(':') < 0 ? host + ":" + port : "[" + host + "]:" + port;
    }
}
