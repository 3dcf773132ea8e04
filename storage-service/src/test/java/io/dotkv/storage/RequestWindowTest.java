package io.dotkv.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.kernel.Actor;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.testkit.Seeds;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RequestWindowTest {
    private static final Key KEY = Key.of("city");

    @Test
    void aRequestIsFoundUnderItsIdAndItsKey() {
        RequestWindow window = new RequestWindow(4);
        window.remember(RequestWindow.Name.of("r1", KEY), List.of(dot(7), dot(8)));
        assertThat(window.find(RequestWindow.Name.of("r1", KEY))).containsExactly(dot(7), dot(8));
        assertThat(window.find(RequestWindow.Name.of("r2", KEY))).isEmpty();
        assertThat(window.find(RequestWindow.Name.of("r1", Key.of("town")))).isEmpty();
    }

    @Test
    void aRequestWithoutAnIdIsNeverARetry() {
        RequestWindow window = new RequestWindow(4);
        window.remember(RequestWindow.Name.of("", KEY), List.of(dot(7)));
        assertThat(window.find(RequestWindow.Name.of("", KEY))).isEmpty();
    }

    @Test
    void theBoundaryBetweenIdAndKeyIsPartOfTheName() {
        assertThat(RequestWindow.Name.of("ab", Key.of("c"))).isNotEqualTo(RequestWindow.Name.of("a", Key.of("bc")));
    }

    @Test
    void theLargestActorAndCounterComeBackAsTheyWere() {
        RequestWindow window = new RequestWindow(1);
        Dot largest = new Dot(new Actor(Integer.MAX_VALUE, Integer.MAX_VALUE), Long.MAX_VALUE - 1);
        window.remember(RequestWindow.Name.of("r", KEY), List.of(largest));
        assertThat(window.find(RequestWindow.Name.of("r", KEY))).containsExactly(largest);
    }

    /** Against the plain definition: a map in order of first arrival that drops its eldest. */
    @Test
    void itIsTheMapOfTheNewestRequests() {
        Seeds.run(40, random -> {
            int capacity = 1 + random.nextInt(40);
            RequestWindow window = new RequestWindow(capacity);
            Map<String, Dot> plain = new LinkedHashMap<>();
            for (int step = 1; step <= 2000; step++) {
                String id = "r" + random.nextInt(2 * capacity + 2);
                if (random.nextInt(3) == 0) {
                    check(window, plain, id);
                } else {
                    window.remember(RequestWindow.Name.of(id, KEY), List.of(dot(step)));
                    plain.put(id, dot(step));
                    if (plain.size() > capacity) {
                        plain.remove(plain.keySet().iterator().next());
                    }
                }
            }
            for (int id = 0; id < 2 * capacity + 2; id++) {
                check(window, plain, "r" + id);
            }
        });
    }

    private static void check(RequestWindow window, Map<String, Dot> plain, String id) {
        @Nullable Dot expected = plain.get(id);
        assertThat(window.find(RequestWindow.Name.of(id, KEY)))
                .as(id)
                .isEqualTo(expected == null ? List.of() : List.of(expected));
    }

    private static Dot dot(long counter) {
        return new Dot(new Actor(1, 1), counter);
    }
}
