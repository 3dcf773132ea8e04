package io.dotkv.storage.grpc.exchange;

import io.dotkv.proto.storage.v1.StorageServiceGrpc;
import io.dotkv.storage.Refusal;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one stream to a storage open: opens the next when one has broken, after a pause that grows, and ends calls
 * whose time is over. Its state changes on the scheduler only; calls are sent from any thread.
 *
 * <p>When the peer falls silent, another stream is opened over a new connection, and takes the place of the silent one
 * once it stands. Reads and applies that wait on the old one are sent again on it, and mutations that were not sent
 * yet; mutations that were sent go on waiting. So a connection that a cut of the network left behind, and that would
 * sleep for as long as the cut lasted before it sends again, keeps nobody waiting, and a peer that was only slow loses
 * nothing.
 *
 * <p>The stream waits for the channel to connect. A channel that failed to connect pauses by itself, for minutes in the
 * end; so it is told to try again in the same rhythm, if it is a {@link ManagedChannel}.
 */
public final class ExchangeLink implements ExchangeSession.Owner {
    private static final Logger LOG = LoggerFactory.getLogger(ExchangeLink.class);
    private static final long SHORT_HANDSHAKE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int SHORT_ATTEMPTS = 3;

    private final String peer;
    private final Channel channel;
    private final ExchangePorts ports;
    private final ExchangeSettings settings;
    private final StorageServiceGrpc.StorageServiceStub stub;
    private final Set<ExchangeSession> retired = new LinkedHashSet<>();
    private int failures;
    private int attempts;
    private long openedNanos;
    private boolean openDue;
    private final StreamAbsence absence;
    /** The stream that is being opened. */
    private @Nullable ExchangeSession opening;
    /** The stream that stands. */
    private volatile @Nullable ExchangeSession session;

    private volatile boolean closed;

    public ExchangeLink(String peer, Channel channel, ExchangePorts ports, ExchangeSettings settings) {
        this.peer = peer;
        this.channel = channel;
        this.ports = ports;
        this.settings = settings;
        this.absence = new StreamAbsence(ports.clock().monotonicNanos());
        stub = StorageServiceGrpc.newStub(channel);
    }

    public void start() {
        ports.scheduler().execute(this::open);
        ports.scheduler().execute(this::sweep);
    }

    public boolean isEstablished() {
        ExchangeSession current = session;
        return current != null
                && current.isEstablished()
                && current.verdict() != SilenceDetector.Verdict.LOST
                && !closed;
    }

    public boolean isAnswering() {
        ExchangeSession current = session;
        return current != null && current.isAnswering() && !closed;
    }

    /** Sends a call whose deadline has not passed, or refuses it when there is no established stream. */
    public void send(PendingCall call) {
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

    public void close() {
        closed = true;
        ports.scheduler().execute(() -> {
            end(opening);
            retired.forEach(this::end);
            end(session);
        });
        end(session);
    }

    private void end(@Nullable ExchangeSession ending) {
        if (ending != null) {
            ending.abort("the client of the storage at " + peer + " was closed");
        }
    }

    private void open() {
        openDue = false;
        if (closed || opening != null) {
            return;
        }
        ExchangeSession next = new ExchangeSession(peer, ports, settings, this);
        opening = next;
        attempts++;
        openedNanos = ports.clock().monotonicNanos();
        next.open(stub);
        ports.scheduler().schedule(() -> hurry(next), nextPauseNanos());
    }

    /** Makes the channel try again as long as a stream waits for it. */
    private void hurry(ExchangeSession waiting) {
        if (closed || opening != waiting || waiting.isEstablished()) {
            return;
        }
        long waitedNanos = ports.clock().monotonicNanos() - openedNanos;
        if (waitedNanos > handshakeNanos()) {
            leaveConnection();
            waiting.abort("the storage at " + peer + " did not answer a new stream within "
                    + Duration.ofNanos(waitedNanos).toMillis() + " ms");
            return;
        }
        if (session == null) {
            reportAbsence("it does not answer");
        }
        if (channel instanceof ManagedChannel managed) {
            managed.resetConnectBackoff();
        }
        ports.scheduler().schedule(() -> hurry(waiting), nextPauseNanos());
    }

    private void sweep() {
        if (closed) {
            return;
        }
        long now = ports.clock().monotonicNanos();
        moveRetired(now);
        for (ExchangeSession each : List.copyOf(retired)) {
            each.sweep(now);
            if (!each.isWaiting()) {
                each.abort("another stream to the storage at " + peer + " has taken its place");
            }
        }
        ExchangeSession current = session;
        if (current != null) {
            current.sweep(now);
            if (current.verdict() != SilenceDetector.Verdict.ALIVE && opening == null && !openDue) {
                leaveConnection();
                open();
            }
        }
        ports.scheduler().schedule(this::sweep, settings.sweepEvery().toNanos());
    }

    /** Also what another thread has sent on a stream while it was replaced. */
    private void moveRetired(long nowNanos) {
        ExchangeSession current = session;
        if (current != null && current.isEstablished()) {
            retired.forEach(each -> each.moveTo(current, nowNanos));
        }
    }

    /** New streams go over a new connection; those that stand keep theirs. */
    private void leaveConnection() {
        if (channel instanceof ManagedChannel managed) {
            managed.enterIdle();
        }
    }

    /** A peer that is there answers at once, unless it is very busy: the time that is given grows. */
    private long handshakeNanos() {
        int patience = Math.clamp(attempts - SHORT_ATTEMPTS, 0, 10);
        return Math.min(settings.handshake().toNanos(), SHORT_HANDSHAKE_NANOS << patience);
    }

    @Override
    public void established(ExchangeSession established) {
        ports.scheduler().execute(() -> {
            if (opening != established) {
                return;
            }
            ExchangeSession former = session;
            if (former == null) {
                LOG.info("The stream to the storage at {} is open.", peer);
            } else {
                retired.add(former);
            }
            opening = null;
            session = established;
            moveRetired(ports.clock().monotonicNanos());
            failures = 0;
            attempts = 0;
            absence.over();
        });
    }

    @Override
    public void broken(ExchangeSession broken, String why) {
        ports.scheduler().execute(() -> {
            if (retired.remove(broken) || closed) {
                return;
            }
            if (opening == broken) {
                opening = null;
            } else if (session == broken) {
                session = null;
            }
            if (session == null) {
                reportAbsence(why);
            }
            if (opening == null && !openDue) {
                openDue = true;
                ports.scheduler().schedule(this::open, nextPauseNanos());
            }
        });
    }

    private void reportAbsence(String why) {
        if (absence.isToBeTold(ports.clock().monotonicNanos())) {
            LOG.info("No stream to the storage at {}; retrying. Reason: {}", peer, why);
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
