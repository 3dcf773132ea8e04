package io.dotkv.replication.request;

import io.dotkv.kernel.ports.Clock;
import io.dotkv.kernel.ports.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * The alarms of all requests in flight: a wheel of slots, each a linked list of the alarms that are due in its slice of
 * time. Setting and stopping an alarm costs a few pointer writes and no allocation, since nearly every alarm of a
 * healthy cluster is stopped before it is due. An alarm comes up to one slot late. The wheel turns only while an alarm
 * is set.
 *
 * <p>Source: Varghese and Lauck, <i>Hashed and Hierarchical Timing Wheels</i>, SOSP 1987, scheme 6.
 *
 * <p>Any thread may set and stop alarms; they ring on the scheduler.
 */
public final class Timers {
    static final long SLOT_NANOS = 5_000_000;
    private static final int SLOTS = 1024;

    private final Clock clock;
    private final Scheduler scheduler;
    private final @Nullable Alarm[] slots = new @Nullable Alarm[SLOTS];
    private long turnedTo;
    private int set;
    private boolean turning;

    public Timers(Clock clock, Scheduler scheduler) {
        this.clock = clock;
        this.scheduler = scheduler;
        this.turnedTo = slice(clock.monotonicNanos());
    }

    /** Something with a deadline, itself the link of the list that it is in. */
    abstract static class Alarm {
        private long dueNanos;
        private int slot = -1;
        private @Nullable Alarm before;
        private @Nullable Alarm behind;

        /** The alarm is due; it is no longer set. */
        abstract void ring();
    }

    /**
     * Sets an alarm that is not set, to ring at that monotonic time. An alarm that has rung may be set again while it
     * rings.
     */
    synchronized void set(Alarm alarm, long dueNanos) {
        if (!turning) {
            turning = true;
            turnedTo = Math.max(turnedTo, slice(clock.monotonicNanos()) - 1);
            scheduler.schedule(this::turn, SLOT_NANOS);
        }
        alarm.dueNanos = dueNanos;
        alarm.slot = Math.floorMod(Math.max(slice(dueNanos) + 1, turnedTo + 1), SLOTS);
        Alarm first = slots[alarm.slot];
        alarm.behind = first;
        if (first != null) {
            first.before = alarm;
        }
        slots[alarm.slot] = alarm;
        set++;
    }

    /** Stops an alarm, if it is set. */
    synchronized void stop(Alarm alarm) {
        if (alarm.slot < 0) {
            return;
        }
        if (alarm.before == null) {
            slots[alarm.slot] = alarm.behind;
        } else {
            alarm.before.behind = alarm.behind;
        }
        if (alarm.behind != null) {
            alarm.behind.before = alarm.before;
        }
        alarm.before = null;
        alarm.behind = null;
        alarm.slot = -1;
        set--;
    }

    private void turn() {
        Alarm due = takeDue();
        while (due != null) {
            Alarm next = due.behind;
            due.behind = null;
            due.ring();
            due = next;
        }
    }

    /** Takes the due alarms off the wheel, linked through {@code behind}, and lets the wheel go on turning. */
    private synchronized @Nullable Alarm takeDue() {
        long nowNanos = clock.monotonicNanos();
        long now = slice(nowNanos);
        Alarm due = null;
        for (long at = Math.max(turnedTo + 1, now - SLOTS + 1); at <= now; at++) {
            Alarm alarm = slots[Math.floorMod(at, SLOTS)];
            while (alarm != null) {
                Alarm next = alarm.behind;
                if (alarm.dueNanos - nowNanos <= 0) {
                    stop(alarm);
                    alarm.behind = due;
                    due = alarm;
                }
                alarm = next;
            }
        }
        turnedTo = Math.max(turnedTo, now);
        turning = set > 0;
        if (turning) {
            scheduler.schedule(this::turn, SLOT_NANOS);
        }
        return due;
    }

    private static long slice(long nanos) {
        return Math.floorDiv(nanos, SLOT_NANOS);
    }
}
