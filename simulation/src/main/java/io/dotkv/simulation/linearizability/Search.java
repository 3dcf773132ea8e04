package io.dotkv.simulation.linearizability;

import io.dotkv.simulation.linearizability.SequentialModel.Step;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The search for one order of the operations on one key. The events of the history are a list in order of time; an
 * operation that is given its place is lifted out of it. Only those before the first return that is left may come next.
 * A set of placed operations that has led to a state once, and failed, is not tried again. One thread.
 */
final class Search<K, S, I, O> {
    private final SequentialModel<S, I, O> model;
    private final Event<K, I, O> head;
    private final ArrayDeque<Placed<K, S, I, O>> placed = new ArrayDeque<>();
    private final BitSet numbersPlaced = new BitSet();
    private final Set<Configuration<S>> failed = new HashSet<>();
    private int returnsLeft;
    private List<ObservedOperation<K, I, O>> longest = List.of();
    private @Nullable ObservedOperation<K, I, O> inTheWay;

    /** An invocation, which has its return if there was one, or a return. */
    private static final class Event<K, I, O> {
        private final int number;
        private final @Nullable ObservedOperation<K, I, O> operation;
        private final boolean isReturn;
        private @Nullable Event<K, I, O> itsReturn;
        private @Nullable Event<K, I, O> before;
        private @Nullable Event<K, I, O> after;

        private Event(int number, @Nullable ObservedOperation<K, I, O> operation, boolean isReturn) {
            this.number = number;
            this.operation = operation;
            this.isReturn = isReturn;
        }

        private ObservedOperation<K, I, O> operation() {
            if (operation == null) {
                throw new IllegalStateException("the head of the list is no event");
            }
            return operation;
        }

        private long at() {
            return isReturn ? operation().returnedAt() : operation().invokedAt();
        }

        private void lift() {
            if (before != null) {
                before.after = after;
            }
            if (after != null) {
                after.before = before;
            }
        }

        private void putBack() {
            if (before != null) {
                before.after = this;
            }
            if (after != null) {
                after.before = this;
            }
        }
    }

    private record Placed<K, S, I, O>(Event<K, I, O> invocation, S stateBefore) {}

    private record Configuration<S>(BitSet placed, S state) {}

    Search(SequentialModel<S, I, O> model, List<ObservedOperation<K, I, O>> operations) {
        this.model = model;
        this.head = new Event<>(-1, null, false);
        List<Event<K, I, O>> events = new ArrayList<>();
        for (ObservedOperation<K, I, O> operation : operations) {
            Event<K, I, O> invocation = new Event<>(events.size(), operation, false);
            events.add(invocation);
            if (operation.answer().isPresent()) {
                invocation.itsReturn = new Event<>(events.size(), operation, true);
                events.add(invocation.itsReturn);
                returnsLeft++;
            }
        }
        // At the same instant invocations come first: such operations overlap, and either may have been before the
        // other.
        events.sort(Comparator.<Event<K, I, O>>comparingLong(Event::at).thenComparing(event -> event.isReturn));
        Event<K, I, O> last = head;
        for (Event<K, I, O> event : events) {
            last.after = event;
            event.before = last;
            last = event;
        }
    }

    LinearizabilityResult run() {
        S state = model.initial();
        Event<K, I, O> candidate = head.after;
        while (returnsLeft > 0) {
            if (candidate != null && !candidate.isReturn) {
                S next = tryNext(candidate, state);
                if (next != null) {
                    state = next;
                    candidate = head.after;
                } else {
                    candidate = candidate.after;
                }
                continue;
            }
            noteLongest(candidate);
            if (placed.isEmpty()) {
                return violation();
            }
            Placed<K, S, I, O> undone = placed.pop();
            undo(undone.invocation);
            state = undone.stateBefore;
            candidate = undone.invocation.after;
        }
        return new LinearizabilityResult.Linearizable();
    }

    /** The state after the operation if it can come next, else null. */
    private @Nullable S tryNext(Event<K, I, O> invocation, S state) {
        ObservedOperation<K, I, O> operation = invocation.operation();
        Step<S, O> step = model.apply(state, operation.input());
        // An operation of unknown outcome that changes nothing need not be placed.
        boolean isExplained = operation.answer().isEmpty()
                ? !step.after().equals(state) && leavesRoom(step.after())
                : operation.answer().get().equals(step.answer());
        if (!isExplained) {
            return null;
        }
        numbersPlaced.set(invocation.number);
        if (!failed.add(new Configuration<>((BitSet) numbersPlaced.clone(), step.after()))) {
            numbersPlaced.clear(invocation.number);
            return null;
        }
        placed.push(new Placed<>(invocation, state));
        invocation.lift();
        if (invocation.itsReturn != null) {
            invocation.itsReturn.lift();
            returnsLeft--;
        }
        return step.after();
    }

    /** Whether all operations that are still to be placed can get their answers yet. */
    private boolean leavesRoom(S after) {
        for (Event<K, I, O> event = head.after; event != null; event = event.after) {
            if (event.isReturn
                    && !model.mayStillAnswer(after, event.operation().answer().orElseThrow())) {
                return false;
            }
        }
        return true;
    }

    private void undo(Event<K, I, O> invocation) {
        numbersPlaced.clear(invocation.number);
        if (invocation.itsReturn != null) {
            invocation.itsReturn.putBack();
            returnsLeft++;
        }
        invocation.putBack();
    }

    private void noteLongest(@Nullable Event<K, I, O> obstacle) {
        if (obstacle != null && (inTheWay == null || placed.size() > longest.size())) {
            inTheWay = obstacle.operation();
            longest = new ArrayList<>();
            placed.descendingIterator().forEachRemaining(one -> longest.add(one.invocation.operation()));
        }
    }

    private LinearizabilityResult violation() {
        if (inTheWay == null) {
            throw new IllegalStateException("no order was found, and nothing was in the way");
        }
        return new LinearizabilityResult.Violation(inTheWay.key(), longest, inTheWay);
    }
}
