package io.dotkv.launcher.pause;

import io.dotkv.kernel.ports.Clock;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.LongConsumer;

/**
 * What is known of one connection of a client. After an absence it is doubtful: what is read from it may have been sent
 * during the absence, and have been taken back since by something that is not read yet. So a ping goes out; its answer
 * comes behind all that the client sent before, and from then on the connection is good. What was read before a further
 * absence does not wait for another ping, so that a process that gets no processor again and again goes on all the
 * same.
 *
 * <p>One thread: the event loop of the connection.
 */
final class PausableConnection {
    private final ProcessPauses absences;
    private final Clock clock;
    private final LongConsumer ping;
    private final Queue<Held> held = new ArrayDeque<>();
    private long good;
    private long pinged;

    /** What waits for the answer to a ping. */
    private record Held(long ping, Runnable action) {}

    /** @param ping sends a ping with this number */
    PausableConnection(ProcessPauses absences, Clock clock, LongConsumer ping) {
        this.absences = absences;
        this.clock = clock;
        this.ping = ping;
        this.good = absences.forgottenBy(clock.monotonicNanos());
        this.pinged = good;
    }

    /** Whether what is read now was sent after the last absence. */
    boolean isGood() {
        return absences.look(clock.monotonicNanos()) == good;
    }

    /**
     * Runs an action when the connection is good again, after those that were held before; asks the client for a sign
     * if need be.
     */
    void hold(Runnable action) {
        long newest = absences.look(clock.monotonicNanos());
        held.add(new Held(newest, action));
        if (newest > pinged) {
            pinged = newest;
            ping.accept(newest);
        }
    }

    /** The client has answered the ping with this number. */
    void answered(long number) {
        good = Math.max(good, number);
        for (Held first = held.peek(); first != null && first.ping() <= good; first = held.peek()) {
            held.remove();
            first.action().run();
        }
    }

    /** How old what was held may be. */
    long ageNanos() {
        return absences.ageNanos(clock.monotonicNanos());
    }
}
