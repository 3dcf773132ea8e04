package io.dotkv.storage.grpc;

import io.dotkv.proto.storage.v1.StorageServiceGrpc;
import io.dotkv.storage.Refusal;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one stream to a storage open: opens the next when one has broken, after a pause that grows, and ends calls whose time
 * is over. Its state changes on the scheduler only; calls are sent from any thread.
 *
 * <p>The stream waits for the channel to connect. A channel that failed to connect pauses by itself, for minutes in the end; so
 * it is told to try again in the same rhythm, if it is a {@link ManagedChannel}.
 */
final class ExchangeLink implements ExchangeSession.Owner {
    private static final Logger LOG = LoggerFactory.getLogger(ExchangeLink.class);

    private final String peer;
    private final Channel channel;
    private final ExchangePorts ports;
    private final ExchangeSettings settings;
    private final StorageServiceGrpc.StorageServiceStub stub;
    private int failures;
    private long openedNanos;
    private boolean absenceReported;
    private volatile @Nullable ExchangeSession session;
    private volatile boolean closed;

    ExchangeLink(String peer, Channel channel, ExchangePorts ports, ExchangeSettings settings) {
        this.peer = peer;
        this.channel = channel;
        this.ports = ports;
        this.settings = settings;
        stub = StorageServiceGrpc.newStub(channel);
    }

    void start() {
        ports.scheduler().execute(this::open);
        ports.scheduler().execute(this::sweep);
    }

    boolean isEstablished() {
        ExchangeSession current = session;
        return current != null && current.isEstablished() && !closed;
    }

    /** Sends a call whose deadline has not passed, or refuses it when there is no established stream. */
    void send(PendingCall call) {
        long now = ports.clock().monotonicNanos();
        ExchangeSession current = session;
        if (call.deadlineNanos() - now <= 0) {
            call.abandon(Refusal.Reason.EXPIRED, "the deadline had passed before the call");
        } else if (current == null || !current.isEstablished()) {
            call.abandon(Refusal.Reason.UNREACHABLE, "there is no stream to the storage at " + peer);
        } else {
            current.send(call, now);
        }
    }

    void close() {
        closed = true;
        ports.scheduler().execute(this::closeSession);
        closeSession();
    }

    private void closeSession() {
        ExchangeSession current = session;
        if (current != null) {
            current.abort("the client of the storage at " + peer + " was closed");
        }
    }

    private void open() {
        if (closed) {
            return;
        }
        ExchangeSession next = new ExchangeSession(peer, ports.sender(), settings, this);
        session = next;
        openedNanos = ports.clock().monotonicNanos();
        next.open(stub);
        ports.scheduler().schedule(() -> hurry(next), nextPauseNanos());
    }

    /** Makes the channel try again as long as a stream waits for it. */
    private void hurry(ExchangeSession waiting) {
        if (closed || session != waiting || waiting.isEstablished()) {
            return;
        }
        if (ports.clock().monotonicNanos() - openedNanos > settings.handshake().toNanos()) {
            waiting.abort("the storage at " + peer + " did not answer a new stream within " + settings.handshake());
            return;
        }
        reportAbsence("it does not answer");
        if (channel instanceof ManagedChannel managed) {
            managed.resetConnectBackoff();
        }
        ports.scheduler().schedule(() -> hurry(waiting), nextPauseNanos());
    }

    private void sweep() {
        if (closed) {
            return;
        }
        ExchangeSession current = session;
        if (current != null) {
            current.sweep(ports.clock().monotonicNanos());
        }
        ports.scheduler().schedule(this::sweep, settings.sweepEvery().toNanos());
    }

    @Override
    public void established(ExchangeSession established) {
        ports.scheduler().execute(() -> {
            LOG.info("The stream to the storage at {} is open.", peer);
            failures = 0;
            absenceReported = false;
        });
    }

    @Override
    public void broken(ExchangeSession broken, String why) {
        ports.scheduler().execute(() -> {
            if (closed || session != broken) {
                return;
            }
            reportAbsence(why);
            ports.scheduler().schedule(this::open, nextPauseNanos());
        });
    }

    private void reportAbsence(String why) {
        if (!absenceReported) {
            absenceReported = true;
            LOG.info("There is no stream to the storage at {}; trying again until there is. Reason: {}", peer, why);
        }
    }

    /** A pause that doubles with each failure in a row, of which half is left to chance. */
    private long nextPauseNanos() {
        long min = settings.backoffMin().toNanos();
        long max = settings.backoffMax().toNanos();
        long pause = Math.min(max, min << Math.min(failures++, 20));
        int halfMicros = (int) Math.min(Integer.MAX_VALUE - 1, pause / 2000);
        return pause / 2 + 1000L * ports.random().nextInt(halfMicros + 1);
    }
}
