package io.dotkv.launcher.client;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;

/**
 * A host and a port as people write them: {@code name:port}, {@code 192.0.2.1:port} or {@code [2001:db8::1]:port}.
 *
 * @param host a name or a literal address; an IPv6 address without its brackets
 * @param port 0 to 65,535
 */
public record Authority(String host, int port) {
    private static final int MAX_PORT = 65_535;

    /** Reads one; refuses anything else with a sentence. */
    public static Authority parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 1) {
            throw new IllegalArgumentException("'" + text + "' is not of the form host:port; write host:port");
        }
        return new Authority(host(text, text.substring(0, colon)), port(text, text.substring(colon + 1)));
    }

    private static String host(String text, String host) {
        if (host.equals("*")) {
            return host;
        }
        if (host.indexOf(':') >= 0 && !(host.startsWith("[") && host.endsWith("]"))) {
            throw new IllegalArgumentException(
                    "'" + text + "' has too many colons; an IPv6 address stands in brackets: [::1]:3001");
        }
        if (!isHost(host)) {
            throw new IllegalArgumentException(
                    "'" + text + "' has no usable host: a name has letters, digits, hyphens and"
                            + " dots, and no underscore; an IPv6 address stands in brackets");
        }
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    /** Names that cannot stand in a URI are not taken by the transport, neither here nor at the other nodes. */
    private static boolean isHost(String host) {
        try {
            return new URI("//" + host).getHost() != null;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static int port(String text, String port) {
        boolean digits = !port.isEmpty() && port.length() <= 5 && port.chars().allMatch(c -> c >= '0' && c <= '9');
        if (!digits) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not of the form host:port: the port is not a number; write host:port");
        }
        int number = Integer.parseInt(port);
        if (number > MAX_PORT) {
            throw new IllegalArgumentException("'" + text + "' has no port from 0 to " + MAX_PORT);
        }
        return number;
    }

    /** Whether the host stands for all addresses of a machine: one can listen there, but not connect to it. */
    public boolean isWildcard() {
        if (host.equals("*")) {
            return true;
        }
        try {
            return InetAddress.ofLiteral(host).isAnyLocalAddress();
        } catch (IllegalArgumentException aName) {
            return false;
        }
    }

    /** The same, when it can be connected to; refuses a wildcard and the port 0 with a sentence. */
    public Authority reachable() {
        if (isWildcard()) {
            throw new IllegalArgumentException(
                    "'" + this + "' means all addresses of a machine and cannot be connected to; name one of them");
        }
        if (port == 0) {
            throw new IllegalArgumentException("'" + this + "' has no port from 1 to " + MAX_PORT);
        }
        return this;
    }

    @Override
    public String toString() {
        return host.indexOf(':') < 0 ? host + ":" + port : "[" + host + "]:" + port;
    }
}
