package io.dotkv.storage.replica;

import io.dotkv.kernel.ports.RandomSource;
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
        CLOSE,
        TELL,
        CRASH
    }

    Mix(RandomSource random) {
        this.random = random;
        boolean recovers = random.nextInt(3) == 0;
        for (Happening happening : Happening.values()) {
            int weight = recovers ? inRecovery(happening) : anything(happening);
            weights.put(happening, weight);
            total += weight;
        }
    }

    private int anything(Happening happening) {
        int most = switch (happening) {
            case MUTATE, DELIVER, PULL -> 40;
            case ASK, READ, TELL -> 12;
            case CLOSE -> 30;
            case LOSE, REPAIR, HOLD_BACK, WRITE, SYNC, STRIP, CHECKPOINT, REMEMBER, CRASH -> 6;
        };
        int weight = random.nextInt(5) == 0 ? 0 : random.nextInt(most);
        return happening == Happening.MUTATE ? weight + 10 : weight;
    }

    /** Few writes reach all, lives end often, and those who lost something pull. */
    private int inRecovery(Happening happening) {
        return switch (happening) {
            case PULL -> 30 + random.nextInt(30);
            case MUTATE, DELIVER, ASK -> 8 + random.nextInt(8);
            case LOSE, CRASH -> 3 + random.nextInt(6);
            case READ, SYNC, CHECKPOINT -> random.nextInt(3);
            case REPAIR, HOLD_BACK, WRITE, STRIP, REMEMBER -> 0;
            case CLOSE, TELL -> random.nextInt(20);
        };
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
