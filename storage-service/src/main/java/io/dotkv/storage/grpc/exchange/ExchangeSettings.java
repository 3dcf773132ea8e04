package io.dotkv.storage.grpc.exchange;

import io.dotkv.storage.grpc.codec.TimeLimits;
import java.time.Duration;

/**
 * The bounds of the data path between two processes, and its times. The defaults suit values of a few kilobytes on a
 * fast network.
 *
 * @param callsInFlight calls waiting for an answer on one stream, at each end; more are refused as overloaded. Costs
 *     memory for as many requests. Default 4,096
 * @param bytesInFlight bytes of requests that wait to be sent at the client, and at the server of requests in work and
 *     answers that wait to be sent. A request or answer that is larger is let through when no other waits. Default 32
 *     MiB
 * @param batchCalls calls or answers in one message at most. Default 256
 * @param batchBytes bytes of a message at most, unless one call alone has more. Default 256 KiB
 * @param maxMessageBytes bytes of one call or answer at most; larger ones are refused, since a message that the other
 *     side does not take ends the stream for all. At least the largest row that there may be, and no more than the
 *     largest message that the channel and the server of the other side take in. Default 64 MiB
 * @param sendAheadBytes bytes handed to the transport before it has sent them. More keeps the socket busy through a
 *     pause of the sender, and delays what is urgent. Default 256 KiB
 * @param sweepEvery how often calls are looked through for those whose time is over. Default 50 ms
 * @param grace how long after its deadline a call waits for an answer that may be on its way. Default 100 ms
 * @param backoffMin the first pause before a broken stream is opened again; doubles up to the longest. Default 50 ms
 * @param backoffMax the longest such pause: a peer that is back is noticed within it. Default 100 ms
 * @param handshake how long a stream may take at most to be answered before it is given up and opened again; the first
 *     tries get less. Default 10 s
 * @param callTimeout how long a unary call that names no deadline may take, and a read, mutation or apply that comes
 *     without one. Default 10 s
 * @param maxTimeout the longest time a server grants to a call. Default 60 s
 * @param idle how long a pull may wait for the next message, or for the other side to take one. Default 60 s
 */
public record ExchangeSettings(
        int callsInFlight,
        long bytesInFlight,
        int batchCalls,
        int batchBytes,
        int maxMessageBytes,
        int sendAheadBytes,
        Duration sweepEvery,
        Duration grace,
        Duration backoffMin,
        Duration backoffMax,
        Duration handshake,
        Duration callTimeout,
        Duration maxTimeout,
        Duration idle) {
    private static final int FRAME_BYTES = 16;

    public static final ExchangeSettings DEFAULT = new ExchangeSettings(
            4096,
            32L << 20,
            256,
            256 << 10,
            64 << 20,
            256 << 10,
            Duration.ofMillis(50),
            Duration.ofMillis(100),
            Duration.ofMillis(50),
            Duration.ofMillis(100),
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(60),
            Duration.ofSeconds(60));

    /** The same with other room for what waits. */
    public ExchangeSettings withBytesInFlight(long bytes) {
        return new ExchangeSettings(
                callsInFlight,
                bytes,
                batchCalls,
                batchBytes,
                maxMessageBytes,
                sendAheadBytes,
                sweepEvery,
                grace,
                backoffMin,
                backoffMax,
                handshake,
                callTimeout,
                maxTimeout,
                idle);
    }

    /** What a call or an answer may have, so that a message of it alone is small enough. */
    int maxItemBytes() {
        return maxMessageBytes - FRAME_BYTES;
    }

    public TimeLimits timeLimits() {
        return new TimeLimits(callTimeout.toNanos(), maxTimeout.toNanos());
    }
}
