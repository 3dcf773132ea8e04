package io.dotkv.launcher.node;

import java.net.URI;
import java.net.URISyntaxException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Where something listens.
 *
 * @param host a name or an address; an IPv6 address without brackets
 * @param port 0 to 65,535; 0 lets the system choose
 */
record HostPort(String host, int port) {
    /** The address of {@code host:port} or {@code [address]:port}. */
    static HostPort parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 1) {
            throw new IllegalArgumentException("'" + text + "' is not of the form host:port");
        }
        String host = text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        if (!isHostName(text.substring(0, colon))) {
            throw new IllegalArgumentException(
                    "'" + text + "' has no usable host: a name has letters, digits, hyphens and"
                            + " dots, and no underscore; an IPv6 address stands in brackets");
        }
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            if (port >= 0 && port <= 65_535) {
                return new HostPort(host, port);
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not of the form host:port: the port is not a number", e);
        }
        throw new IllegalArgumentException("'" + text + "' has no port from 0 to 65535");
    }

    /** Names that cannot stand in a URI are not taken by the transport, neither here nor at the other nodes. */
    private static boolean isHostName(String host) {
        try {
            return host.equals("*") || new URI("//" + host).getHost() != null;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    boolean isWildcard() {
        return host.equals("0.0.0.0") || host.equals("::") || host.equals("*");
    }

    @Override
    public String toString() {
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }

    /** Reads an option. */
    static final class Converter implements ITypeConverter<HostPort> {
        @Override
        public HostPort convert(String text) {
            try {
                return parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }
}
