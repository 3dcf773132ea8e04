package io.dotkv.storage.replica;

import io.dotkv.kernel.RandomSource;
import java.util.EnumMap;
import java.util.Map;

/** How often each thing happens in a run: every run draws its own mix, in which some things never happen. */
final class Mix {
    private final RandomSource random;
    private final Map<Happening, Integer> weights = new EnumMap<>(Happening.class);
    private int total;

    /** What can happen. */
    enum Happening {
        MUTATE,
        DELIVER,
        LOSE,
        READ,
        REPAIR,
        ASK,
        PULL,
        HOLD_BACK,
        WRITE,
        SYNC,
        STRIP,
        CHECKPOINT,
        REMEMBER,
        CRASH
    }

    Mix(RandomSource random) {
        this.random = random;
        for (Happening happening : Happening.values()) {
            int most = switch (happening) {
                case MUTATE, DELIVER, PULL -> 40;
                case ASK, READ -> 12;
                case LOSE, REPAIR, HOLD_BACK, WRITE, SYNC, STRIP, CHECKPOINT, REMEMBER, CRASH -> 6;
            };
            int weight = random.nextInt(5) == 0 ? 0 : random.nextInt(most);
            weights.put(happening, happening == Happening.MUTATE ? weight + 10 : weight);
            total += happening == Happening.MUTATE ? weight + 10 : weight;
        }
    }

    Happening draw() {
        int at = random.nextInt(total);
        for (Map.Entry<Happening, Integer> entry : weights.entrySet()) {
            at -= entry.getValue();
            if (at < 0) {
                return entry.getKey();
            }
        }
        throw new IllegalStateException("the weights do not add up");
    }
}
