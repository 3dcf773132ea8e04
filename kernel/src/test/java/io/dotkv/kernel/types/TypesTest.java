package io.dotkv.kernel.types;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dotkv.kernel.Row;
import io.dotkv.kernel.ports.RandomSource;
import io.dotkv.kernel.ports.SeededRandom;
import io.dotkv.kernel.testkit.Seeds;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every type against its definition on random histories, and the laws of the join on their states. A case is one state
 * of one replica that is compared with its definition, or one triple of states; {@code -Ddotkv.cases} sets how many
 * each test tries, and a soak takes ten millions.
 */
class TypesTest {
    private static final int CASES = Integer.getInteger("dotkv.cases", 50_000);

    /** So many states are compared in one history, at least in the mean. */
    private static final int CASES_IN_A_HISTORY = 25;

    @Test
    void afterEveryStepEachReplicaShowsWhatTheDefinitionsSay() {
        Seeds.run(CASES / CASES_IN_A_HISTORY, random -> check(random, Fault.NONE));
    }

    /** One history, judged by the definitions after each step and at the end. */
    private static void check(RandomSource random, Fault fault) {
        TypedHistory history = new TypedHistory(random, fault, true);
        int steps = 5 + random.nextInt(40);
        for (int step = 0; step < steps; step++) {
            TypedHistory.Replica replica = history.step();
            assertSame(replica.content(), history.byDefinition(replica.seen, replica.over));
        }
        if (random.nextInt(2) == 0) {
            history.deliverAll();
        } else {
            history.pullAll();
        }
        Content expected = history.byDefinition(history.all(), history.ended());
        Row first = history.replicas.getFirst().export();
        for (TypedHistory.Replica replica : history.replicas) {
            assertSame(replica.content(), expected);
            assertSame(replica.export(), first);
        }
    }

    private static void assertSame(Object is, Object expected) {
        // Compared first: an assertion that describes costs more than the history.
        if (!is.equals(expected)) {
            assertThat(is).isEqualTo(expected);
        }
    }

    @Test
    void withoutResetsACounterIsTheSumOfAllAmounts() {
        Seeds.run(CASES / CASES_IN_A_HISTORY, random -> {
            TypedHistory history = new TypedHistory(random, Fault.NONE, false);
            for (int step = 0; step < 30; step++) {
                history.step();
            }
            history.deliverAll();
            Content content = history.replicas.getFirst().content();
            assertSame(content.counter(), sum(history, new Place(List.of(), DataType.COUNTER)));
            content.fields()
                    .forEach((field, inside) ->
                            assertSame(inside.counter(), sum(history, new Place(List.of(field), DataType.COUNTER))));
        });
    }

    private static OptionalLong sum(TypedHistory history, Place place) {
        return history.events.stream()
                .filter(event -> event.step().place().equals(place))
                .mapToLong(event -> ((TypeChange.Increase) event.step().change()).amount())
                .reduce(Long::sum);
    }

    @Test
    void statesAndDeltasJoinInAnyOrderAndGroupingAndAnyNumberOfTimes() {
        Seeds.run(CASES / CASES_IN_A_HISTORY, random -> {
            TypedHistory history = new TypedHistory(random, Fault.NONE, true);
            for (int step = 0; step < 25; step++) {
                history.step();
            }
            for (int triple = 0; triple < CASES_IN_A_HISTORY; triple++) {
                checkLaws(state(history, random), state(history, random), state(history, random));
            }
        });
    }

    private static void checkLaws(Row first, Row second, Row third) {
        Row both = first.join(second);
        assertSame(first.join(first), first);
        assertSame(both, second.join(first));
        assertSame(both.join(third), first.join(second.join(third)));
        assertSame(both.join(second), both);
    }

    /** A row of a replica, or the state that one delta is. */
    private static Row state(TypedHistory history, RandomSource random) {
        if (random.nextInt(2) == 0 || history.deltas.isEmpty()) {
            return history.replicas.get(random.nextInt(3)).export();
        }
        TypedHistory.Sent sent = history.deltas.get(random.nextInt(history.deltas.size()));
        return new Row(sent.delta().leaves(), sent.delta().context());
    }

    @ParameterizedTest
    @EnumSource(value = Fault.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void aPlantedFaultIsFound(Fault fault) {
        assertThatThrownBy(() -> {
                    for (int seed = 1; seed <= 5000; seed++) {
                        check(new SeededRandom(seed), fault);
                    }
                })
                .isInstanceOf(AssertionError.class);
    }
}
