package io.dotkv.launcher.connection;

import io.grpc.netty.shaded.io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Counts connections that were turned away, and says so in one line a minute at the most: the first at once, those that
 * follow together.
 *
 * <p>Threading: any thread.
 */
public final class TurnedAway {
    private final Consumer<String> log;
    private final Executor inAMinute;
    private final Map<Reason, Long> counts = new EnumMap<>(Reason.class);
    private @Nullable SocketAddress last;
    private boolean quiet;

    /** Why a connection was turned away. */
    enum Reason {
        TOO_MANY("over the connection limit"),
        HTTP_1("HTTP/1"),
        TLS("TLS"),
        SILENT("nothing for 10 s"),
        BROKEN_HTTP_2("broken HTTP/2"),
        TOO_OFTEN("pings more often than every 5 s"),
        OTHER("another protocol");

        private final String words;

        Reason(String words) {
            this.words = words;
        }
    }

    /**
     * Nobody yet.
     *
     * @param log takes the lines
     * @param inAMinute runs what it is given a minute later
     */
    public TurnedAway(Consumer<String> log, Executor inAMinute) {
        this.log = log;
        this.inAMinute = inAMinute;
    }

    /** Counts one. */
    synchronized void count(Reason reason, @Nullable SocketAddress from) {
        counts.merge(reason, 1L, Long::sum);
        last = from;
        if (!quiet) {
            say();
        }
    }

    private synchronized void say() {
        quiet = !counts.isEmpty();
        if (!quiet) {
            return;
        }
        long all = counts.values().stream().mapToLong(Long::longValue).sum();
        String each = counts.entrySet().stream()
                .map(count -> count.getKey().words + " " + count.getValue())
                .collect(Collectors.joining(", "));
        String hint = counts.containsKey(Reason.TOO_MANY)
                ? "Programs keep many connections; ulimit -n, the files that the process may open, bounds them."
                : "This port speaks gRPC, without TLS.";
        log.accept("Turned away " + all + (all == 1 ? " connection" : " connections") + " (" + each
                + "), the last from " + shown(last) + ". " + hint);
        counts.clear();
        inAMinute.execute(this::say);
    }

    private static String shown(@Nullable SocketAddress address) {
        return address instanceof InetSocketAddress internet
                ? NetUtil.toSocketAddressString(internet)
                : String.valueOf(address);
    }
}
