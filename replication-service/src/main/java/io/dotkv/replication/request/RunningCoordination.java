package io.dotkv.replication.request;

import java.util.List;
import java.util.function.Supplier;

/**
 * The shell of one coordination: feeds it what storages answer and carries out what it decides.
 *
 * <p>Answers come on any thread. Only the decision is made under the lock, effects are carried out outside of it. The
 * request is open until its answer was given and each call that it began has ended.
 */
abstract class RunningCoordination<E extends RunningCoordination.Effect> extends Timers.Alarm {
    final RequestPorts port;
    private int open = 1;
    private boolean answered;

    /** What a coordination decides. */
    interface Effect {
        Kind kind();
    }

    enum Kind {
        /** Begins a call, whose end is to be told by {@link #closed()}. */
        CALL,
        /** Answers the request, which {@link #closed()} tells, too. */
        ANSWER,
        /** Begins nothing that ends. */
        NOTICE
    }

    RunningCoordination(RequestPorts port) {
        this.port = port;
    }

    abstract void carryOut(E effect);

    /** The answer was given and all calls have ended. */
    abstract void done();

    /** Takes a decision and carries it out. */
    final void decide(Supplier<List<E>> decision) {
        List<E> effects;
        synchronized (this) {
            effects = decided(decision);
        }
        effects.forEach(this::carryOut);
    }

    /** Takes a decision, sets the alarm unless the request is answered by it or was before, and carries it out. */
    final void decide(Supplier<List<E>> decision, long alarmNanos) {
        List<E> effects;
        synchronized (this) {
            effects = decided(decision);
            if (!answered) {
                port.timers().set(this, alarmNanos);
            }
        }
        effects.forEach(this::carryOut);
    }

    private List<E> decided(Supplier<List<E>> decision) {
        List<E> effects = decision.get();
        for (E effect : effects) {
            switch (effect.kind()) {
                case CALL -> open++;
                case ANSWER -> answered = true;
                case NOTICE -> {}
            }
        }
        return effects;
    }

    /** A call has ended, or the answer was given. */
    final void closed() {
        boolean last;
        synchronized (this) {
            last = --open == 0;
        }
        if (last) {
            done();
        }
    }
}
