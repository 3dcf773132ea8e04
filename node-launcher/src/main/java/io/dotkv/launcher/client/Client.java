package io.dotkv.launcher.client;

import io.dotkv.launcher.client.CallFailed.Kind;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Makes single calls to a cluster through any of several endpoints, in the order given.
 *
 * <p>The next endpoint is tried when the call was surely not applied, and for reads whenever the node failed. A write
 * whose outcome is unknown is given up, or, when asked for, tried again until the time is over: the caller has put a
 * request id into it, which makes all tries one write. A refusal is final, except of a node that does not offer the
 * call at all: it may have other layers, or be something else.
 *
 * <p>An endpoint that does not take the call soon is passed over while others are left; a write that it took keeps all
 * the time there is.
 *
 * <p>Threading: any thread; calls block.
 */
public final class Client implements AutoCloseable {
    private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Channels channels = new Channels();
    private final List<Endpoint> endpoints;
    private final Duration timeout;

    /** A client of a cluster; the timeout holds for each call with all its tries. */
    public Client(List<Endpoint> endpoints, Duration timeout) {
        if (endpoints.isEmpty()) {
            throw new IllegalArgumentException("a client needs an endpoint");
        }
        this.endpoints = List.copyOf(endpoints);
        this.timeout = timeout;
    }

    /** The endpoints, in the order in which they are tried. */
    public List<Endpoint> endpoints() {
        return endpoints;
    }

    /** Makes a call that changes nothing. */
    public <Q, R> R read(MethodDescriptor<Q, R> method, Q request) throws CallFailed {
        return round(Kind.READ, method, request, deadline());
    }

    /** Makes a call that changes something: at most once. */
    public <Q, R> R write(MethodDescriptor<Q, R> method, Q request) throws CallFailed {
        return round(Kind.WRITE, method, request, deadline());
    }

    /** Makes a call that changes something, again and again until it succeeds, is refused or the time is over. */
    public <Q, R> R writeUntilKnown(MethodDescriptor<Q, R> method, Q request) throws CallFailed {
        long deadline = deadline();
        boolean everUnknown = false;
        for (long pause = FIRST_PAUSE_NANOS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS)) {
            try {
                return round(Kind.WRITE, method, request, deadline);
            } catch (CallFailed failure) {
                everUnknown |= failure.verdict() == RetryDecision.UNKNOWN_OUTCOME;
                boolean again = failure.verdict() == RetryDecision.NOT_APPLIED
                        || failure.verdict() == RetryDecision.UNKNOWN_OUTCOME;
                if (!again || deadline - System.nanoTime() <= pause) {
                    throw everUnknown ? failure.withUnknownOutcome() : failure;
                }
                LockSupport.parkNanos(pause);
            }
        }
    }

    /**
     * Follows a stream of the first endpoint that answers within the timeout, until the stream breaks or the listener
     * says that it has enough.
     *
     * @return why the stream broke, or nothing when the listener had enough
     * @throws CallFailed when no endpoint answered
     */
    public <Q, R> Optional<CallFailed> follow(MethodDescriptor<Q, R> method, Q request, Predicate<R> wantsMore)
            throws CallFailed {
        CallFailed told = null;
        for (Endpoint endpoint : endpoints) {
            Following<Q, R> following = new Following<>(channels, endpoint, method, timeout);
            try {
                following.run(request, wantsMore);
                return Optional.empty();
            } catch (CallFailed failure) {
                if (following.hasAnswered()) {
                    return Optional.of(failure);
                }
                if (failure.verdict() == RetryDecision.REFUSED && !failure.isNotOffered()) {
                    throw failure;
                }
                told = whatSaysMore(told, failure);
            }
        }
        throw endpoints.size() == 1 || Objects.requireNonNull(told).sent()
                ? Objects.requireNonNull(told)
                : told.atAll(endpoints);
    }

    /** Makes a call that changes nothing to one node and no other. */
    public <Q, R> R readAt(Endpoint endpoint, MethodDescriptor<Q, R> method, Q request) throws CallFailed {
        return attempt(Kind.READ, endpoint, method, request, deadline(), timeout.toNanos());
    }

    private <Q, R> R round(Kind kind, MethodDescriptor<Q, R> method, Q request, long deadline) throws CallFailed {
        CallFailed told = null;
        for (int index = 0; ; index++) {
            int remaining = endpoints.size() - index;
            long patience = Math.max(1, deadline - System.nanoTime()) / remaining;
            try {
                return attempt(kind, endpoints.get(index), method, request, deadline, patience);
            } catch (CallFailed failure) {
                told = whatSaysMore(told, failure);
                boolean next = failure.verdict() == RetryDecision.NOT_APPLIED
                        || failure.isNotOffered()
                        || (kind == Kind.READ && failure.verdict() == RetryDecision.INTERNAL);
                if (!next) {
                    throw failure;
                }
                if (remaining == 1) {
                    throw told.sent() || index == 0 ? told : told.atAll(endpoints);
                }
            }
        }
    }

    /**
     * Of several failures, the first that a node told itself says most, and that a node does not offer the call says
     * least.
     */
    private static CallFailed whatSaysMore(@Nullable CallFailed told, CallFailed failure) {
        if (told == null) {
            return failure;
        }
        boolean more =
                told.isNotOffered() == failure.isNotOffered() ? failure.sent() && !told.sent() : told.isNotOffered();
        return more ? failure : told;
    }

    private <Q, R> R attempt(
            Kind kind, Endpoint endpoint, MethodDescriptor<Q, R> method, Q request, long deadline, long patience)
            throws CallFailed {
        long left = Math.max(1, deadline - System.nanoTime());
        CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(left, TimeUnit.NANOSECONDS);
        return new CallAttempt<>(channels.to(endpoint), endpoint, kind, method).call(request, options, patience);
    }

    private long deadline() {
        return System.nanoTime() + timeout.toNanos();
    }

    @Override
    public void close() {
        channels.close();
    }
}
