package io.dotkv.launcher.node;

import io.dotkv.launcher.client.Authority;
import java.net.InetSocketAddress;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Where something listens.
 *
 * @param host a name, an address, or {@code *} for all addresses; an IPv6 address without brackets
 * @param port 0 to 65,535; 0 lets the system choose
 */
record HostPort(String host, int port) {
    /** The address of {@code host:port} or {@code [address]:port}. */
    static HostPort parse(String text) {
        Authority authority = Authority.parse(text);
        return new HostPort(authority.host(), authority.port());
    }

    boolean isWildcard() {
        return new Authority(host, port).isWildcard();
    }

    /** Where to listen, which looks a name up; {@code *} is every address of IPv4 and, where there is IPv6, of that. */
    InetSocketAddress socketAddress() {
        return host.equals("*") ? new InetSocketAddress(port) : new InetSocketAddress(host, port);
    }

    @Override
    public String toString() {
        return new Authority(host, port).toString();
    }

    /** Reads an option that says where to listen. */
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

    /** Reads an option that says where something is reached: a wildcard is refused. */
    static final class Reachable implements ITypeConverter<HostPort> {
        @Override
        public HostPort convert(String text) {
            try {
                Authority authority = Authority.parse(text).reachable();
                return new HostPort(authority.host(), authority.port());
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }
}
