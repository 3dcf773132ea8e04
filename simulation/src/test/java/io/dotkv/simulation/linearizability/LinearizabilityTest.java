package io.dotkv.simulation.linearizability;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.kernel.ports.RandomSource;
import io.dotkv.kernel.ports.SeededRandom;
import io.dotkv.kernel.testkit.Seeds;
import io.dotkv.simulation.linearizability.Cell.Request;
import io.dotkv.simulation.linearizability.Cell.Request.CompareAndSet;
import io.dotkv.simulation.linearizability.Cell.Request.Read;
import io.dotkv.simulation.linearizability.Cell.Request.Write;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LinearizabilityTest {
    private static final Cell CELL = new Cell();

    private int good;
    private int bad;

    private static ObservedOperation<String, Request, Integer> op(Request request, int answer, long from, long to) {
        return ObservedOperation.answered("x", request, answer, from, to);
    }

    private static ObservedOperation<String, Request, Integer> unknown(Request request, long from) {
        return ObservedOperation.unknown("x", request, from);
    }

    @SafeVarargs
    private static LinearizabilityResult check(ObservedOperation<String, Request, Integer>... history) {
        List<ObservedOperation<String, Request, Integer>> operations = new ArrayList<>();
        for (ObservedOperation<String, Request, Integer> operation : history) {
            operations.add(operation);
        }
        return Linearizability.check(CELL, operations);
    }

    private static void good(LinearizabilityResult verdict) {
        assertThat(verdict).isEqualTo(new LinearizabilityResult.Linearizable());
    }

    private static void bad(LinearizabilityResult verdict) {
        assertThat(verdict).isInstanceOf(LinearizabilityResult.Violation.class);
    }

    @Test
    void nothingIsLinearizable() {
        good(check());
    }

    @Test
    void aReadSeesTheWriteBeforeIt() {
        good(check(op(new Write(1), Cell.DONE, 0, 1), op(new Read(), 1, 2, 3)));
        bad(check(op(new Write(1), Cell.DONE, 0, 1), op(new Read(), 0, 2, 3)));
    }

    @Test
    void aReadThatOverlapsAWriteMaySeeEither() {
        good(check(op(new Write(1), Cell.DONE, 0, 10), op(new Read(), 0, 2, 3)));
        good(check(op(new Write(1), Cell.DONE, 0, 10), op(new Read(), 1, 2, 3)));
    }

    @Test
    void onceANewValueWasReadTheOldOneIsReadNoMore() {
        good(check(op(new Write(1), Cell.DONE, 0, 10), op(new Read(), 0, 1, 2), op(new Read(), 1, 3, 4)));
        bad(check(op(new Write(1), Cell.DONE, 0, 10), op(new Read(), 1, 1, 2), op(new Read(), 0, 3, 4)));
    }

    @Test
    void whatReturnsAtTheInstantOfAnInvocationOverlapsIt() {
        good(check(op(new Write(1), Cell.DONE, 0, 5), op(new Read(), 0, 5, 6)));
    }

    @Test
    void oneOfTwoConcurrentCompareAndSetsFails() {
        good(check(
                op(new CompareAndSet(0, 1), Cell.DONE, 0, 5),
                op(new CompareAndSet(0, 2), Cell.FAILED, 1, 4),
                op(new Read(), 1, 6, 7)));
        bad(check(op(new CompareAndSet(0, 1), Cell.DONE, 0, 5), op(new CompareAndSet(0, 2), Cell.DONE, 1, 4)));
    }

    @Test
    void aLostUpdateIsFound() {
        bad(check(
                op(new CompareAndSet(0, 1), Cell.DONE, 0, 1),
                op(new CompareAndSet(1, 2), Cell.DONE, 2, 3),
                op(new Read(), 1, 4, 5)));
    }

    @Test
    void anUnknownWriteMayTakeEffectAtAnyTimeSinceItsInvocationOrNever() {
        good(check(unknown(new Write(1), 0), op(new Read(), 0, 5, 6)));
        good(check(unknown(new Write(1), 0), op(new Read(), 1, 5, 6)));
        good(check(unknown(new Write(1), 0), op(new Read(), 0, 5, 6), op(new Read(), 1, 7, 8)));
        bad(check(op(new Read(), 1, 1, 2), unknown(new Write(1), 3)));
    }

    @Test
    void anUnknownWriteTakesEffectOnceOnly() {
        bad(check(
                unknown(new Write(1), 0),
                op(new Read(), 1, 1, 2),
                op(new Write(2), Cell.DONE, 3, 4),
                op(new Read(), 2, 5, 6),
                op(new Read(), 1, 7, 8)));
    }

    @Test
    void keysDoNotConcernEachOther() {
        List<ObservedOperation<String, Request, Integer>> history = new ArrayList<>();
        history.add(ObservedOperation.answered("x", new Write(1), Cell.DONE, 0, 1));
        history.add(ObservedOperation.answered("y", new Read(), 0, 2, 3));
        good(Linearizability.check(CELL, history));
        history.add(ObservedOperation.answered("y", new Write(2), Cell.DONE, 4, 5));
        history.add(ObservedOperation.answered("y", new Read(), 1, 6, 7));
        assertThat(Linearizability.check(CELL, history))
                .isInstanceOfSatisfying(LinearizabilityResult.Violation.class, violation -> {
                    assertThat(violation.key()).isEqualTo("y");
                    assertThat(violation.inTheWay()).isEqualTo(history.getLast());
                    assertThat(violation.longest()).hasSize(2);
                });
    }

    @Test
    void aLongHistoryOfManyClientsIsCheckedAndOneWrongAnswerInItIsFound() {
        List<ObservedOperation<String, Request, Integer>> history =
                new ArrayList<>(live(new SeededRandom(1), 5_000, 6, 1_000));
        good(Linearizability.check(CELL, history));
        int last = history.size() - 1;
        while (!(history.get(last).input() instanceof Read)
                || history.get(last).answer().isEmpty()) {
            last--;
        }
        ObservedOperation<String, Request, Integer> read = history.get(last);
        history.set(last, op(read.input(), 1_000_000, read.invokedAt(), read.returnedAt()));
        bad(Linearizability.check(CELL, history));
    }

    @Test
    void agreesWithTheDefinitionOnSmallRandomHistories() {
        PlainCheck<Integer, Request, Integer> plain = new PlainCheck<>(CELL);
        Seeds.run(4_000, random -> {
            List<ObservedOperation<String, Request, Integer>> history =
                    new ArrayList<>(live(random, 2 + random.nextInt(6), 3, 3));
            if (random.nextInt(2) == 0) {
                spoil(history, random);
            }
            boolean expected = plain.isLinearizable(history);
            good += expected ? 1 : 0;
            bad += expected ? 0 : 1;
            assertThat(Linearizability.check(CELL, history) instanceof LinearizabilityResult.Linearizable)
                    .as("%s", history)
                    .isEqualTo(expected);
        });
        if (Long.getLong("dotkv.seed") == null) {
            assertThat(good).isGreaterThan(1_000);
            assertThat(bad).isGreaterThan(500);
        }
    }

    private static void spoil(List<ObservedOperation<String, Request, Integer>> history, RandomSource random) {
        int index = random.nextInt(history.size());
        ObservedOperation<String, Request, Integer> victim = history.get(index);
        if (victim.answer().isPresent()) {
            int answer = victim.input() instanceof Read ? random.nextInt(3) : Cell.DONE - random.nextInt(2);
            history.set(index, op(victim.input(), answer, victim.invokedAt(), victim.returnedAt()));
        }
    }

    /**
     * What clients of a real cell would see, each with one operation at a time; one in so many has an unknown outcome.
     */
    private static List<ObservedOperation<String, Request, Integer>> live(
            RandomSource random, int operations, int clients, int unknownOneIn) {
        List<ObservedOperation<String, Request, Integer>> history = new ArrayList<>();
        long[] free = new long[clients];
        int state = CELL.initial();
        long now = 0;
        for (int count = 0; count < operations; count++) {
            // Takes effect now; the client asked some time before, but not before its last answer, and hears of it
            // later.
            now += 1 + random.nextInt(3);
            int client = random.nextInt(clients);
            if (free[client] >= now) {
                continue;
            }
            long invokedAt = Math.max(free[client] + 1, now - random.nextInt(8));
            long returnedAt = now + random.nextInt(8);
            free[client] = returnedAt;
            Request request = request(random);
            boolean isUnknown = random.nextInt(unknownOneIn) == 0;
            boolean isLost = isUnknown && random.nextInt(2) == 0;
            SequentialModel.Step<Integer, Integer> step = CELL.apply(state, request);
            state = isLost ? state : step.after();
            history.add(isUnknown ? unknown(request, invokedAt) : op(request, step.answer(), invokedAt, returnedAt));
        }
        return history.isEmpty() ? List.of(op(new Read(), state, now, now)) : history;
    }

    private static Request request(RandomSource random) {
        return switch (random.nextInt(4)) {
            case 0, 1 -> new Read();
            case 2 -> new Write(random.nextInt(3));
            default -> new CompareAndSet(random.nextInt(3), random.nextInt(3));
        };
    }
}
